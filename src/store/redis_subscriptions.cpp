#include "store/redis_subscriptions.hpp"

#include <utility>
#include <vector>

#include "store/redis_command.hpp"

namespace roomd::store {
namespace {

/// Gathers channels and says a command for every few of them.
class command_batch {
 public:
  command_batch(std::string_view command, std::size_t most, std::string& to)
      : command_(command), most_(most), to_(to) {}
  void add(std::string_view channel) {
    if (words_.empty()) words_.push_back(command_);
    words_.push_back(channel);
    if (words_.size() > most_) flush();
  }
  void flush() {
    if (!words_.empty()) to_ += format_redis_command(words_);
    words_.clear();
  }

 private:
  std::string_view command_;
  std::size_t most_;
  std::string& to_;
  std::vector<std::string_view> words_;
};

}  // namespace

void redis_subscriptions::subscribe(std::string_view channel) {
  auto& found = *channels_.try_emplace(std::string(channel)).first;
  found.second.wanted = true;
  look_at(found);
}

void redis_subscriptions::unsubscribe(std::string_view channel) {
  const auto found = channels_.find(channel);
  if (found == channels_.end()) return;
  found->second.wanted = false;
  look_at(*found);
}

bool redis_subscriptions::wanted(std::string_view channel) const {
  const auto found = channels_.find(channel);
  return found != channels_.end() && found->second.wanted;
}

bool redis_subscriptions::is_there(std::string_view channel) const {
  const auto found = channels_.find(channel);
  return found != channels_.end() && found->second.wanted && standing_of(found->second) == standing::there;
}

/// Queues it where the server has to be told something, or the channel can be forgotten.
void redis_subscriptions::look_at(channel_map::value_type& channel) {
  auto& e = channel.second;
  const standing now = standing_of(e);
  const bool at_rest = e.wanted && now == standing::there;
  const bool under_way = now == standing::asked || now == standing::leaving;
  if (at_rest || under_way || e.queued) return;
  changed_.push_back(&channel);
  e.queued = true;
}

std::string redis_subscriptions::take_output() {
  std::string commands;
  command_batch asked("SSUBSCRIBE", bounds_.channels_a_command, commands);
  command_batch leaving("SUNSUBSCRIBE", bounds_.channels_a_command, commands);
  std::vector<channel_map::value_type*> forgotten;
  std::size_t buckets = buckets_a_call;
  do {
    look_at_more(buckets);
    while (!changed_.empty() && unconfirmed_.size() < bounds_.unconfirmed) {
      auto& channel = *changed_.front();
      changed_.pop_front();
      auto& e = channel.second;
      e.queued = false;
      const standing now = standing_of(e);
      if (e.wanted && now == standing::away) {
        set(e, standing::asked);
        asked.add(channel.first);
        unconfirmed_.push_back(channel.first);
      } else if (!e.wanted && now == standing::there) {
        set(e, standing::leaving);
        leaving.add(channel.first);
        unconfirmed_.push_back(channel.first);
      } else if (!e.wanted && now == standing::away) {
        e.queued = true;  // so that nobody looks at it again
        forgotten.push_back(&channel);
      }
    }
  } while (has_more() && buckets > 0);
  asked.flush();
  leaving.flush();
  for (const auto* channel : forgotten) channels_.erase(channels_.find(channel->first));
  return commands;
}

redis_subscriptions::event redis_subscriptions::receive(const redis_reply& reply) {
  using kind = redis_reply::kind;
  constexpr event nonsense{event::kind::broken, {}, "protocol"};
  if (reply.what == kind::error) return failed(reply);
  if (reply.what == kind::text && reply.text == "PONG") return {event::kind::pong, {}, {}};
  if (reply.what != kind::list || reply.items.size() < 2 || reply.items[1].what != kind::text)
    return nonsense;
  const std::string_view word = reply.items[0].text;
  const std::string_view channel = reply.items[1].text;
  if (word == "pong") return {event::kind::pong, {}, {}};
  if (reply.items.size() != 3) return nonsense;
  if (word == "smessage") {
    if (!wanted(channel)) return {};
    return {event::kind::message, channel, reply.items[2].text};
  }
  if (word == "ssubscribe") return confirmed(channel, true);
  if (word == "sunsubscribe") return confirmed(channel, false);
  return nonsense;
}

redis_subscriptions::event redis_subscriptions::confirmed(std::string_view channel, bool subscribed) {
  const auto found = channels_.find(channel);
  const auto asked = subscribed ? standing::asked : standing::leaving;
  const bool expected = found != channels_.end() && standing_of(found->second) == asked;
  const bool in_turn = expected && (!in_slots() || unconfirmed_.front() == channel);
  if (!in_turn && !subscribed && in_slots()) return taken_away(channel);
  if (!in_turn) return {event::kind::broken, {}, subscribed ? "protocol" : "unsubscribed"};
  auto& e = found->second;
  set(e, subscribed ? standing::there : standing::away);
  unconfirmed_.pop_front();
  look_at(*found);
  if (!subscribed || !e.wanted) return {};
  return {event::kind::subscribed, channel, {}};
}

/// The next channel that should have been confirmed is not.
redis_subscriptions::event redis_subscriptions::failed(const redis_reply& error) {
  const bool of_slot = error.is_error("MOVED") || error.is_error("ASK") || error.is_error("TRYAGAIN") ||
                       error.is_error("CLUSTERDOWN");
  if (!in_slots() || !of_slot || unconfirmed_.empty()) return {event::kind::broken, {}, error.error_word()};
  refused_ = std::move(unconfirmed_.front());
  unconfirmed_.pop_front();
  const auto found = channels_.find(refused_);
  const bool wanted = found->second.wanted;
  channels_.erase(found);  // what is unconfirmed is not queued
  if (!wanted) return {};
  return {event::kind::refused, refused_, {}};
}

/// What waits for a confirmation goes by that.
redis_subscriptions::event redis_subscriptions::taken_away(std::string_view channel) {
  const auto found = channels_.find(channel);
  if (found == channels_.end() || standing_of(found->second) != standing::there) return {};
  auto& e = found->second;
  const bool wanted = std::exchange(e.wanted, false);
  set(e, standing::away);
  if (!e.queued) channels_.erase(found);
  if (!wanted) return {};
  return {event::kind::refused, channel, {}};
}

void redis_subscriptions::restart() {
  unconfirmed_.clear();
  ++connection_;
  bucket_ = 0;
  buckets_ = channels_.bucket_count();
}

void redis_subscriptions::set(entry& e, standing now) const {
  e.now = now;
  e.connection = connection_;
}

/// Queues channels that have to be asked for again, a part of them. Where the table has grown meanwhile, they are
/// elsewhere in it: it begins anew, and those that were looked at are queued or under way.
void redis_subscriptions::look_at_more(std::size_t& buckets) {
  if (buckets_ > 0 && buckets_ != channels_.bucket_count()) {
    bucket_ = 0;
    buckets_ = channels_.bucket_count();
  }
  for (; buckets > 0 && changed_.size() < bounds_.unconfirmed && buckets_ > 0; --buckets) {
    for (auto c = channels_.begin(bucket_); c != channels_.end(bucket_); ++c) look_at(*c);
    if (++bucket_ == buckets_) buckets_ = 0;
  }
}

}  // namespace roomd::store
