// Shorthand for tests of parse_command.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "protocol/parse_command.hpp"

#include "catch.hpp"

namespace roomd::protocol::test {

/// The command that `text` is, which must be a good one of type T with this id.
template <class T>
T accepted(std::string_view text, command_id id = 0) {
  INFO(text);
  const parsed p = parse_command(text);
  if (const auto* bad = std::get_if<bad_command>(&p)) FAIL("refused: " << bad->why.message);
  const auto* c = std::get_if<command>(&p);
  REQUIRE(c);
  CHECK(c->id == id);
  REQUIRE(std::holds_alternative<T>(c->body));
  return std::get<T>(c->body);
}

/// `text` must be refused with this code, for this id, by a message that holds `words`.
inline void refused(std::string_view text, errc code, command_id id, std::string_view words = {}) {
  INFO(text);
  const parsed p = parse_command(text);
  const auto* bad = std::get_if<bad_command>(&p);
  REQUIRE(bad);
  CHECK(describe(bad->why.code).reason == describe(code).reason);
  CHECK(bad->id == id);
  INFO(bad->why.message);
  CHECK(bad->why.message.find(words) != std::string::npos);
}

inline bool is_no_command(std::string_view text) {
  return std::holds_alternative<not_a_command>(parse_command(text));
}

inline std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

}  // namespace roomd::protocol::test
