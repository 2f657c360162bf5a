#include "actors/redis_subscriber.hpp"

#include <utility>

namespace roomd::actors {

redis_subscriber::redis_subscriber(shard& home, redis_server server, const redis_timing& timing,
                                   const bounds& b, observer& o)
    : redis_connection(home, std::move(server), timing, "channels"),
      bounds_(b),
      channels_(b.channels),
      observer_(o) {}

bool redis_subscriber::subscribe(std::string_view channel) {
  channels_.subscribe(channel);
  has_output();
  return is_up() && channels_.is_there(channel);
}

void redis_subscriber::unsubscribe(std::string_view channel) {
  channels_.unsubscribe(channel);
  has_output();
}

void redis_subscriber::on_up(const store::redis_greeting&, time_point) {
  reader_.emplace(bounds_.message);
  channels_.restart();
  has_output();
  observer_.on_redis_up();
}

void redis_subscriber::on_down() {
  ping_ = false;
  pong_due_.reset();
  observer_.on_redis_down();
}

std::string redis_subscriber::take_output() {
  std::string commands = channels_.take_output();
  if (channels_.has_more()) has_output_next();
  if (std::exchange(ping_, false)) commands += "*1\r\n$4\r\nPING\r\n";
  return commands;
}

void redis_subscriber::look() {
  if (pong_due_) return;
  ping_ = true;
  pong_due_ = now() + timing().reply;
  has_output();
}

void redis_subscriber::on_input(std::string_view bytes) {
  hand_out(*reader_, bytes, [this](const store::redis_reply& reply) { take(reply); });
}

void redis_subscriber::take(const store::redis_reply& reply) {
  using kind = store::redis_subscriptions::event::kind;
  const auto event = channels_.receive(reply);
  switch (event.what) {
    case kind::nothing:
      return has_output();  // a confirmation makes room for the next channels
    case kind::message:
      return observer_.on_redis_message(event.channel, event.payload);
    case kind::subscribed:
      has_output();
      return observer_.on_redis_subscribed(event.channel);
    case kind::refused:
      has_output();
      return observer_.on_redis_refused(event.channel);
    case kind::pong:
      if (!pong_due_) return cut("protocol");
      pong_due_.reset();
      return well();
    case kind::broken:
      return cut(event.payload);
  }
}

}  // namespace roomd::actors
