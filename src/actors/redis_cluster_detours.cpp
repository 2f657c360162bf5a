// Rooms of a slot that moves: redis_cluster's part that follows ASK.
#include <array>
#include <utility>

#include "actors/redis_cluster.hpp"
#include "store/redis_asking.hpp"

namespace roomd::actors {
namespace {

/// The third answer comes behind the second WAIT, which covers all that was written before.
constexpr int rounds_of_waits = 2;

}  // namespace

bool redis_cluster::run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
                        handler done) {
  const auto detour = detours_.serving(keys.front());
  if (!detour || !store::is_of_rooms(script)) {
    auto* const site = speaking(keys.front());
    return site && site->link().run(script, keys, arguments, as, std::move(done));
  }
  auto* const site = site_at(*detour);
  if (!site) return false;
  if (&script != &store::scripts::publish)
    return site->link().run_asking(script, keys, arguments, std::move(done));
  const std::vector<std::string> said(arguments.begin(), arguments.begin() + 3);
  const auto then = [this, said, channel = std::string(keys.front()),
                     done = std::move(done)](result<store::redis_reply> r) {
    if (r && r->what == store::redis_reply::kind::integer && r->integer > 0) {
      const std::array<std::string_view, 3> head{said[0], said[1], said[2]};
      pass_on(channel, store::published_message(head, static_cast<std::uint64_t>(r->integer)));
    }
    done(std::move(r));
  };
  return site->link().run_asking(script, keys, arguments, then);
}

/// The message is on the channel of the server that the slot comes to, where nobody listens yet. One that is lost on its
/// way is read with the next one, or when the slot has come over.
void redis_cluster::pass_on(std::string_view channel, std::string message) {
  auto* const site = speaking(channel);
  if (!site || message.empty()) return;
  const std::array<std::string_view, 3> command{"SPUBLISH", channel, message};
  site->link().submit(command, [](const auto&) {});
}

std::size_t redis_cluster::bytes() const {
  std::size_t all = 0;
  for (const auto& each : seats_) all += each.site ? each.site->bytes() : 0;
  return all;
}

redis_cluster::place redis_cluster::place_at(const store::redis_place& endpoint) const {
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    const auto p = static_cast<place>(i);
    if (site_at(p) && table_.endpoint(p) == endpoint) return p;
  }
  return store::redis_slot_table::nobody;
}

// A server that has no slot yet is not known here: its first slot is followed when it has come over.
void redis_cluster::on_site_sent_on(redis_site& site, std::string_view key, const store::redis_reply& error) {
  const auto from = place_of(site);
  if (from == store::redis_slot_table::nobody || !running_) return;
  const auto where = store::asked_place(error, site.link().server().host);
  const auto to = where ? place_at(*where) : store::redis_slot_table::nobody;
  const bool at_home = !detours_.at(key);
  if (at_home && (to == store::redis_slot_table::nobody || table_.home(store::redis_slot(key)) != from))
    return;
  if (detours_.sent_on(key, from, to)) leave(site, std::string(key));
}

/// Asks the site something that comes behind all that was sent for the room, calls that are sent again included.
void redis_cluster::leave(redis_site& site, const std::string& key, int rounds) {
  static constexpr std::array<std::string_view, 1> question{"PING"};
  const auto answered = [this, &site, key, rounds](const result<store::redis_reply>& r) {
    if (!r) return;  // the site is lost, and so the room has left it
    const bool waits = rounds < rounds_of_waits && site.link().held_back() > 0;
    if (waits || site.link().holds_back(key)) return leave(site, key, rounds + 1);
    if (detours_.left(key)) tell_moved(key);
  };
  site.link().submit(question, answered);
}

void redis_cluster::tell_moved(const std::string& key) {
  const scope room = [tag =
                          std::string(store::redis_tag(key))](std::string_view channel) {  // told in portions
    return store::redis_tag(channel) == tag;
  };
  observer_.on_places_down(room);
  auto* const site = serving(key);
  if (site && site->link().is_up()) observer_.on_places_up(room);
}

}  // namespace roomd::actors
