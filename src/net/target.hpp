// A request's target: path, query and their percent-encoding (RFC 3986). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace roomd::net {

struct target_parts {
  std::string_view path;
  std::string_view query;  ///< without the question mark
};
target_parts split_target(std::string_view target);

/// The path's segments, still encoded: `/a/b` has two. An encoded slash does not separate.
std::vector<std::string_view> segments(std::string_view path);

/// None where a `%` is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text);

/// For a path segment or a query's value: everything but letters, digits and `-._~` is encoded.
std::string percent_encode(std::string_view text);

/// The decoded value of the first `name=` in a query; as it stands where it cannot be decoded, so that whoever asks for it
/// refuses it and does not take it for absent.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace roomd::net
