// The channels of one shard on one Redis server (sharded pub/sub): asks for many at once, asks again for all after a
// lost connection, and says when messages may have been missed: between on_redis_down() and a channel's
// on_redis_subscribed(). Who hears the latter reads what was missed and goes on from there.
//
// Its watchdog is a PING, which the server answers behind what it was asked before, so that a confirmation that does not
// come is noticed by the same deadline. See redis_connection.hpp for its life.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "actors/redis_connection.hpp"
#include "store/redis_reader.hpp"
#include "store/redis_subscriptions.hpp"

namespace roomd::actors {

class redis_subscriber final : public redis_connection {
 public:
  /// Views stand during the call.
  class observer {
   public:
    virtual void on_redis_up() = 0;
    virtual void on_redis_down() = 0;
    /// From here on every message of the channel comes.
    virtual void on_redis_subscribed(std::string_view channel) = 0;
    virtual void on_redis_message(std::string_view channel, std::string_view payload) = 0;
    /// In a cluster: the channel's slot is not served there any more. It is forgotten.
    virtual void on_redis_refused(std::string_view) {}

   protected:
    ~observer() = default;
  };

  struct bounds {
    store::redis_subscriptions::bounds channels{256, 1024};
    store::redis_reader::bounds message{std::size_t{65} << 20U, 16};
  };

  redis_subscriber(shard& home, redis_server server, const redis_timing& timing, const bounds& b,
                   observer& o);

  /// Up or not: what is wanted is asked for as soon as it can be. True: the channel is there already.
  bool subscribe(std::string_view channel);
  void unsubscribe(std::string_view channel);
  /// So many channels may be asked for and not confirmed.
  void hold_to(std::size_t unconfirmed) { channels_.hold_to(unconfirmed); }
  /// Of memory.
  std::size_t bytes() const { return socket_bytes() + channels_.bytes(); }
  /// Every message of the channel comes.
  bool hears(std::string_view channel) const { return is_up() && channels_.is_there(channel); }
  /// What should have come has not: another connection, please.
  void renew() { cut("silent"); }

 private:
  void on_up(const store::redis_greeting& said, time_point asked) override;
  void on_down() override;
  void on_input(std::string_view bytes) override;
  std::string take_output() override;
  void look() override;
  std::optional<time_point> deadline() const override { return pong_due_; }
  void take(const store::redis_reply& reply);

  bounds bounds_;
  store::redis_subscriptions channels_;
  std::optional<store::redis_reader> reader_;
  bool ping_ = false;  ///< has to be sent
  std::optional<time_point> pong_due_;
  observer& observer_;
};

}  // namespace roomd::actors
