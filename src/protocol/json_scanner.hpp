// A single-pass, validating reader of RFC 8259 text that hands out slices of it: what a client sends as
// `data` must be proved valid once and then arrive byte for byte. Why no library:
// docs/decisions/json-scanner.md. It keeps one byte for each container that is open, on the heap, so that
// depth costs no stack. UTF-8 is not its business: the WebSocket layer has checked the text before. A lone
// surrogate escape (`"\ud800"`) is grammar, so it passes.
//
//   json_scanner in(text);
//   if (!in.open_object()) …
//   json_slice key, value;
//   while (in.next_key(key)) in.value(value);
//   if (!in.at_end()) …            // a fault anywhere shows here
//
// The first fault sticks: every later call returns false. Slices point into the text, which must outlive
// them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace roomd::protocol {

enum class json_kind : std::uint8_t { null, boolean, number, string, array, object };

/// One value as it was written, without the space around it.
struct json_slice {
  std::string_view text;
  json_kind kind = json_kind::null;
  std::size_t depth = 0;  ///< arrays and objects within each other: 0 for a scalar, 1 for `[]`
};

class json_scanner {
 public:
  explicit json_scanner(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  /// Steps into an object. Objects may be opened within each other; `next_key` then goes on in the innermost.
  bool open_object();
  /// The next member's name, quotes and escapes as written; a value must be read next. False after the
  /// object's last member, whose closing brace has been read then, and at a fault.
  bool next_key(json_slice& key);
  /// The next value, whole.
  bool value(json_slice& out);
  /// Whether the value that comes next is an object.
  bool object_follows();
  /// Nothing but space is left, and there was no fault.
  bool at_end();
  bool failed() const { return failed_; }

 private:
  bool fail();
  void skip_space();
  bool take(char c);
  bool nested(std::size_t& depth);
  char closing() const;
  bool to_next_value();
  bool member_name();
  bool scalar();
  bool string();
  bool escape();
  bool number();
  bool digits();
  bool word(std::string_view w);

  const char* at_;
  const char* end_;
  std::string open_;    ///< the brackets that `nested` is inside of
  bool first_ = false;  ///< an object was just opened: no comma before its first member
  bool failed_ = false;
};

/// Whether the text is one JSON value with nothing but space around it.
bool valid_json(std::string_view text);

}  // namespace roomd::protocol
