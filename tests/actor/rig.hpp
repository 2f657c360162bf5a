// A node without sockets, for tests: on each shard its state, engine, hub, directory and inquiry, as the daemon
// makes them, and clients that are transports. Its end hangs up on all clients, then ends the actors.
#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/inquiry.hpp"
#include "protocol/member_text.hpp"
#include "protocol/message_text.hpp"
#include "store/memory_store.hpp"

#include "client.hpp"
#include "support.hpp"

namespace roomd::actors::testing {

/// Rooms end as soon as nobody needs them, users leave with their last device.
inline config::settings brisk_settings() {
  config::settings s;
  s.rooms.linger = 0ms;
  s.presence.grace = 0ms;
  return s;
}

class rig {
 public:
  using engine_ptr = std::unique_ptr<store::room_engine>;
  /// Puts something around a shard's engine.
  using wrapper = std::function<engine_ptr(engine_ptr)>;

  explicit rig(config::settings s = brisk_settings(), const wrapper& wrap = {}) : runtime_(shards) {
    const auto shared = std::make_shared<const config::settings>(std::move(s));
    const auto clock = std::make_shared<stamp_clock>();
    for (std::size_t i = 0; i < shards; ++i) {
      const sealer seal = protocol::make_sealer();
      auto engine = make_engine(*shared, seal);
      engines_.push_back(engine.get());
      engine_ptr used = wrap ? wrap(std::move(engine)) : std::move(engine);
      states_.push_back(std::make_unique<shard_state>(runtime_.at(i), shared, std::move(used), seal, clock));
      hubs_.push_back(system().spawn<hub>(*states_.back()));
      directories_.push_back(system().spawn<directory>(*states_.back()));
      inquiries_.push_back(system().spawn<inquiry>(*states_.back()));
      caf::anon_send(inquiries_.back(), serving{true});
    }
    for (auto& state : states_) {
      state->hubs = hubs_;
      state->directories = directories_;
      state->inquiries = inquiries_;
    }
  }
  rig(const rig&) = delete;
  rig& operator=(const rig&) = delete;

  ~rig() {
    clients_.clear();
    const auto reason = caf::exit_reason::user_shutdown;
    for (auto& a : inquiries_) caf::anon_send_exit(a, reason);
    for (auto& a : directories_) caf::anon_send_exit(a, reason);
    for (auto& a : hubs_) caf::anon_send_exit(a, reason);
    system().await_all_actors_done();
    for (auto& state : states_) {
      state->directories.clear();
      state->hubs.clear();
      state->inquiries.clear();
    }
  }

  /// A client on a shard; with a user, greeted; `deflates`: one that takes compressed frames.
  client& connect(std::size_t home, const std::string& user = {}, bool deflates = false,
                  const std::string& address = {}) {
    auto& made = *clients_.emplace_back(std::make_unique<client>(*states_[home], deflates, address));
    if (!user.empty()) made.hello(user);
    return made;
  }

  caf::actor_system& system() { return runtime_.system(); }
  std::vector<std::string> faults() const { return runtime_.faults(); }
  const hub_actor& hub_of(std::size_t i) const { return hubs_[i]; }
  /// On a shard's thread.
  shard_state& state(std::size_t i) { return *states_[i]; }
  template <class F>
  auto on(std::size_t i, F f) {
    return runtime_.on(i, std::move(f));
  }
  /// The sum of what `f(shard_state&)` says of each shard.
  template <class F>
  std::size_t total(F f) {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < shards; ++i)
      sum += static_cast<std::size_t>(on(i, [&] { return f(*states_[i]); }));
    return sum;
  }
  std::size_t rooms() {
    return total([](shard_state& s) { return s.stats.rooms; });
  }
  std::size_t seats() {
    return total([](shard_state& s) { return s.sessions.members(); });
  }
  /// Rooms that the engines remember.
  std::size_t remembered() {
    return total([this](shard_state& s) { return engines_[s.home.index()]->rooms(); });
  }
  /// A room's name that lives on this shard.
  std::string room_on(std::size_t home, const std::string& prefix = "room") const {
    for (int i = 0;; ++i)
      if (auto name = prefix + std::to_string(i); states_[0]->shard_of(name) == home) return name;
  }
  struct member {
    std::string user;
    std::string info;
    std::vector<std::string> sessions;
  };
  /// The room's users, as HTTP asks for them from this shard: the first page.
  std::vector<member> users(std::size_t from, const std::string& room) {
    const auto page = ask_users(from, room)->await();
    std::vector<member> all;
    const auto said = nlohmann::json::parse(protocol::users_object(room, *page.page));
    for (const auto& u : said["users"]) all.push_back({u["user"], u["info"].dump(), u["sessions"]});
    return all;
  }
  /// The same, to be waited for later.
  outcome_ptr<users_listed> ask_users(std::size_t from, const std::string& room, member_query query = {}) {
    auto answer = make_outcome<users_listed>();
    on(from, [&] {
      auto* api = static_cast<inquiry*>(caf::actor_cast<caf::abstract_actor*>(inquiries_[from]));
      api->users(room, query, [answer](result<member_page_ptr> r) {
        answer->set(r ? users_listed{*r, {}} : users_listed{nullptr, r.error()});
      });
      return true;
    });
    return answer;
  }
  /// What all shards count, as a scrape on this one hears it; to be waited for later.
  outcome_ptr<std::vector<shard_stats>> ask_stats(std::size_t from) {
    auto answer = make_outcome<std::vector<shard_stats>>();
    on(from, [&] {
      auto* api = static_cast<inquiry*>(caf::actor_cast<caf::abstract_actor*>(inquiries_[from]));
      api->stats([answer](std::vector<shard_stats> all) { answer->set(std::move(all)); });
      return true;
    });
    return answer;
  }
  /// Looks at something, by way of the shards, until it is so.
  template <class F>
  bool eventually(F f) {
    const auto end = std::chrono::steady_clock::now() + deadline;
    while (!f()) {
      if (std::chrono::steady_clock::now() > end) return false;
      std::this_thread::yield();
    }
    return true;
  }

  static constexpr std::size_t shards = 2;

 private:
  static std::unique_ptr<store::memory_store> make_engine(const config::settings& s, sealer seal) {
    const store::memory_bounds bounds{
        .rooms = retention{{s.rooms.history_size, s.rooms.history_bytes, s.rooms.history_age},
                           {s.rooms.dedup_size, s.rooms.dedup_age, s.rooms.dedup_bytes}},
        .total_bytes = s.engine.memory_bytes / shards,
    };
    return std::make_unique<store::memory_store>(bounds, "word", std::move(seal));
  }

  std::vector<std::unique_ptr<shard_state>> states_;  ///< outlive the shards
  std::vector<store::memory_store*> engines_;         ///< the inner ones
  runtime runtime_;
  std::vector<hub_actor> hubs_;
  std::vector<directory_actor> directories_;
  std::vector<inquiry_actor> inquiries_;
  std::vector<std::unique_ptr<client>> clients_;
};

}  // namespace roomd::actors::testing
