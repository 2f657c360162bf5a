#include "net/request.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

namespace roomd::net {

namespace http = boost::beast::http;
using http::field;

namespace {

std::optional<response> bad(std::string_view message) { return error_response(400, "bad_request", message); }

std::size_t count(const request& r, field name) {
  const auto range = r.equal_range(name);
  return static_cast<std::size_t>(std::distance(range.first, range.second));
}

// What stands on the lines, before anybody interprets it.
std::optional<response> check_lines(std::string_view head, std::uint32_t max_fields) {
  if (has_bare_line_end(head, 0)) return bad("a line that does not end with CRLF");
  if (head.find("\r\n ") != head.npos || head.find("\r\n\t") != head.npos) return bad("a folded header line");
  const auto lines = static_cast<std::size_t>(std::count(head.begin(), head.end(), '\n'));
  if (lines > max_fields + std::size_t{2}) {  // the request line and the empty line
    return error_response(431, "headers_too_large", "too many header fields (http.max_header_fields)");
  }
  return {};
}

std::optional<response> check_body(const request& r) {
  if (r.count(field::transfer_encoding) > 0) return bad("Transfer-Encoding is not taken");
  if (count(r, field::content_length) > 1) return bad("more than one Content-Length");
  const auto length = r.find(field::content_length);
  if (length == r.end()) return {};
  const auto text = view(length->value());
  if (text.empty() || text.find_first_not_of("0123456789") != text.npos)
    return bad("Content-Length is no number");
  if (text.find_first_not_of('0') == text.npos) return {};
  return error_response(413, "too_large", "this address takes no body");
}

std::optional<response> check_fields(const request& r) {
  const auto hosts = count(r, field::host);
  if (hosts > 1) return bad("more than one Host");
  if (hosts == 0 && r.version() >= 11) return bad("Host is missing");
  if (auto refusal = check_body(r)) return refusal;
  if (r.count(field::expect) > 0) return error_response(417, "bad_request", "Expect is not supported");
  if (r.target().size() > max_target) return error_response(414, "too_large", "the address is too long");
  if (!r.target().starts_with('/')) return bad("the address does not begin with a slash");
  return {};
}

response refuse_parse(const boost::system::error_code& why) {
  if (why == http::error::bad_version)
    return error_response(505, "bad_request", "the HTTP version is not 1.0 or 1.1");
  return error_response(400, "bad_request", "not an HTTP request: " + why.message());
}

}  // namespace

bool has_bare_line_end(std::string_view bytes, std::size_t begin) {
  for (auto i = begin; i < bytes.size(); ++i) {
    if (bytes[i] == '\n' && (i == 0 || bytes[i - 1] != '\r')) return true;
    if (bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] != '\n') return true;
  }
  return false;
}

std::variant<request, response> parse_request(std::string_view head, std::uint32_t max_fields) {
  if (auto refusal = check_lines(head, max_fields)) return std::move(*refusal);
  http::request_parser<http::empty_body> parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // bounded by whoever gathered the head
  parser.body_limit(boost::none);                                  // judged below
  boost::system::error_code failed;
  parser.put(boost::asio::buffer(head.data(), head.size()), failed);
  if (failed && failed != http::error::need_more) return refuse_parse(failed);
  if (!parser.is_header_done()) return error_response(400, "bad_request", "not an HTTP request");
  auto r = parser.release();
  if (auto refusal = check_fields(r)) return std::move(*refusal);
  return r;
}

std::optional<std::string_view> single(const request& r, field name) {
  const auto range = r.equal_range(name);
  if (range.first == range.second || std::next(range.first) != range.second) return {};
  return view(range.first->value());
}

}  // namespace roomd::net
