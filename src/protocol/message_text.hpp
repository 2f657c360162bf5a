// The `message` push in two steps. The publisher's session writes all of it that it knows, behind headroom;
// once the store has numbered it, number, time and WebSocket header go in front. So a payload is copied once,
// and the frame is made once for all who will ever get it.
//
//   draft:   headroom                                      "room":…,"event":…,"user":…,"data":…}}
//   message: WebSocket header, {"message":{"seq":7,"time":…, "room":…,"event":…,"user":…,"data":…}}
#pragma once

#include <string_view>

#include "core/ids.hpp"
#include "core/message.hpp"
#include "protocol/command.hpp"

namespace roomd::protocol {

/// Copies what it needs out of the command. `session_id` is the publisher's public one.
draft make_draft(const publish_command& c, std::string_view user, std::string_view session_id);

/// `d` comes from `make_draft`; `seq` 0 is an ephemeral message, which has no number on the wire. The message has no
/// compressed frame, whatever the draft asks for.
message_ptr seal(draft&& d, sequence seq, unix_ms now);

/// A roomd::sealer that compresses what the draft asks for. Its deflater, which its copies share, is made with the first
/// such draft.
sealer make_sealer();

/// How drafts travel between nodes: `SESSION FLAG BODY`, where FLAG is `e` for one that its own session wants to hear,
/// else `-`, and BODY is what stands in the push behind the time.
message_codec make_codec();

/// What stands after `"message":` in the push: the object that a page of history lists. A slice of the frame.
std::string_view object_text(const message& m);

}  // namespace roomd::protocol
