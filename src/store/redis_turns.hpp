// Who may send next over one connection to Redis, where more want to than should be under way at a time. Pure: the link
// asks whose turn it is, and says what was sent and how long the answer took. One object a connection, on its thread.
//
// What clients wait for (publishes, pages) may fill the connection. What rooms do by themselves (to open, to find out
// where they stand, what nodes tell each other) is held to a window, so that no publish waits long behind a hundred
// thousand rooms that come back at once. The window grows while answers come as fast as the fastest did, and shrinks
// when they take longer.
//
// Each kind has a queue, first come, first served. Where several wait, they take turns by weight, so that none starves.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>

namespace roomd::store {

/// What somebody wants to send, and so how it is queued.
enum class redis_want : std::uint8_t {
  command,   ///< a client waits for it, or it must not wait
  urgent,    ///< a room has to find out where it stands, and clients wait for that
  reopen,    ///< a room has to find out where it stands
  presence,  ///< what a node tells the others of who is there
};

/// Who waits for a turn. A turn that comes when it is wanted no more is passed over.
class redis_waiter {
 public:
  virtual void on_turn(redis_want what) = 0;

 protected:
  ~redis_waiter() = default;
};

/// How much may be under way, so that answers take little longer than they have to.
class redis_window {
 public:
  static constexpr std::size_t least = 16;
  static constexpr std::size_t most = 1024;
  /// Beyond the fastest answer of this connection.
  static constexpr std::chrono::milliseconds patience{3};

  using duration = std::chrono::steady_clock::duration;

  bool open() const { return under_way_ < size_; }
  std::size_t size() const { return size_; }
  std::size_t under_way() const { return under_way_; }
  void sent() {
    if (++under_way_ >= size_) filled_ = true;
  }
  /// Lost with the connection, or answered after `took`.
  void lost() { --under_way_; }
  void answered(duration took) {
    fastest_ = std::min(fastest_, took);
    ++answers_;
    if (took > fastest_ + patience) {
      shrink();
    } else if (filled_ && size_ < most && (!shrunk_ || answers_ * 4 >= size_)) {
      ++size_;
      answers_ = 0;
    }
    if (--under_way_ == 0) filled_ = false;  // it was larger than it had to be
  }
  /// A new connection.
  void restart() { *this = redis_window(); }

 private:
  /// Once for what was under way together.
  void shrink() {
    if (shrunk_ && answers_ < size_) return;
    size_ = std::max(least, size_ - size_ / 4);
    answers_ = 0;
    shrunk_ = true;
  }

  std::size_t size_ = least;
  std::size_t under_way_ = 0;
  std::size_t answers_ = 0;  ///< since the size was changed
  bool filled_ = false;      ///< as much was under way as may be
  bool shrunk_ = false;      ///< until then it grows with every answer
  duration fastest_ = duration::max() / 2;
};

class redis_turns {
 public:
  /// Nobody of this kind waits, nor of a kind that shares the window with it.
  bool nobody_before(redis_want what) const {
    return what == redis_want::command ? queue(what).empty() : waiting_ == queue(redis_want::command).size();
  }
  void wait(redis_want what, std::weak_ptr<redis_waiter> who) {
    queue(what).push_back(std::move(who));
    ++waiting_;
  }
  std::size_t waiting() const { return waiting_; }
  std::size_t waiting(redis_want what) const { return queue(what).size(); }

  /// Somebody who still lives, and for what; none: nobody who may go waits. `commands`, `others`: which kinds may go.
  struct turn {
    redis_want what;
    std::shared_ptr<redis_waiter> who;
  };
  std::optional<turn> next(bool commands, bool others) {
    while (const auto what = choose(commands, others)) {
      auto who = queue(*what).front().lock();
      queue(*what).pop_front();
      --waiting_;
      if (who) return turn{*what, std::move(who)};
    }
    return {};
  }
  /// The connection is lost. Whoever still wants something asks again when it is back.
  void clear() { *this = redis_turns(); }

 private:
  static constexpr std::size_t kinds = 4;

  std::deque<std::weak_ptr<redis_waiter>>& queue(redis_want what) {
    return queues_[static_cast<std::size_t>(what)];
  }
  const std::deque<std::weak_ptr<redis_waiter>>& queue(redis_want what) const {
    return queues_[static_cast<std::size_t>(what)];
  }
  /// The one that has had least of what its weight gives it.
  std::optional<redis_want> choose(bool commands, bool others) {
    constexpr std::array<std::uint64_t, kinds> weights{16, 11, 4, 1};
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < kinds; ++i) {
      if (queues_[i].empty() || !(i == 0 ? commands : others)) continue;
      had_[i] = std::max(had_[i], floor_);  // who did not want any has no claim on it later
      if (!best || had_[i] < had_[*best]) best = i;
    }
    if (!best) return {};
    floor_ = had_[*best];
    had_[*best] += 11 * 16 * 4 / weights[*best];
    return static_cast<redis_want>(*best);
  }

  std::array<std::deque<std::weak_ptr<redis_waiter>>, kinds> queues_;
  std::array<std::uint64_t, kinds> had_{};
  std::uint64_t floor_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace roomd::store
