// What a shard's connections to Redis do for its rooms. There may be several servers; a key says which one is meant, and
// a room's keys and its channel, which is named like its record, are at one place. To each place there is a connection of
// commands and one of channels, each up or not on its own. The engine asks; whoever implements this tells the engine
// (redis_engine.hpp) what becomes of them, and for which rooms. Belongs to the shard, is used on its thread, and outlives
// the engine.
//
// When a room's place is lost, or is another one from now on, every handler of the room's has been called before the
// engine hears of it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "store/redis_pipeline.hpp"
#include "store/redis_scripts.hpp"
#include "store/redis_turns.hpp"
#include "store/store.hpp"

namespace roomd::store {

class redis_port {
 public:
  using handler = redis_pipeline::handler;
  using words = std::span<const std::string_view>;

  /// Calls a script, at the place of its first key. False: not up, or as much is under way as may be; nothing was sent,
  /// and `done` is not called. Else it is called once, and not from inside this.
  virtual bool run(const redis_script& script, words keys, words arguments, redis_want as, handler done) = 0;
  /// The same for a plain command; its second word is the key or channel.
  virtual bool submit(words command, redis_want as, handler done) = 0;

  /// Whether something of this kind may be sent now: nobody waits before it, and no more is under way than should be.
  virtual bool is_free(std::string_view key, redis_want as) const = 0;
  /// `who` gets a turn at the key's place, later. Not where the place is lost first, or is another one: who still wants
  /// one then has to ask again.
  virtual void wait(std::string_view key, redis_want as, std::weak_ptr<redis_waiter> who) = 0;

  /// What open.lua named last at the key's place; empty: it has to be asked. It is forgotten as soon as the server may no
  /// longer be the master that it was.
  virtual const std::string& generation(std::string_view key) const = 0;
  /// open.lua has named it, in a reply that is being handed out.
  virtual void learn_generation(std::string_view key, std::string_view generation) = 0;

  /// True: the channel is there already, every message of it comes. Else redis_engine::on_subscribed() says when it is.
  virtual bool subscribe(std::string_view channel) = 0;
  virtual void unsubscribe(std::string_view channel) = 0;
  /// Every message of the channel comes.
  virtual bool hears(std::string_view channel) const = 0;
  /// The channel's place takes subscriptions, so the channel will be there.
  virtual bool listens(std::string_view channel) const = 0;

  /// Commands can be sent to the key's place.
  virtual bool up(std::string_view key) const = 0;
  virtual moment now() const = 0;
  /// What the clock of the server at the key's place says, as far as it is known. While it is up.
  virtual unix_ms server_time(std::string_view key) const = 0;

 protected:
  ~redis_port() = default;
};

}  // namespace roomd::store
