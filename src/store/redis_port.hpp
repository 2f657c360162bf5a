// What a shard's connections to Redis do for its rooms: one of commands, and one of channels, each up or not on its own.
// The engine asks; whoever implements this tells the engine (redis_engine.hpp) what becomes of them. Belongs to the
// shard, is used on its thread, and outlives the engine.
//
// When the commands' connection is lost, every handler has been called before the engine hears of it.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "store/redis_pipeline.hpp"
#include "store/redis_scripts.hpp"
#include "store/store.hpp"

namespace roomd::store {

class redis_port {
 public:
  using handler = redis_pipeline::handler;
  using words = std::span<const std::string_view>;

  /// Calls a script. False: not up, or as much is under way as may be; nothing was sent, and `done` is not called. Else
  /// it is called once, and not from inside this.
  virtual bool run(const redis_script& script, words keys, words arguments, handler done) = 0;
  /// The same for a plain command.
  virtual bool submit(words command, handler done) = 0;

  /// What open.lua named last over this connection; empty: it has to be asked. It is forgotten as soon as the server may
  /// no longer be the master that it was.
  virtual const std::string& generation() const = 0;
  /// open.lua has named it, in a reply that is being handed out.
  virtual void learn_generation(std::string_view generation) = 0;

  /// True: the channel is there already, every message of it comes. Else redis_engine::on_subscribed() says when it is.
  virtual bool subscribe(std::string_view channel) = 0;
  virtual void unsubscribe(std::string_view channel) = 0;

  /// Commands can be sent.
  virtual bool up() const = 0;
  virtual moment now() const = 0;

 protected:
  ~redis_port() = default;
};

}  // namespace roomd::store
