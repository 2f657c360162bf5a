#include "actors/redis_site.hpp"

#include <array>
#include <chrono>
#include <utility>

#include "actors/log.hpp"
#include "store/redis_advice.hpp"
#include "store/redis_slot.hpp"

namespace roomd::actors {
namespace {

constexpr auto probe_interval = std::chrono::seconds(2);  // and so long a probe may take

/// Behind what is the matter.
std::string because(std::string_view word) {
  const auto advice = store::redis_advice(word);
  return advice.empty() ? std::string() : ": " + std::string(advice);
}

}  // namespace

redis_site::redis_site(shard& home, const redis_server& server, const terms& t, observer& o)
    : home_(home),
      observer_(o),
      link_(home, server, t.timing, {.waits = t.waits}, link_side_),
      channels_(home, server, t.timing, {}, *this) {}

void redis_site::start() {
  link_.start();
  channels_.start();
  home_.set_timer(*this, home_.now() + probe_interval);
}

void redis_site::probe_by(std::string channel) {
  probe_channel_ = std::move(channel);
  channels_.probe_by(probe_channel_);
}

void redis_site::stop() {
  home_.cancel_timer(*this);
  link_.stop();
  channels_.stop();
}

void redis_site::move_to(const std::string& host, std::uint16_t port) {
  link_.move_to(host, port);
  channels_.move_to(host, port);
}

std::string redis_site::problem() const {
  if (!link_.is_up()) return "no commands reach Redis at " + address() + because(link_.reason());
  if (!refusal_.empty()) return "Redis at " + address() + " refuses what rooms need" + because(refusal_);
  if (!channels_.are_up()) return "no messages come from Redis at " + address() + because(channels_.reason());
  return {};
}

// --- channels ------------------------------------------------------------------------------------------------------

void redis_site::on_channel_refused(std::string_view channel) {
  observer_.on_site_refused(*this, store::redis_slot(channel));
}

// --- the probe -----------------------------------------------------------------------------------------------------

// The first one goes out before the rooms' own commands.
void redis_site::link_up() {
  probing_ = false;
  refusal_.clear();
  probe();
  observer_.on_site_up(*this);
}

// The link has deadlines of its own, so a probe that does not come back although it went out tells of the channels.
void redis_site::on_timer(time_point now) {
  home_.set_timer(*this, now + probe_interval);
  if (!link_.is_up() || probing_) return;
  channels_.look_after();
  probe();
}

void redis_site::probe() {
  if (probe_channel_.empty()) return;
  const std::string number = std::to_string(probe_ + 1);
  const std::string log = probe_channel_ + ":log";
  const std::array<std::string_view, 2> keys{probe_channel_, log};
  const std::array<std::string_view, 1> arguments{number};
  probing_ =
      link_.run(store::scripts::probe, keys, arguments, [this](const auto& answer) { take_probe(answer); });
  if (probing_) channels_.probe_sent(++probe_);
}

/// In a cluster the probe's slot may be on its way elsewhere, which is no refusal.
void redis_site::take_probe(const result<store::redis_reply>& r) {
  probing_ = false;
  const bool went_out = r && r->what == store::redis_reply::kind::integer;
  if (!went_out) channels_.probe_lost();
  if (!r) return;
  const auto word = r->error_word();
  const bool of_slot = word == "moved" && link_.server().clustered;
  const std::string refusal(!went_out && !of_slot && store::redis_refuses(word) ? word : "");
  if (refusal == std::exchange(refusal_, refusal)) return;
  if (refusal.empty()) return log().info("redis.accepts server={}", address());
  log().warn("redis.refuses server={} reason={} advice=\"{}\"", address(), refusal,
             store::redis_advice(refusal));
}

}  // namespace roomd::actors
