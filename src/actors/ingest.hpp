// Publishes what a backend adds to the ingest stream of Redis: docs/cluster.md, "From a backend". One a node, on its first
// shard. What to ask Redis is store/redis_ingest.hpp's, the order of the publishes store/ingest_rooms.hpp's, what an
// entry says protocol/ingest_entry.hpp's; this brings the three together with two connections, and hands each publish to
// its room as a session does. An entry leaves the stream when its room has answered, or when it is set aside for good.
//
// The second connection, the bell, does nothing but wait for the stream to grow: a connection that waits answers nothing
// else. Entries that come while it is away are seen by the next question, a second later at most.
//
// Both are where the rooms' own connections have found the stream's key (redis_bridge.hpp), and follow it.
//
// Logs `ingest.reads`, `ingest.stands_by`, `ingest.refused reason=`, and `ingest.bad id= reason= unlogged=`, the latter once
// a second at most and never with what an entry holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/redis_link.hpp"
#include "actors/shard_state.hpp"
#include "store/ingest_rooms.hpp"
#include "store/redis_ingest.hpp"

namespace roomd::actors {

struct ingest_plan {
  redis_server like;  ///< how a server is entered; without a host
  redis_timing timing = {};
  std::string prefix;           ///< of the stream's name
  std::size_t entry_bytes = 0;  ///< of one entry, names and values together
};

class redis_bridge;

class ingest final : public pinned<ingest_actor::base>, private wheel_timer, private turn_end {
 public:
  /// `bridge`: of this shard.
  ingest(caf::actor_config& cfg, shard_state& s, const redis_bridge& bridge, const ingest_plan& plan);
  const char* name() const override { return "ingest"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  struct reader_side final : redis_link::observer {
    explicit reader_side(ingest& i) : owner(i) {}
    void on_redis_up() override { owner.go_on(); }
    void on_redis_down() override {
      owner.take(error{errc::unavailable, "the connection to Redis is lost", {}});
    }
    ingest& owner;
  };
  struct bell_side final : redis_link::observer {
    explicit bell_side(ingest& i) : owner(i) {}
    void on_redis_up() override { owner.listen(); }
    void on_redis_down() override {}
    ingest& owner;
  };

  void on(const serving& m);
  void on(const ingest_answered& m);
  void on_timer(time_point) override { go_on(); }
  void on_turn_end() noexcept override;

  void go_on() { home().turns().mark(*this); }
  void follow();
  void ask();
  void take(const result<store::redis_reply>& answer);
  void take_entry(const store::ingest_entry& e);
  void publish_due();
  void listen();
  void give_up(const std::string& id);
  void set_aside(const std::string& id, std::string_view reason, std::vector<std::string> fields);
  struct aside {
    std::string id;
    std::string reason;
    std::vector<std::string> fields;
  };
  void keep(aside what);
  void kept(const aside& what, const result<store::redis_reply>& r);
  void keep_again();
  void tell_of_bad(const std::string& id, std::string_view reason);
  void count();

  shard_state& state_;
  const redis_bridge& bridge_;
  const std::string stream_, reader_key_, bad_;
  reader_side reader_side_{*this};
  bell_side bell_side_{*this};
  std::optional<redis_link> reader_;  ///< both until on_exit()
  std::optional<redis_link> bell_;
  store::redis_ingest stream_reader_;
  store::ingest_rooms rooms_{{}};
  std::uint64_t taken_over_ = 0;  ///< entries, from another reader
  bool begun_ = false;
  bool listening_ = false;
  bool refused_ = false;         ///< Redis refuses the question, and the log has it
  std::vector<aside> not_kept_;  ///< Redis refused to; until then nothing more is read
  time_point keep_at_{};         ///< when to try that again
  time_point told_of_bad_{};
  std::uint64_t untold_ = 0;  ///< bad entries since
};

}  // namespace roomd::actors
