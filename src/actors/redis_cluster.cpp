#include "actors/redis_cluster.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>
#include <utility>

#include "actors/log.hpp"
#include "actors/redis_map_question.hpp"

namespace roomd::actors {
namespace {

using namespace std::chrono_literals;

constexpr auto between_questions = 100ms;  // to one server that refuses slots
constexpr auto round_when_ill = 1s;        // between questions to whoever is there
constexpr auto round_when_well = 10s;
constexpr auto between_searches = 5s;
constexpr int most_probes = 1 << 20;  // a server with a single slot has some sixty of them

redis_server as_pattern(redis_server server) {
  server.clustered = true;
  return server;
}

}  // namespace

redis_cluster::redis_cluster(shard& home, const std::vector<redis_server>& seeds,
                             const redis_site::terms& terms, std::string probe, redis_places::observer& o)
    : home_(home),
      pattern_(as_pattern(seeds.front())),
      terms_(terms),
      probe_(std::move(probe)),
      observer_(o),
      seeds_(home, seeds, terms.timing, [this](const auto& map) { found(map); }) {}

void redis_cluster::start() {
  running_ = true;
  seek();
  arm();
}

void redis_cluster::stop() {
  running_ = false;
  home_.cancel_timer(*this);
  seeds_.stop();
  for (const auto& each : seats_) {
    if (each.site) each.site->stop();
  }
}

// --- who serves a key ----------------------------------------------------------------------------------------------

redis_site* redis_cluster::serving(std::string_view key) {
  if (const auto detour = detours_.serving(key)) return site_at(*detour);
  return speaking(key);
}

redis_site* redis_cluster::speaking(std::string_view channel) {
  return site_at(table_.serving(store::redis_slot(channel)));
}

bool redis_cluster::subscribe(std::string_view channel) {
  auto* const site = speaking(channel);
  return site && site->channels().subscribe(channel);
}

void redis_cluster::unsubscribe(std::string_view channel) {
  if (auto* const site = site_at(table_.home(store::redis_slot(channel))))
    site->channels().unsubscribe(channel);
}

redis_cluster::place redis_cluster::place_of(const redis_site& site) const {
  const auto found =
      std::find_if(seats_.begin(), seats_.end(), [&](const seat& s) { return s.site.get() == &site; });
  return found == seats_.end() ? store::redis_slot_table::nobody : static_cast<place>(found - seats_.begin());
}

redis_places::scope redis_cluster::rooms_at(place p) const {
  return [this, p](std::string_view channel) {
    return detours_.at(channel).value_or(table_.home(store::redis_slot(channel))) == p;
  };
}

redis_places::scope redis_cluster::channels_at(place p, std::size_t connection) const {
  return [this, p, connection](std::string_view channel) {
    auto* const site = table_.home(store::redis_slot(channel)) == p ? site_at(p) : nullptr;
    return site && site->channels().connection_of(channel) == connection;
  };
}

std::string redis_cluster::problem() const {
  std::string all;
  const auto add = [&all](const std::string& text) {
    if (!text.empty()) all += (all.empty() ? "" : "; ") + text;
  };
  for (const auto& each : seats_) {
    if (each.site) add(each.site->problem());
  }
  const auto orphans = table_.orphans();
  if (orphans == store::redis_slots) {
    add("no server of the Redis Cluster says who serves its slots: " + seeds_.text());
  } else if (orphans > 0) {
    add("no server of the Redis Cluster serves " + std::to_string(orphans) + " of its slots");
  }
  return all;
}

// --- what the sites tell -------------------------------------------------------------------------------------------

void redis_cluster::on_site_up(redis_site& site) { observer_.on_places_up(rooms_at(place_of(site))); }

// One that is gone has no rooms any more.
void redis_cluster::on_site_down(redis_site& site) {
  const auto p = place_of(site);
  if (p == store::redis_slot_table::nobody) return;
  seats_[p].asking = false;
  observer_.on_places_down(rooms_at(p));
  detours_.lost(p);
  if (running_) bring_on();
}

void redis_cluster::on_site_channels_down(redis_site& site, std::size_t connection) {
  const auto p = place_of(site);
  if (p != store::redis_slot_table::nobody) observer_.on_channels_down(channels_at(p, connection));
}

void redis_cluster::on_site_refused(redis_site& site, std::optional<std::size_t> slot) {
  const auto p = place_of(site);
  if (p == store::redis_slot_table::nobody || !running_) return;
  const bool news = slot ? table_.doubt(*slot, p) : home_.now() - seats_[p].asked >= round_when_ill;
  if (!news) return;
  ask(p);
  arm();
}

// --- asking --------------------------------------------------------------------------------------------------------

// Nobody that we know is there: what anyone else says is newer than what we know.
void redis_cluster::seek() {
  if (seeking_ || (sought_ != time_point{} && home_.now() - sought_ < between_searches)) return;
  seeking_ = true;
  sought_ = home_.now();
  table_.distrust();
  seeds_.start();
}

void redis_cluster::found(const store::redis_cluster_map& map) {
  seeds_.stop();
  seeking_ = false;
  table_.learn(map, store::redis_slot_table::nobody);
  bring_on();
}

void redis_cluster::ask(place p) {
  auto& s = seats_[p];
  if (s.asking || home_.now() - s.asked < between_questions || !is_up(p)) return;
  s.asking = ask_cluster_map(s.site->link(), [this, p](const auto& map) { answered(p, map); });
  if (!s.asking) return;
  s.asked = home_.now();
  table_.fence(p);
}

void redis_cluster::ask_anyone() {
  round_ = home_.now();
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    asked_last_ = (asked_last_ + 1) % seats_.size();
    const auto p = static_cast<place>(asked_last_);
    if (is_up(p)) return ask(p);
  }
  seek();
}

