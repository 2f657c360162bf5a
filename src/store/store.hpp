// The contract of every engine: a room's ordered log, kept beyond the room's actor. One engine a shard, used on its
// thread only; it outlives the rooms that it opened. A room is opened once at a time and closed by destroying the
// handle. tests/unit/store/store_suite.hpp runs against every sibling.
//
// Where many nodes share a room, what is published anywhere comes to all of them through their stores: the room hears
// of its own messages as it hears of the others', and in the same order.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/room_log.hpp"
#include "core/stats.hpp"

namespace roomd::store {

/// The two clocks of one moment: time-outs and ages are measured on the first, people are told the second.
struct moment {
  std::chrono::steady_clock::time_point now;
  unix_ms wall = 0;
};

/// What became of a publish.
struct receipt {
  position at;
  bool duplicate = false;  ///< it was stored before, with this key: `at` is the first one's place
};

/// The room, as its store sees it. Called on the shard's thread, also from inside calls of the room's; what happens in
/// the room happens in the order of these calls. None comes once the handle is destroyed.
class room_observer {
 public:
  /// The log can be read. Once; perhaps from inside `open()`.
  virtual void on_open() = 0;
  /// It cannot be opened now: what waits for it is refused with this. The store goes on trying.
  virtual void on_unavailable(const error& why) = 0;
  /// A message: the log holds it already as its newest, unless it is ephemeral (`seq` 0).
  virtual void on_message(const message_ptr& m) = 0;
  /// The log goes on under another epoch, from `at`. `child`: what a member has had up to `at` is this epoch's too, and
  /// what it has had beyond is lost; else nothing that it has had is known here.
  virtual void on_numbering(const position& at, bool child) = 0;
  /// Another node, or this one, has said this to the room's nodes.
  virtual void on_word(std::string_view text) = 0;
  /// From here on words come; those before may have been missed. Also for the first time, behind on_open().
  virtual void on_words() = 0;
  /// Whether a member takes compressed frames, so that messages are made with them.
  virtual bool wants_deflated() const = 0;

 protected:
  ~room_observer() = default;
};

/// Messages of an open room, ascending: from number `from` on, or else the newest below `before` (0: of all).
struct page_range {
  sequence from = 0;
  sequence before = 0;
  page_bounds bounds;
  bool operator==(const page_range&) const = default;
};

/// An open room.
class room_store {
 public:
  using pages = std::vector<message_ptr>;

  virtual ~room_store() = default;
  /// After on_open(). Before that, only this and create() may be called.
  virtual bool is_open() const = 0;
  /// It was opened to read, and now somebody writes. Where the engine knows nothing of the room, it is not open any more,
  /// until on_open() comes once more.
  virtual void create() {}
  /// The newest part of the room's log, without what is too old by now. Valid until the next call.
  virtual const room_log& log(moment at) = 0;
  /// Numbers and keeps a message, or finds it by its key. `done` is called once, in the order of the calls, perhaps
  /// before this returns; where it was kept, the room hears of it by on_message(), sooner or later than by this. An
  /// `unavailable` says that it is not known to be kept.
  virtual void append(draft what, moment at, std::function<void(result<receipt>)> done) = 0;
  /// Brings the log up to what the engine has by now: somebody has seen more of the room than the log knows.
  /// `done` gets why it cannot, or nothing. Called once, perhaps before this returns, or not at all where the handle is
  /// destroyed first.
  virtual void refresh(std::function<void(const std::optional<error>&)> done) = 0;
  /// To the nodes that have the room in use: not kept, in the order of the calls, lost where the engine is away.
  virtual void say(const std::string& word) = 0;
  /// The same, for a word to which the other nodes answer. `heard` gets how many of them it came to, later, or not at
  /// all where it is lost.
  using listeners = std::function<void(std::size_t others)>;
  virtual void ask(const std::string& word, listeners) { say(word); }  // NOLINT(*-unnecessary-value-param)
  /// Sends a message that is not kept to who is there.
  virtual void send(draft what, moment at) = 0;
  /// Reads what the log knows to be kept (`room_log::first()`) but does not hold (`held()`). It may begin later than it
  /// was asked to, where messages have become too old meanwhile. `done` is called once, later, or not at all where the
  /// handle is destroyed first. While the engine is away it waits, some seconds; then `done` gets why it cannot be read.
  virtual void read(const page_range& what, std::function<void(result<pages>)> done) = 0;
};

/// What becomes of the nodes that share an engine.
struct node_watch {
  std::function<void(const std::string&)> ended;     ///< another one has died
  std::function<void(const std::string&)> returned;  ///< one that was taken for dead lives
  std::function<void()> lapsed;                      ///< the others may have taken this one for dead
};

class room_engine {
 public:
  virtual ~room_engine() = default;
  /// On the shard's thread, before the first `open()`, and after the last.
  virtual void start() {}
  virtual void stop() {}
  /// Why it does not serve, for people; empty: it does.
  virtual std::string problem() const { return {}; }
  /// `room` outlives the handle.
  virtual std::unique_ptr<room_store> open(const std::string& name, room_observer& room) = 0;
  /// The same, but where the engine knows nothing of the room it leaves nothing behind, and the log is empty, perhaps
  /// without an epoch.
  virtual std::unique_ptr<room_store> open_to_read(const std::string& name, room_observer& room) {
    return open(name, room);
  }
  /// Frees what is too old. Called about once a second.
  virtual void sweep(moment at) = 0;
  /// Bytes of history held.
  virtual std::size_t bytes() const = 0;
  /// This node's name among those that share the engine; empty: nobody else does.
  virtual const std::string& node() const = 0;
  /// A node of this name has said something; should it turn out to be dead, `ended` is told.
  virtual void heard(const std::string&) {}
  /// What to tell, by one shard's engine for all, on its thread. Before `start()`.
  virtual void watch(const node_watch&) {}
  /// Fills in `engine_…`.
  virtual void count(shard_stats&) const {}
};

}  // namespace roomd::store
