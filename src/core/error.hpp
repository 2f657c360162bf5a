// Every error that a client can be told, with a sentence for each: section 5 of docs/protocol.md. Errors are
// values; `result<T>` carries a value or one of them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace roomd {

enum class errc : std::uint8_t {
  bad_request,      ///< a field is missing, of the wrong type, or contradicts another
  unknown_command,  ///< the object has no command key that this version knows
  invalid_room,     ///< not 1 to 255 bytes of UTF-8 without control characters
  invalid_event,    ///< not 1 to 128 bytes of UTF-8 without control characters
  unauthorized,     ///< no `hello` yet, or its token does not hold
  token_expired,    ///< the token's time is over; a new one will do
  forbidden,        ///< the session's permissions do not cover it
  not_joined,       ///< the session is not in that room
  room_limit,       ///< the session is in as many rooms as it may be
  too_large,        ///< a field is over its own limit
  rate_limited,     ///< too many commands; see `after`
  unavailable,      ///< the engine is down or the node drains; see `after`
  timeout,          ///< no answer in time; what became of the command is not known
};

/// One row of the error table.
struct error_row {
  int code;                  ///< the number on the wire, after HTTP's
  std::string_view reason;   ///< the word on the wire
  bool retry;                ///< may the same command succeed later?
  std::string_view message;  ///< a sentence for a person, where the error brings none of its own
};

const error_row& describe(errc e);

struct error {
  errc code = errc::bad_request;
  std::string message;                             ///< empty: the table's sentence
  std::optional<std::chrono::milliseconds> after;  ///< when to try again, for 429 and 503

  std::string_view text() const {
    return message.empty() ? describe(code).message : std::string_view(message);
  }
};

template <class T>
class result {
 public:
  result(T value) : v_(std::in_place_index<0>, std::move(value)) {}
  result(roomd::error e) : v_(std::in_place_index<1>, std::move(e)) {}
  result(errc e, std::string message = {})
      : v_(std::in_place_index<1>, roomd::error{e, std::move(message), {}}) {}

  explicit operator bool() const { return v_.index() == 0; }
  T& operator*() { return std::get<0>(v_); }
  const T& operator*() const { return std::get<0>(v_); }
  T* operator->() { return &std::get<0>(v_); }
  const T* operator->() const { return &std::get<0>(v_); }
  const roomd::error& error() const { return std::get<1>(v_); }

 private:
  std::variant<T, roomd::error> v_;
};

}  // namespace roomd
