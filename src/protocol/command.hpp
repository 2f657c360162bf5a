// What a client can ask for: section 2 of docs/protocol.md, one struct for each command. Names are decoded
// and checked; JSON that is only passed on (`data`, `info`) and tokens are slices of the text that was
// parsed, and live as long as it does.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/ids.hpp"
#include "core/member_page.hpp"

namespace roomd::protocol {

/// The greatest integer of the wire: what a double holds exactly.
inline constexpr std::uint64_t max_integer = (std::uint64_t{1} << 53) - 1;

/// Arrays and objects within each other that `data` may have.
inline constexpr std::size_t max_data_depth = 64;

/// Bytes of `hello.client`, which is for logs only.
inline constexpr std::size_t max_client_name = 255;

struct hello_command {
  std::optional<std::string_view> token;
  std::optional<std::string> user;
  std::string_view info = "{}";  ///< a JSON object as it was written
  std::string client;            ///< empty where absent
};

struct join_command {
  std::string room;
  std::optional<position> since;
  std::optional<std::uint64_t> last;
  bool members = false;
};

struct leave_command {
  std::string room;
};

struct publish_command {
  std::string room;
  std::string event;
  std::string_view data;  ///< a JSON value as it was written
  std::string key;        ///< empty where absent
  bool echo = false;
  bool ephemeral = false;
};

struct history_command {
  std::string room;
  std::optional<sequence> since;   ///< exclusive
  std::optional<sequence> before;  ///< exclusive
  std::uint64_t limit = 100;       ///< at least 1; more than is kept means all of it
};

struct members_command {
  std::string room;
  member_cursor after{};    ///< the list's beginning where absent
  std::uint64_t limit = 0;  ///< users; 0: absent
};

struct identity_command {
  std::string_view info;  ///< a JSON object as it was written
};

struct refresh_command {
  std::string_view token;
};

struct pong_command {};

using command_body =
    std::variant<hello_command, join_command, leave_command, publish_command, history_command,
                 members_command, identity_command, refresh_command, pong_command>;

/// The room that a command is for; empty where it is for none.
inline std::string_view room_of(const command_body& body) {
  return std::visit(
      [](const auto& c) -> std::string_view {
        if constexpr (requires { c.room; }) return c.room;
        return {};
      },
      body);
}

struct command {
  command_id id = 0;  ///< 0: no reply is wanted
  command_body body;
};

}  // namespace roomd::protocol
