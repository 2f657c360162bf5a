#include "store/redis_greeting.hpp"

#include <span>
#include <utility>

#include "store/redis_command.hpp"
#include "store/redis_info.hpp"

namespace roomd::store {
namespace {

constexpr redis_reader::bounds greeting_bounds{64 * 1024, 16};

}  // namespace

redis_greeting::redis_greeting(const redis_access& access, server wanted)
    : wanted_(wanted), reader_(greeting_bounds), allow_eviction_(access.allow_eviction) {
  const auto say = [this](std::initializer_list<std::string_view> words, step what = step::other) {
    output_ += format_redis_command(std::span(words.begin(), words.size()));
    left_.insert(left_.begin(), what);
  };
  if (!access.user.empty()) {
    say({"AUTH", access.user, access.password});
  } else if (!access.password.empty()) {
    say({"AUTH", access.password});
  }
  if (access.database != 0) say({"SELECT", std::to_string(access.database)});
  say({"PING"});
  if (wanted != server::sentinel) say({"INFO", "server", "memory", "replication"}, step::info);
}

std::string redis_greeting::take_output() { return std::exchange(output_, {}); }

redis_greeting::outcome redis_greeting::receive(std::string_view bytes) {
  reader_.feed(bytes);
  while (const auto reply = reader_.next()) {
    if (left_.empty()) return refuse("protocol");
    if (const auto so_far = take(*reply); so_far == outcome::refused) return so_far;
  }
  if (!reader_.fault().empty()) return refuse("protocol");
  return left_.empty() ? outcome::welcome : outcome::waiting;
}

redis_greeting::outcome redis_greeting::take(const redis_reply& reply) {
  const auto asked = left_.back();
  left_.pop_back();
  if (asked == step::info) return take_info(reply);
  if (reply.what == redis_reply::kind::error) return refuse(reply.error_word());
  if (reply.what != redis_reply::kind::text) return refuse("protocol");
  return outcome::waiting;
}

// Before Redis 7 INFO takes one section, and says that this is no syntax.
redis_greeting::outcome redis_greeting::take_info(const redis_reply& reply) {
  if (reply.is_error("ERR") && reply.error_word() == "error") return refuse("version");
  if (reply.what == redis_reply::kind::error) return refuse(reply.error_word());
  if (reply.what != redis_reply::kind::text) return refuse("protocol");
  const auto said = parse_redis_info(reply.text);
  if (!said) return refuse(redis_is_sentinel(reply.text) ? "sentinel" : "protocol");
  if (said->version != 0 && said->version < 7) return refuse("version");
  if (!said->master && wanted_ == server::master) return refuse("replica");
  if (said->evicts && wanted_ == server::master && !allow_eviction_) return refuse("eviction");
  generation_ = said->generation;
  clock_ = said->clock;
  return outcome::waiting;
}

redis_greeting::outcome redis_greeting::refuse(std::string_view why) {
  problem_ = why;
  return outcome::refused;
}

}  // namespace roomd::store
