// What is published into a room: first a draft, made by the publisher's session, then, once the store has numbered
// it, an immutable message that the room's log, the fan-out and every catch-up share by reference.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/frame.hpp"
#include "core/ids.hpp"

namespace roomd {

/// A publication without number and time. The publisher's session has encoded all of the message that it knows
/// already, with headroom in front, so that a payload is copied once between the socket and the log.
struct draft {
  std::string
      encoded;  ///< headroom, then the wire text that follows number and time; see protocol/message_text.hpp
  std::string key;      ///< deduplication key, empty where the publisher gave none
  std::string session;  ///< the publishing session's public id
  bool echo = false;    ///< the publishing session wants to hear it too
  bool ephemeral = false;
  bool deflate = false;       ///< a member takes compressed frames; the room says so
  std::uint64_t address = 0;  ///< of the publisher's peer, as its text_hash; 0: it has none
};

/// A numbered message. Immutable once made.
struct message {
  sequence seq = 0;  ///< 0: ephemeral, not in the log
  unix_ms time = 0;
  std::string session;  ///< the publishing session's public id
  bool echo = false;
  frame native;  ///< the `message` push of protocol.md section 3
  /// The same, compressed. Null: nobody wanted it so when it was sealed, or it would be no shorter.
  frame_ptr deflated = nullptr;

  /// What it counts against a bound in bytes.
  std::size_t size() const {
    return native.size() + sizeof(message) + (deflated ? deflated->size() + sizeof(frame) : 0);
  }
  /// Bytes on the wire, for a session that takes compressed frames or for one that does not.
  std::size_t wire_size(bool deflates) const {
    return deflates && deflated ? deflated->size() : native.size();
  }
  /// Promise 8: the publisher is not echoed unless it asked.
  bool is_for(std::string_view session_id) const { return echo || session != session_id; }
};

using message_ptr = std::shared_ptr<const message>;

/// The frame for a session that takes compressed ones or for one that does not. The plain one keeps the message alive.
inline frame_ptr frame_for(const message_ptr& m, bool deflates) {
  if (deflates && m->deflated) return m->deflated;
  return {m, &m->native};
}

/// Turns a draft into a message once its number and time are known. The wire's text is protocol's business, so the
/// daemon hands the store this function: one for each shard, used on its thread only.
using sealer = std::function<message_ptr(draft&&, sequence, unix_ms)>;

/// How a draft travels between nodes, for the same reason: bytes without number, time and key, which the store keeps
/// beside it. Both are pure.
struct message_codec {
  std::function<std::string(const draft&)> pack;
  /// Nothing: it is not what `pack` makes.
  std::function<std::optional<draft>(std::string_view)> unpack;
};

}  // namespace roomd
