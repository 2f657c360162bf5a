// What a Redis server answers (the RESP2 protocol): a value, owned by whoever has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roomd::store {

struct redis_reply {
  enum class kind : std::uint8_t {
    nil,
    integer,
    text,   ///< a bulk or simple string
    error,  ///< `text` is what the server says, beginning with a word in capitals
    list,
  };

  kind what = kind::nil;
  std::int64_t integer = 0;
  std::string text;
  std::vector<redis_reply> items;

  /// An error of this kind: `NOSCRIPT`, `MOVED`, …
  bool is_error(std::string_view word) const {
    return what == kind::error && text.starts_with(word) &&
           (text.size() == word.size() || text[word.size()] == ' ');
  }
  /// What kind of error it is, one word for a log; `error` where it is an unusual one. The text itself belongs into no
  /// log: it may repeat what the server was sent.
  std::string_view error_word() const;
};

}  // namespace roomd::store
