// What sessions ask of rooms and what rooms answer: plain values, the payload of the actors' messages. A command
// goes session → directory → room; every answer comes back through the hub of the session's shard, so that its
// order among the room's messages is the room's order.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/batch.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/member.hpp"
#include "core/member_page.hpp"
#include "core/message.hpp"

namespace roomd {

/// Who asks: the address to answer to, and the session's own number for the command, which the answer repeats.
struct origin {
  session_address session;
  std::uint64_t serial = 0;
};

// --- session → room ----------------------------------------------------------------------------------------------

struct join_room {
  std::string room;
  origin from;
  std::string session_id;  ///< public id
  bool published = false;  ///< the session has published before, so that some messages may be its own
  user_info who;
  std::uint64_t info_stamp =
      0;  ///< grows with every `hello` and `identity` on this node: the newest info wins
  std::optional<position> since;
  std::optional<std::uint64_t> last;
  bool members = false;   ///< list them in the answer and push their changes
  bool deflates = false;  ///< the session takes compressed frames
  std::size_t bytes = 0;  ///< what the first page may bring, should it be behind; 0: none
  bool charged = false;   ///< as if it put the room to use
};

struct leave_room {
  std::string room;
  origin from;
  bool answer = true;  ///< false: the session is gone
};

struct published;
using publish_answer = std::function<void(result<published>)>;

struct publish_message {
  std::string room;
  origin from;
  std::shared_ptr<draft> what;  ///< the room moves it out
  /// Who publishes without a session is told by this in place of an answer: once, on the room's shard, or not at all
  /// where the room ends by a fault.
  publish_answer tell = {};
  bool charged = false;  ///< as if it put the room to use
};

struct read_history {
  std::string room;
  origin from;
  std::optional<sequence> since;   ///< exclusive
  std::optional<sequence> before;  ///< exclusive
  std::uint64_t limit = 100;
  std::size_t bytes = 0;  ///< of messages in the answer, at most
};

struct list_members {
  std::string room;
  origin from;
  /// Not a command where it is `reset`: the session missed presence changes and wants the list as pushes.
  member_form form = member_form::reply;
  member_cursor after{};
  std::uint64_t limit = 0;  ///< users; 0: as many as fit
};

/// The next page for a cursor. Pages are asked for one at a time.
struct read_page {
  std::string room;
  origin from;
  sequence next = 1;
  std::size_t bytes = 0;  ///< at most so many, but at least one message
};

/// Answered by `info_taken`, so that a session has at most one of them on its way to a room.
struct update_info {
  std::string room;
  origin from;
  std::shared_ptr<const std::string> info;  ///< shared by all rooms that are told
  std::uint64_t info_stamp = 0;
};

// --- room → session ----------------------------------------------------------------------------------------------

/// The numbering is not what the session thought: go on from `seq` of `epoch`.
struct epoch_notice {
  position at;
};
/// These numbers, both ends included, will never come.
struct gap_notice {
  sequence from = 0;
  sequence to = 0;
};
using notice = std::variant<std::monostate, gap_notice, epoch_notice>;

/// A page for a cursor: first the gap, then the messages.
struct page_read {
  origin to;
  room_number number = 0;
  std::optional<gap_notice> gap;
  std::shared_ptr<const batch> messages;  ///< joined already, in the session's form; null: there are none
  sequence next = 1;                      ///< where the cursor stands after this page
  bool caught_up = false;                 ///< `next` is the head's successor: every later message comes live
  /// No page yet: the engine has to be asked for it, which may take long. The page comes as another answer.
  bool later = false;
};

struct joined {
  origin to;
  std::string room;
  room_number number = 0;
  position head;
  bool recovered = true;
  std::uint64_t missed = 0;
  notice what_is_lost;
  sequence next = 1;             ///< the first number that the session has not had
  std::uint64_t info_stamp = 0;  ///< as in the request
  bool observer = false;
  bool already = false;                 ///< it was in the room: nothing changed
  bool refund = false;                  ///< it was charged, and the room was in use
  std::optional<page_read> first_page;  ///< from `next` on, where the session is behind and the log holds it
  member_page_ptr members;              ///< null: they were not asked for
};

struct left {
  origin to;
  std::string room;
  room_number number = 0;
};

struct published {
  origin to;
  std::string room;
  position at;  ///< seq 0: ephemeral
  bool duplicate = false;
  bool refund = false;  ///< it was charged, and the room was in use
};

struct history_read {
  origin to;
  std::string room;
  std::string epoch;
  sequence first = 1;  ///< the oldest kept; head + 1 where none is
  sequence head = 0;
  std::vector<message_ptr> messages;
};

struct members_listed {
  origin to;
  std::string room;
  member_page_ptr page;
  member_form form = member_form::reply;  ///< as in the request
};

struct info_taken {
  origin to;
  std::string room;
};

struct refused {
  origin to;
  std::string room;
  roomd::error why;
};

// --- room → all of its members on a shard ------------------------------------------------------------------------

struct deliver {
  room_number number = 0;
  message_ptr what;
};

/// `members` pushes for those that asked to hear of others.
struct presence_news {
  room_number number = 0;
  using pushes = std::vector<frame_ptr>;
  std::shared_ptr<const pushes> what;
  /// Who is told of something else, or of nothing, because the answer to its join said the rest.
  std::vector<std::pair<session_address, pushes>> newcomers;
};

/// The room's numbering has changed: store/store.hpp, `on_numbering`. Behind all messages of the old one.
struct renumbered {
  room_number number = 0;
  position at;
  bool child = false;
};

/// The room ended by a fault: its members are out of it, and what waits for its answer waits in vain.
struct room_failed {
  room_number number = 0;
  std::string room;
};

}  // namespace roomd
