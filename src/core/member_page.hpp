// A page of a room's member list: where it begins, how much it may hold, and its bytes, made once and shared by all who
// ask for the same page. Users stand in the byte order of their names, a user's sessions in the byte order of their
// ids: an order that does not change while others come and go, and that is the same on every node. So whoever pages
// through a list sees everybody who stayed, and may go on with a cursor on another node.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/frame.hpp"

namespace roomd {

/// What a page is written for.
enum class member_form : std::uint8_t {
  reply,    ///< users with their sessions, as the end of a reply
  reset,    ///< users without sessions, as a whole `members` push
  sockets,  ///< a row a session, for `GET /{room}/users`
};

/// The list goes on behind this user, or, where `session` is not empty, behind this session of the user. Without a user
/// it begins at the beginning.
struct member_cursor {
  std::string user{};
  std::string session{};
  bool operator==(const member_cursor&) const = default;
};

/// The cursor as clients see it: `3:ann`, or `3:annSESSION`.
std::string to_text(const member_cursor& c);
/// Nothing: no cursor of ours.
std::optional<member_cursor> read_member_cursor(std::string_view text);

struct member_query {
  static constexpr std::size_t most_users = 4096;
  /// Clients refuse longer messages: Python's `websockets` takes 1 MiB unless it is told otherwise.
  static constexpr std::size_t most_page_bytes = 524288;

  member_form form = member_form::reply;
  member_cursor after{};
  std::size_t limit = most_users;       ///< users
  std::size_t bytes = most_page_bytes;  ///< of text, but at least one user with one session
  bool operator==(const member_query&) const = default;
};

/// A query within the bounds of a page. `limit` 0: as many as fit. `outbox`: `session.outbox_bytes`.
member_query bounded(member_query q, std::uint64_t limit, std::size_t outbox);

/// A user on a page. The texts are the list's own.
struct listed_user {
  std::string_view user;
  std::string_view info;
  std::vector<std::string_view> sessions;
};

/// What a page holds. Valid until the list changes.
struct member_slice {
  std::vector<listed_user> users;
  std::optional<member_cursor> next;  ///< nothing: the list ends here
};

/// How many bytes a page's text may have at most for a user, and for each of the user's sessions.
struct member_cost {
  std::size_t user;
  std::size_t session;
};
member_cost cost_of(member_form form, std::string_view user, std::string_view info, std::string_view session);

struct member_page {
  /// `reply`: the last frame of a message of two: `[…]`, then `,"next":…` where there is more, then `}}`. `reset`: a
  /// whole frame. `sockets`: its payload is a JSON array.
  frame_ptr text;
  std::optional<member_cursor> next;
};

using member_page_ptr = std::shared_ptr<const member_page>;

}  // namespace roomd
