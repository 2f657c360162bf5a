#include "actors/shard_state.hpp"

#include <algorithm>
#include <utility>

#include "actors/directory.hpp"
#include "core/text_hash.hpp"

namespace roomd::actors {
namespace {

constexpr std::size_t outboxes_of_pages = 32;
constexpr std::size_t gathered_part = 4;  ///< of an outbox: what gathers in one room before it leaves
constexpr std::size_t bytes_of_member_pages = 16777216;

std::shared_ptr<const protocol::session_rules> make_rules(const config::settings& s) {
  protocol::session_rules r{
      .time = {s.session.handshake_timeout, s.session.ping_interval, s.session.ping_timeout,
               s.session.write_timeout},
      .command_timeout = s.session.command_timeout,
      .max_message = s.session.max_message,
      .outbox = {s.session.outbox_bytes},
      .rooms = s.limits.rooms_per_session,
      .new_rooms = s.limits.new_rooms_per_session,
      .commands_in_flight = s.limits.commands_in_flight,
      .commands_per_second = s.limits.commands_per_second,
      .commands_burst = s.limits.commands_burst,
      .server = "roomd/" ROOMD_VERSION,
  };
  return std::make_shared<const protocol::session_rules>(std::move(r));
}

}  // namespace

shard_state::shard_state(shard& h, settings_ptr s, std::unique_ptr<store::room_engine> e, sealer seal_fn,
                         std::shared_ptr<stamp_clock> clock)
    : home(h),
      settings(std::move(s)),
      rules(make_rules(*settings)),
      engine(std::move(e)),
      seal(std::move(seal_fn)),
      deliveries(h.turns(), sessions, counters, settings->session.outbox_bytes / gathered_part),
      catch_ups(h, sessions, settings->session.catch_up_bytes),
      pages(settings->session.outbox_bytes * outboxes_of_pages),
      member_pages(bytes_of_member_pages),
      joins(h.turns(), [this](protocol::room_request&& r) { send(std::move(r)); }),
      infos(h.turns(),
            [this](std::uint64_t session, std::size_t most) {
              auto* told = sessions.find(session);
              return told ? told->turn_to_tell(most) : 0;
            }),
      stamps(std::move(clock)),
      answers(*this) {}

shard_state::~shard_state() = default;

std::size_t shard_state::shard_of(std::string_view room) const {
  return text_hash{}(room) % directories.size();
}

std::uint32_t shard_state::new_rooms_per_address() const {
  const auto& l = settings->limits;
  if (l.new_rooms_per_address == 0) return 0;
  const auto part = l.new_rooms_per_address / static_cast<std::uint32_t>(directories.size());
  return std::max({part, std::min(l.new_rooms_per_session, l.new_rooms_per_address), 1U});
}

// All of a session's requests to one room take the same one of the two ways, so none overtakes another.
void shard_state::send(protocol::room_request&& r) const {
  const std::size_t there = std::visit([this](const auto& what) { return shard_of(what.room); }, r);
  if (there == home.index() && directory_here) return directory_here->pass_on(std::move(r));
  std::visit([&](auto& what) { caf::anon_send(directories[there], std::move(what)); }, r);
}

std::uint64_t shard_state::next_life() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
  return last_life_ = std::max(last_life_ + 1, static_cast<std::uint64_t>(ns));
}

void shard_state::apply(settings_ptr s) {
  settings = std::move(s);
  rules = make_rules(*settings);
  deliveries.bound(settings->session.outbox_bytes / gathered_part);
  pages.bound(settings->session.outbox_bytes * outboxes_of_pages);
}

}  // namespace roomd::actors
