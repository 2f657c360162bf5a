// A socket as a session sees it, and a session as a socket sees it: two small interfaces that meet in the middle.
// Both live on one shard and are called on its thread only. Neither calls back from inside a call: what a
// transport has to say comes later, from a completion of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "core/close_code.hpp"
#include "core/frame.hpp"

namespace roomd {

/// Where frames are put for one peer. What delivers to a thousand of them keeps a reference to each, since every object
/// on the way to it is one more that must come from memory. Lives as long as its transport.
class outbox {
 public:
  /// Takes the frame always; it leaves with everything else that gathers in this turn of the shard.
  virtual void push(frame_ptr f) = 0;
  /// Bytes taken that the kernel has not.
  virtual std::size_t buffered() const = 0;

 protected:
  ~outbox() = default;
};

/// The output side. Owned by its session through a shared_ptr, alive until the session lets go and all I/O ended.
class transport {
 public:
  virtual ~transport() = default;
  virtual outbox& output() = 0;
  /// The peer takes compressed frames: permessage-deflate was agreed on. The same from beginning to end.
  virtual bool deflates() const = 0;
  /// Stops reading while `paused`: the peer's commands wait in its own buffers.
  virtual void pause_reading(bool paused) = 0;
  /// Whether its input and output come before those of others, which wait for what time the shard has left over. At
  /// first they do not: thousands that connect at once must not hold up those who are there.
  virtual void favour(bool yes) = 0;
  /// Ends the conversation: what is buffered, then the close frame, then the socket. `on_closed` follows, whether
  /// the peer answers or the close time-out ends it.
  virtual void close(close_code code) = 0;
  /// The same, but what is buffered is thrown away first, up to a frame's edge (a reader that makes no progress).
  /// The close frame waits for such a reader as long as the write time-out.
  virtual void close_discarding(close_code code) = 0;
  /// Ends the socket now. `on_closed` follows.
  virtual void abort() = 0;
  /// Whether something of the peer's, its end too, lies unread: a system call, for who is about to say that nothing came.
  virtual bool input_waits() const = 0;
  /// The same for who is about to say that nothing went: whether the socket takes more.
  virtual bool takes_output() const = 0;
};

/// The input side: the session. The transport keeps it alive until `on_closed` has returned.
class transport_listener {
 public:
  virtual ~transport_listener() = default;
  /// A whole text message: valid UTF-8, at most `session.max_message` bytes, valid during the call.
  virtual void on_text(std::string_view text) = 0;
  virtual void on_binary() = 0;
  /// Something arrived that is no message (a WebSocket ping or pong): a sign of life.
  virtual void on_alive() = 0;
  /// The kernel takes no more: what is buffered waits for the peer.
  virtual void on_blocked() = 0;
  /// After `on_blocked`, or while reading is paused: some of it went to the kernel. Ask the outbox how much still
  /// waits.
  virtual void on_progress() = 0;
  /// The last call: the socket is gone.
  virtual void on_closed() = 0;
};

using transport_ptr = std::shared_ptr<transport>;
using listener_ptr = std::shared_ptr<transport_listener>;

}  // namespace roomd
