// The engine that keeps rooms in Redis, so that many nodes share them: docs/decisions/redis-scripts.md. One for each
// shard, on its thread. It knows the open rooms by their channels and hands on what the shard's connections tell; a room
// by itself is redis_room. Rooms that are closed leave nothing here.
//
// What concerns all rooms is told to them in portions, by work(), so that a hundred thousand of them do not hold up the
// shard. A room that has not been told yet that its place is lost, or back, finds out itself where it matters.
//
// No socket, clock or actor: who owns the connections implements redis_port and calls the functions on_…() below, none
// of them from inside a call of the port's.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/text_hash.hpp"
#include "store/redis_context.hpp"

namespace roomd::store {

class redis_room;

class redis_engine final : public room_engine {
 public:
  /// `word`: what makes this engine's epochs its own, random text, see redis_context. `seal` makes the messages out of
  /// what `codec` reads.
  redis_engine(redis_settings settings, redis_port& port, sealer seal, message_codec codec, std::string word);
  ~redis_engine() override;
  redis_engine(const redis_engine&) = delete;
  redis_engine& operator=(const redis_engine&) = delete;

  std::unique_ptr<room_store> open(const std::string& name, room_observer& room) override {
    return open(name, room, true);
  }
  std::unique_ptr<room_store> open_to_read(const std::string& name, room_observer& room) override {
    return open(name, room, false);
  }
  /// Begins a round in which every room is visited once, unless the last one is still under way, and hands out the
  /// round's first share.
  void sweep(moment at) override;
  /// Hands out the next share, some twentieth of a second later. False: the round is over.
  bool sweep_on(moment at);
  std::size_t bytes() const override { return shared_.counters.bytes; }
  /// Bytes of the rooms and of what waits there, without bytes().
  std::size_t room_bytes() const;
  const std::string& node() const override { return shared_.word; }

  /// Which rooms are meant, by their channels.
  using scope = std::function<bool(std::string_view channel)>;
  static bool all(std::string_view) { return true; }

  /// Tells rooms what they have to be told, and visits those of the sweep's share: `rooms` at most. True: there is more.
  bool work(std::size_t rooms);

  /// Commands can be sent, over a new connection or to another place.
  void on_link_up(const scope& which = all);
  /// None can; all handlers have been called.
  void on_link_down(const scope& which = all);
  /// From here on every message of the channel comes.
  void on_subscribed(std::string_view channel);
  void on_channel_message(std::string_view channel, std::string_view payload);
  /// Messages may be missed, until the channel is subscribed again.
  void on_channels_down(const scope& which = all);

  const redis_counters& counters() const { return shared_.counters; }
  /// Rooms that are open or being opened.
  std::size_t rooms() const { return rooms_.size(); }
  std::vector<std::string> channels(const scope& which) const;

 private:
  class handle;

  std::unique_ptr<room_store> open(const std::string& name, room_observer& room, bool create);
  std::shared_ptr<redis_room> find(std::string_view channel) const;
  void tell(const scope& which, void (redis_room::*what)());
  bool walk(std::size_t& rooms);
  void visit(std::size_t& rooms);
  void close(redis_room& room);

  /// What has to be told to the rooms in the slots from `at` to `end`.
  struct round {
    scope which;
    void (redis_room::*what)();
    std::size_t at, end;
  };

  redis_context shared_;
  text_map<std::shared_ptr<redis_room>> rooms_;
  std::vector<std::shared_ptr<redis_room>> slots_;  ///< every room keeps its place; null: free
  std::vector<std::size_t> free_slots_;
  std::size_t name_bytes_ = 0;  ///< of the open rooms' channels
  std::deque<round> rounds_;    ///< the first one comes first
  moment swept_at_{};
  time_point next_sweep_{};
  std::size_t sweep_ = 0, sweep_end_ = 0;  ///< slots that the sweep has to visit
  std::size_t share_ = 0;                  ///< how many of them now
};

}  // namespace roomd::store
