// An HTTP answer as the routes make it, and its bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roomd::net {

struct response {
  unsigned status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> headers = {};  ///< more of them
};

/// The answer's bytes beyond which it counts as long: such ones have a bound together.
inline constexpr std::size_t long_answer = 4096;

/// `{"error":{"code","reason","message"}}`.
response error_response(unsigned status, std::string_view reason, std::string_view message);

/// For who has no place (limits.http_connections).
response too_many_connections();
/// 503: too many long answers wait for their clients already.
response busy_response();

struct delivery {
  bool keep_alive = true;
  bool head_only = false;  ///< the answer to HEAD: all headers, no body
};

/// The answer's bytes, with `Server`, `Date`, `Content-Type`, `Content-Length` and `Connection`.
std::string serialise(const response& r, delivery how);

}  // namespace roomd::net
