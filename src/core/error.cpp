#include "core/error.hpp"

#include <array>
#include <cassert>
#include <cstddef>

namespace roomd {

namespace {

// In the order of `errc`.
constexpr std::array<error_row, 13> rows = {{
    {400, "bad_request", false, "a field is missing, has the wrong type or contradicts another"},
    {400, "unknown_command", false, "there is no such command"},
    {400, "invalid_room", false, "a room's name is 1 to 255 bytes of UTF-8 without control characters"},
    {400, "invalid_event", false, "an event's name is 1 to 128 bytes of UTF-8 without control characters"},
    {401, "unauthorized", false, "say hello with a valid token first"},
    {401, "token_expired", false, "the token has expired; come with a new one"},
    {403, "forbidden", false, "the session has no permission for this"},
    {404, "not_joined", false, "the session is not in this room"},
    {409, "room_limit", false, "the session is in as many rooms as it may be"},
    {413, "too_large", false, "a field is longer than its limit"},
    {429, "rate_limited", true, "too many commands; wait before the next one"},
    {503, "unavailable", true, "the room cannot be served at the moment; try again later"},
    {504, "timeout", true, "no answer came in time; the command may or may not have been carried out"},
}};
static_assert(rows.size() == static_cast<std::size_t>(errc::timeout) + 1);

}  // namespace

const error_row& describe(errc e) {
  assert(static_cast<std::size_t>(e) < rows.size());
  return rows[static_cast<std::size_t>(e)];
}

}  // namespace roomd
