// The engine that keeps rooms in Redis, so that many nodes share them: docs/decisions/redis-scripts.md. One for each
// shard, on its thread. It knows the open rooms by their channels and hands on what the shard's connections tell; a room
// by itself is redis_room. Rooms that are closed leave nothing here.
//
// No socket, clock or actor: who owns the connections implements redis_port and calls the functions on_…() below, none
// of them from inside a call of the port's.
#pragma once

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
  void sweep(moment at) override;
  std::size_t bytes() const override;
  const std::string& node() const override { return shared_.word; }

  /// Which rooms are meant, by their channels.
  using scope = std::function<bool(std::string_view channel)>;
  static bool all(std::string_view) { return true; }

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
  void for_each(const scope& which, const std::function<void(redis_room&)>& f);
  void close(redis_room& room);

  redis_context shared_;
  text_map<std::shared_ptr<redis_room>> rooms_;
};

}  // namespace roomd::store
