// The publishes of one room that are not answered yet, in the order of the calls. Pure: the room sends them and says what
// became of each; the callers are told in the order in which they called, whatever the order of the answers.
//
// A publish that is to be sent again keeps its place: until it is sent, nothing behind it is, and it is not sent before
// everything that was already on its way behind it is answered. For the same reason, what was sent under one numbering is
// answered before anything is sent under another one: it may come back.
//
// It also says which publishes with a key bear publish.lua's `look`: the first one after the room was opened, and the next
// after every 64 that were stored; again, until one that bears it is stored. And it foresees the number that each one will
// get, so that publish.lua need not put it in: those behind it take the next ones. Where that was wrong for the last one
// that was answered (another node publishes as well, a repeat takes no number), it is not sure of the next ones.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "store/store.hpp"

namespace roomd::store {

class redis_publishes {
 public:
  using done = std::function<void(result<receipt>)>;
  /// Rises by one with every publish.
  using number = std::uint64_t;

  static constexpr int most_rounds = 3;
  static constexpr std::size_t most_publishes = 8192;
  static constexpr std::size_t most_bytes = std::size_t{16} << 20U;
  static constexpr std::uint32_t keys_a_look = 64;

  struct entry {
    std::string payload;
    std::string key;
    done tell;
    int rounds = 0;         ///< times it was sent
    epoch under = {};       ///< sent under last
    sequence foreseen = 0;  ///< the number that it probably gets; set by `next()`
    bool sure = false;      ///< so are those that were answered last
    bool in_flight = false;
    bool looks = false;  ///< whether the window of the room's keys must turn; set by `next()`
    std::optional<result<receipt>> outcome = {};
    int age = 0;  ///< ticks since then
  };

  number add(std::string payload, std::string key, done tell);
  /// As many wait as may, in number or in bytes; one may always.
  bool full() const;

  /// The next one to be sent under this numbering, whose newest message that is known is at `newest`; null: none may be.
  /// Valid until the next call.
  const entry* next(const position& newest, const std::string& generation);
  /// Its number.
  number upcoming() const { return next_; }
  /// It is being sent so; its number.
  number sent();
  const entry& operator[](number n) const { return entries_[static_cast<std::size_t>(n - begin_)]; }

  /// What became of one. Its caller is told by `tell()`.
  void answer(number n, result<receipt> r);
  /// The room was opened.
  void opened() { until_look_ = 0; }
  /// It was not carried out and may be sent again. False: it has been sent often enough.
  bool again(number n);
  /// One was carried out: those before it that wait to be sent again would come behind it, and are answered with `why`.
  void refuse_before(number n, const error& why);
  /// Those that are not on their way are answered with `why`.
  void refuse_waiting(const error& why);
  /// Tells the callers whose turn it is, but nobody of a message that the room's log does not have yet: it comes on the
  /// room's channel, and the room hears of it before its publisher does. May be called from inside what they are told by.
  void tell(const room_log& log);
  /// About a second has passed. Where the channel does not bring a message, its publisher is told all the same.
  void grow_old();
  void clear();
  bool empty() const { return entries_.empty(); }
  std::size_t bytes() const { return bytes_ + entries_.size() * (sizeof(entry) + 64); }

 private:
  static constexpr int patience =
      3;  ///< ticks: a hole that the channel leaves is found and mended within two

  static bool is_held(const entry& e, const room_log& log);
  void back_from_flight(entry& e);
  entry& at(number n) { return entries_[static_cast<std::size_t>(n - begin_)]; }

  std::deque<entry> entries_;
  number begin_ = 0;  ///< of the first of them
  number next_ = 0;   ///< from here on there are ones to be sent
  std::size_t bytes_ = 0;
  std::size_t in_flight_ = 0;
  std::uint32_t until_look_ = 0;  ///< keys to be stored before the next look
  epoch under_;
  std::string generation_;
  sequence foreseen_ = 0;  ///< of the one that is sent next
  bool sure_ = true;
  bool back_ = false;  ///< one came back and waits for those in flight
  bool telling_ = false;
};

}  // namespace roomd::store
