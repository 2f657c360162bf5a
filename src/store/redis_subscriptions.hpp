// The channels that somebody here wants to hear, and how far the server knows: what one connection of sharded pub/sub
// asks and hears. Pure: whoever owns it has the socket and the clock.
//
// A channel has at most one command under way; whoever changes their mind meanwhile is served when that is confirmed.
// Commands name many channels each, and only so many channels are unconfirmed at a time, so that a hundred thousand of
// them come back after a lost connection without filling anyone's buffers.
//
// In a cluster a server may refuse one channel, and takes one away by itself, when its slot has moved. Such a channel is
// forgotten, and whoever wants it is told. Which one an error is about, the order of the replies says.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

#include "core/text_hash.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

class redis_subscriptions {
 public:
  struct bounds {
    std::size_t
        channels_a_command;   ///< 1 where they live in slots of a cluster, which may refuse or lose one
    std::size_t unconfirmed;  ///< channels
  };
  /// With a name of usual length, on a 64-bit machine.
  static constexpr std::size_t bytes_a_channel = 160;
  /// Of the channels that are asked for again, so many are looked at in one call.
  static constexpr std::size_t buckets_a_call = 2048;

  /// What a reply says; views that stand until the next one.
  struct event {
    enum class kind : std::uint8_t {
      nothing,     ///< no news for anyone
      message,     ///< on a channel that is wanted
      subscribed,  ///< from here on every message of the channel comes
      refused,     ///< the channel's slot is not served here any more: it is not asked for again
      pong,
      broken,  ///< `payload` says why, one word; the connection is of no use any more
    };
    kind what = kind::nothing;
    std::string_view channel = {};
    std::string_view payload = {};
  };

  explicit redis_subscriptions(bounds b) : bounds_(b) {}
  redis_subscriptions(redis_subscriptions&&) = default;
  redis_subscriptions& operator=(redis_subscriptions&&) = default;

  /// So many channels may be unconfirmed from now on.
  void hold_to(std::size_t unconfirmed) { bounds_.unconfirmed = unconfirmed; }
  void subscribe(std::string_view channel);
  void unsubscribe(std::string_view channel);
  bool wanted(std::string_view channel) const;
  /// Every message of the channel comes.
  bool is_there(std::string_view channel) const;
  std::size_t size() const { return channels_.size(); }
  /// Of memory, about.
  std::size_t bytes() const { return channels_.size() * bytes_a_channel; }

  /// Commands for the server, once.
  std::string take_output();
  /// There may be more, in another turn.
  bool has_more() const { return buckets_ > 0 && unconfirmed_.size() < bounds_.unconfirmed; }
  event receive(const redis_reply& reply);
  /// The connection is gone: the next one begins with nothing, and everything wanted is asked for again.
  void restart();

 private:
  enum class standing : std::uint8_t { away, asked, there, leaving };
  struct entry {
    std::uint32_t connection =
        0;  ///< `now` is of this one; of a later one nothing is known, so the channel is away
    standing now = standing::away;
    bool wanted = true;
    bool queued = false;  ///< in `changed_`
  };
  using channel_map = text_map<entry>;

  void look_at(channel_map::value_type& channel);
  standing standing_of(const entry& e) const { return e.connection == connection_ ? e.now : standing::away; }
  void set(entry& e, standing now) const;
  void look_at_more(std::size_t& buckets);
  bool in_slots() const { return bounds_.channels_a_command == 1; }
  event confirmed(std::string_view channel, bool subscribed);
  event failed(const redis_reply& error);
  event taken_away(std::string_view channel);

  bounds bounds_;
  channel_map channels_;  ///< its nodes stay where they are
  std::deque<channel_map::value_type*> changed_;
  std::uint32_t connection_ = 0;
  std::size_t bucket_ = 0;   ///< the first one that was not looked at since the connection was made
  std::size_t buckets_ = 0;  ///< how many there were then; 0: all have been looked at
  std::deque<std::string> unconfirmed_;  ///< in a cluster in the order in which they will be
  std::string refused_;                  ///< last
};

}  // namespace roomd::store
