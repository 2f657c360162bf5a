// The fields of one command object, as slices of its text: every name that some command knows has a place,
// other names are read over. Filled while the text is validated, so that nothing is walked twice.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/json_scanner.hpp"

namespace roomd::protocol {

enum class field : std::uint8_t {
  room,
  event,
  data,
  key,
  echo,
  ephemeral,
  since,
  last,
  members,
  before,
  limit,
  after,
  token,
  user,
  info,
  client,
  epoch,
  seq,
};

inline constexpr std::array<std::string_view, 18> field_names = {
    "room",   "event", "data",  "key",   "echo", "ephemeral", "since",  "last",  "members",
    "before", "limit", "after", "token", "user", "info",      "client", "epoch", "seq"};

constexpr std::string_view name_of(field f) { return field_names[static_cast<std::size_t>(f)]; }

class command_fields {
 public:
  struct entry {
    json_slice value;    ///< the newest
    unsigned times = 0;  ///< how often the name stood there
  };

  /// Reads the object that comes next, whole. False at a fault of the text.
  bool scan(json_scanner& in);
  const entry& at(field f) const { return entries_[static_cast<std::size_t>(f)]; }

 private:
  std::array<entry, field_names.size()> entries_{};
};

/// An integer of the wire, 0 to 2^53-1, written without fraction and exponent.
std::optional<std::uint64_t> read_integer(const json_slice& s);

/// A member's name as it is meant, quotes and escapes undone; empty where it has none that is known to
/// anybody.
class member_name {
 public:
  explicit member_name(const json_slice& key);
  member_name(const member_name&) = delete;
  member_name& operator=(const member_name&) = delete;
  std::string_view text() const { return text_; }

 private:
  std::string decoded_;
  std::string_view text_;
};

}  // namespace roomd::protocol
