// Who is in a room, asked over HTTP. `room` is a path segment, still percent-encoded.
#pragma once

#include <string_view>

#include "core/queries.hpp"
#include "net/routes.hpp"

namespace roomd::net {

/// GET /v1/rooms/{room}/users: `{"room","users":[{"user","info","sessions":[…]}]}`.
void room_users(std::string_view room, queries& api, responder respond);

/// GET /{room}/users (setting compat.room_users): `[{"id_socket","id_user"}]`, one entry a session.
void room_sockets(std::string_view room, queries& api, responder respond);

}  // namespace roomd::net
