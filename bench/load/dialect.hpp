// How a server is spoken to, as bench/peers says it in JSON: paths, what to send and to wait for before a connection
// is ready, and how to publish. `{room}`, `{id}`, `{data}` and `{size}` in its texts are replaced.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "load/websocket.hpp"

namespace bench {

struct step {
  bool wait = false;  ///< for a frame that contains `text`; else `text` is sent
  std::string text;
};

struct role {
  std::string path;
  std::map<std::string, std::string> headers;
  std::vector<step> steps;
};

struct dialect {
  std::string host;
  std::uint16_t port = 0;
  opcode kind = opcode::text;
  role member;
  role publisher;
  bool publisher_per_room = false;
  std::string publish;
  std::vector<std::pair<std::string, std::string>> answers;
  // Where messages are numbered and kept; empty elsewhere.
  std::string sequence;  ///< what a message begins with, up to its number
  std::string epoch;     ///< what stands before the numbering's name, up to a quote
  role returning;  ///< a member who comes back: its last step asks for all after `{epoch}` and `{since}`
};

/// Throws nlohmann's exceptions, which say what is missing.
dialect parse_dialect(const std::string& json);

using values = std::vector<std::pair<std::string_view, std::string>>;
/// The text with each `{name}` replaced by its value.
std::string fill_in(std::string text, const values& with);

}  // namespace bench
