// Typed reading of a command's fields. The first field that is missing or wrong leaves its error behind, and
// reading goes on with empty values: a command's reader says what it wants line by line and looks at the
// error once. A message names the field and what is wanted; it never repeats what the client sent.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/member_page.hpp"
#include "protocol/command_fields.hpp"

namespace roomd::protocol {

class field_reader {
 public:
  /// `prefix` stands before a field's name in messages: `since.` for the fields of `since`.
  explicit field_reader(const command_fields& fields, std::string_view prefix = {})
      : fields_(fields), prefix_(prefix) {}

  // Fields that must be there.
  std::string room();
  std::string event();
  std::string_view data();

  // Fields that may be absent. `key` and `client` are empty then.
  std::string key();
  std::string client();
  std::optional<std::string> user();
  std::optional<std::string_view> token();
  std::optional<std::string_view> info();
  std::optional<position> since_position();
  std::optional<member_cursor> cursor();
  std::optional<std::uint64_t> integer(field f, std::uint64_t least = 0);
  bool flag(field f);

  bool has(field f) const { return fields_.at(f).times > 0; }

  /// The value of a field that must be there this time.
  template <class T>
  T must(field f, std::optional<T> value) {
    if (!value) fail(errc::bad_request, label(f) + " is missing");
    return std::move(value).value_or(T{});
  }

  void fail(errc code, std::string message);
  const std::optional<error>& fault() const { return fault_; }

 private:
  const json_slice* find(field f);
  const json_slice* find(field f, json_kind kind, std::string_view wanted);
  std::optional<std::string> text(field f, std::string_view wanted, errc unreadable = errc::bad_request);
  std::optional<std::string> name(field f, std::size_t max, std::string_view wanted, errc invalid);
  void complain(field f, std::string_view wanted, errc code = errc::bad_request);
  std::string label(field f) const;

  const command_fields& fields_;
  std::string_view prefix_;
  std::optional<error> fault_;
};

}  // namespace roomd::protocol
