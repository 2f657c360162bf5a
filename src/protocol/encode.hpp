// What the server says: the replies of section 2, the errors of section 5 and the pushes of section 3 of
// docs/protocol.md, as whole frames. The `message` push is in message_text.hpp.
//
// A reply's `id` is that of its command, 1 or more: a command without one is not answered. `info` is pasted
// as it came, and empty `info` is `{}`.
#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "core/frame.hpp"
#include "core/ids.hpp"
#include "core/member.hpp"
#include "core/room_messages.hpp"

namespace roomd::protocol {

struct hello_answer {
  std::string_view session;
  std::string_view user;
  std::string_view server;         ///< name and version
  std::chrono::milliseconds ping;  ///< the interval; in seconds on the wire
  std::size_t max_message;         ///< bytes
};

// --- replies -------------------------------------------------------------------------------------

/// A reply that may end with a page of members. A long page is a frame of its own, which all replies with it share.
struct reply_frames {
  frame_ptr first;
  frame_ptr rest{};  ///< null: `first` is the whole reply
};

frame_ptr hello_reply(command_id id, const hello_answer& a);
reply_frames joined_reply(command_id id, const joined& j);
frame_ptr left_reply(command_id id, std::string_view room);
frame_ptr published_reply(command_id id, const published& p);
frame_ptr history_reply(command_id id, const history_read& h);
reply_frames members_reply(command_id id, const members_listed& m);
frame_ptr identity_reply(command_id id);
/// `id` 0: a push.
frame_ptr error_reply(command_id id, const error& e);

// --- pushes --------------------------------------------------------------------------------------

frame_ptr gap_push(std::string_view room, const gap_notice& g);
frame_ptr epoch_push(std::string_view room, const position& at);
/// The change in as many pushes as keep each below `bytes`; at least one user in each.
std::vector<frame_ptr> members_pushes(std::string_view room, const presence_change& change,
                                      std::size_t bytes);
frame_ptr removed_push(std::string_view room, int code, std::string_view reason);
/// The same frame each time.
frame_ptr ping_push();

}  // namespace roomd::protocol
