// The clients of one server: members spread over rooms, and publishers who are in none. One thread, which spins while
// traffic flows: a client that sleeps makes the server pay for waking it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "load/connection.hpp"
#include "load/dialect.hpp"
#include "load/tally.hpp"

namespace bench {

std::string room_name(std::size_t i);

class swarm {
 public:
  static constexpr std::size_t events_at_once = 512;

  explicit swarm(dialect how);
  ~swarm();
  swarm(const swarm&) = delete;
  swarm& operator=(const swarm&) = delete;

  /// Adds so many members, dealt over the rooms r0 to r(rooms-1), and a publisher, or one for each room where the
  /// server wants that; returns when all are ready. Throws when one is refused or `patience` ends.
  void connect(std::size_t members, std::size_t rooms);
  /// The same for members of another kind, all in one room, and without a publisher.
  void join(const role& who, std::size_t members, std::size_t room);
  /// Closes all members without a word.
  void drop_members();

  /// Members of each room (they are equally many), 0 without any.
  std::size_t room_size() const { return rooms_ == 0 ? 0 : members_.size() / rooms_; }
  std::size_t rooms() const { return rooms_; }
  std::vector<std::unique_ptr<connection>>& members() { return members_; }
  const dialect& how() const { return how_; }
  tally& seen() { return tally_; }

  /// Publishes `count` messages into a room with one system call.
  void publish(std::size_t room, std::size_t count);
  /// A publisher sends a text of its own.
  void say(std::string_view text) { publishers_.front()->send(how_.kind, text); }
  /// Stops or goes on reading from a client.
  void watch(connection& c, bool reads);
  /// Handles what has arrived, of at most `most` clients. `wait_ms`: sleeps so long for something to come, 0: not at
  /// all, -1: for ever. Returns whether the other thing of `wake_for` is there.
  bool poll(int wait_ms = 0, std::size_t most = events_at_once);
  /// Spins until `done` or the deadline; returns whether it is done.
  bool spin(const std::function<bool()>& done, std::chrono::milliseconds patience);
  /// `poll` is the other's too, from now on, a few of its clients at a time: they must not delay what is timed here.
  /// Null: no more.
  void poll_too(swarm* other) { other_ = other; }
  /// Something else that `poll(-1)` also wakes for.
  void wake_for(int descriptor);

 private:
  using clients = std::vector<std::unique_ptr<connection>>;
  void add(clients& to, const role& who, const std::string& room);
  void await_ready();

  dialect how_;
  tally tally_;
  int epoll_;
  std::size_t next_id_ = 0;
  std::size_t rooms_ = 0;
  clients members_;
  clients publishers_;
  swarm* other_ = nullptr;
};

}  // namespace bench