// What was sent again may be answered behind this; then the next answer counts. An answer that brought a slot on is
// followed by a question at once: often others are on their way with it.
void redis_cluster::answered(place p, const std::optional<store::redis_cluster_map>& map) {
  seats_[p].asking = false;
  if (map) table_.learn(*map, p);
  fit_sites();
  const bool all_answered = is_up(p) && seats_[p].site->link().held_back() == 0;
  if (all_answered && move(table_.due(p, false)) > 0) seats_[p].asked = {};
  bring_on();
}

// --- slots on their way --------------------------------------------------------------------------------------------

/// Whatever leaves a server that is away, or nobody, has nothing under way.
void redis_cluster::bring_on() {
  fit_sites();
  for (const auto p : table_.left()) {
    if (is_up(p)) {
      ask(p);
    } else {
      move(table_.due(p, true));
    }
  }
  arm();
}

std::size_t redis_cluster::move(const slots& due) {
  if (due.empty()) return 0;
  const auto moving = std::make_shared<std::vector<bool>>(store::redis_slots);
  for (const auto slot : due) (*moving)[slot] = true;
  const scope which = [moving](std::string_view channel) { return (*moving)[store::redis_slot(channel)]; };
  const scope elsewhere =
      [&](std::string_view channel) {  // whose scripts do not go to the next place already
        return which(channel) && !detours_.arrived(channel, table_.next(store::redis_slot(channel)));
      };
  const auto lose = observer_.channels(elsewhere);
  const auto lost = std::make_shared<const std::set<std::string, std::less<>>>(lose.begin(), lose.end());
  observer_.on_places_down([lost](std::string_view channel) { return lost->contains(channel); });
  observer_.on_channels_down(which);
  const auto channels = observer_.channels(which);
  for (const auto& each : channels) unsubscribe(each);
  detours_.forget_slots([&](std::size_t slot) { return (*moving)[slot]; });
  const auto moved = table_.move(due);
  if (moved > 0) log().info("redis.slots_placed count={}", moved);
  fit_sites();
  std::vector<std::string> there;
  std::copy_if(channels.begin(), channels.end(), std::back_inserter(there),
               [this](const auto& each) { return subscribe(each); });
  observer_.on_places_up([this, lost](std::string_view channel) {
    return lost->contains(channel) && is_up(table_.serving(store::redis_slot(channel)));
  });
  for (const auto& each : there) observer_.on_subscribed(each);
  return moved;
}

// --- sites ---------------------------------------------------------------------------------------------------------

/// Makes the sites that slots come to, and ends those that have none left.
void redis_cluster::fit_sites() {
  const auto loads = table_.loads();
  seats_.resize(std::max(seats_.size(), loads.size()));
  for (std::size_t i = 0; i < loads.size(); ++i) {
    const auto p = static_cast<place>(i);
    auto& s = seats_[i];
    auto server = pattern_;
    server.host = table_.endpoint(p).host;
    server.port = table_.endpoint(p).port;
    if (s.site && (loads[i] == 0 || s.site->address() != address_of(server))) end_site(s);
    if (loads[i] == 0) continue;
    if (!s.site) {
      auto& self = static_cast<redis_site::observer&>(*this);
      s.site = std::make_unique<redis_site>(home_, server, terms_, self);
      choose_probe(p);
      s.site->start();
    } else if (!table_.belongs(s.probe_slot, p)) {
      choose_probe(p);
    }
  }
}

void redis_cluster::end_site(seat& s) {
  gone_.push_back(std::exchange(s, {}).site);
  log().info("redis.site_gone server={}", gone_.back()->address());
  gone_.back()->stop();
}

/// A channel whose slot is one of the site's.
void redis_cluster::choose_probe(place p) {
  for (int i = 0; i < most_probes; ++i) {
    auto channel = probe_ + std::to_string(i) + '}';
    const auto slot = store::redis_slot(channel);
    if (!table_.belongs(slot, p)) continue;
    seats_[p].probe_slot = slot;
    return seats_[p].site->probe_by(std::move(channel));
  }
}

// --- time ----------------------------------------------------------------------------------------------------------

bool redis_cluster::something_is_wrong() const {
  return table_.orphans() > 0 || std::any_of(seats_.begin(), seats_.end(),
                                             [](const seat& s) { return s.site && !s.site->link().is_up(); });
}

void redis_cluster::on_timer(time_point now) {
  gone_.clear();
  detours_.forgive();
  if (now - round_ >= (something_is_wrong() ? round_when_ill : round_when_well)) ask_anyone();
  bring_on();
}

void redis_cluster::arm() {
  const auto round = round_ + (something_is_wrong() ? round_when_ill : round_when_well);
  home_.set_timer(*this, table_.left().empty() ? round : std::min(round, home_.now() + between_questions));
}

}  // namespace roomd::actors
