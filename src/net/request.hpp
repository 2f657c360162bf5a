// The head of an HTTP request, from bytes to fields, by rules that leave no room for two readings of the same
// bytes: what Beast's parser lets pass and another server might read differently is refused. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>

#include "net/response.hpp"

namespace roomd::net {

using request = boost::beast::http::request<boost::beast::http::empty_body>;

inline constexpr std::size_t max_target = 8000;  ///< bytes of a request's target

/// Lines must end with CRLF. The offset of the first that does not, in `bytes` from `begin` on; the last byte is
/// not judged when it is a CR.
bool has_bare_line_end(std::string_view bytes, std::size_t begin);

/// `head`: request line and headers, the empty line included. A response is the refusal; the connection ends with
/// it. No route takes a body, so a request that announces one is refused too.
std::variant<request, response> parse_request(std::string_view head, std::uint32_t max_fields);

/// The field's value where it stands there exactly once.
std::optional<std::string_view> single(const request& r, boost::beast::http::field name);

inline std::string_view view(boost::beast::string_view s) { return {s.data(), s.size()}; }

}  // namespace roomd::net
