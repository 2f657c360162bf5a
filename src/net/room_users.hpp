// Who is in a room, asked over HTTP, a page at a time. `room` is a path segment and `query` the target's, both still
// percent-encoded. The query may have `cursor`, which is what the page before said, and `limit`, a number of users.
#pragma once

#include <string_view>

#include "core/queries.hpp"
#include "net/routes.hpp"

namespace roomd::net {

/// GET /v1/rooms/{room}/users: `{"room","users":[{"user","info","sessions":[…]}][,"next"]}`.
void room_users(std::string_view room, std::string_view query, queries& api, responder respond);

/// GET /{room}/users (setting compat.room_users): `[{"id_socket","id_user"}]`, one entry a session. Where there is more,
/// a `Link` header with `rel="next"` says where.
void room_sockets(std::string_view room, std::string_view query, queries& api, responder respond);

}  // namespace roomd::net
