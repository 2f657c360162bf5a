// The Redis servers that a shard's rooms live on, and which of them has a key: one server, several among which the rooms
// are spread (redis_servers), or a Redis Cluster (redis_cluster). Owned by the shard's redis_bridge and used on the
// shard's thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/redis_site.hpp"
#include "store/redis_engine.hpp"

namespace roomd::actors {

class redis_places {
 public:
  using scope = store::redis_engine::scope;

  /// Is called as store::redis_engine is, and not from inside a call of serving() or subscribe().
  class observer {
   public:
    virtual void on_places_up(const scope& which) = 0;
    virtual void on_places_down(const scope& which) = 0;
    virtual void on_channels_down(const scope& which) = 0;
    virtual void on_subscribed(std::string_view channel) = 0;
    virtual void on_message(std::string_view channel, std::string_view payload) = 0;
    /// A server refuses to write, or its user a right: the word for a log (store/redis_advice.hpp).
    virtual void on_unwilling(std::string_view word) = 0;
    /// The channels of the rooms that are open.
    virtual std::vector<std::string> channels(const scope& which) const = 0;

   protected:
    ~observer() = default;
  };

  redis_places() = default;
  virtual ~redis_places() = default;
  redis_places(const redis_places&) = delete;
  redis_places& operator=(const redis_places&) = delete;

  virtual void start() = 0;
  virtual void stop() = 0;
  using words = redis_link::words;
  using handler = redis_link::handler;

  /// Who serves the key; null: nobody does now, whether its connections are up or not.
  virtual redis_site* serving(std::string_view key) = 0;
  /// Who has the channel of this name.
  virtual redis_site* speaking(std::string_view channel) { return serving(channel); }
  /// Calls a script where its first key is, as redis_link does.
  virtual bool run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
                   handler done) {
    auto* const site = serving(keys.front());
    return site && site->link().run(script, keys, arguments, as, std::move(done));
  }
  /// True: the channel is there already. While nobody serves it, it is not asked for: whoever serves it next is asked.
  virtual bool subscribe(std::string_view channel) = 0;
  virtual void unsubscribe(std::string_view channel) = 0;
  bool hears(std::string_view channel) {
    auto* const site = speaking(channel);
    return site && site->channels().hears(channel);
  }
  /// Of memory, about.
  virtual std::size_t bytes() const = 0;
  /// Why some of the rooms are not served, for people; empty: all are.
  virtual std::string problem() const = 0;
};

}  // namespace roomd::actors
