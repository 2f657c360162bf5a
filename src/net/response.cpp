#include "net/response.hpp"

#include <array>
#include <ctime>
#include <ostream>  // Beast's status.hpp writes to streams without it

#include <boost/beast/http/status.hpp>

#include "protocol/json_text.hpp"

namespace roomd::net {

namespace {

constexpr unsigned no_content = 204;  // has neither body nor length

std::string http_date() {
  const auto now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 40> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts)};
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

response error_response(unsigned status, std::string_view reason, std::string_view message) {
  response r{.status = status, .body = R"({"error":{"code":)" + std::to_string(status) + R"(,"reason":)"};
  protocol::append_json_string(r.body, reason);
  r.body += R"(,"message":)";
  protocol::append_json_string(r.body, message);
  r.body += "}}";
  return r;
}

response too_many_connections() {
  return error_response(503, "unavailable",
                        "too many connections (limits.http_connections); connect again later");
}

response busy_response() {
  auto r = error_response(503, "unavailable", "too many answers wait for their clients (http.answer_bytes)");
  r.headers = {{"Retry-After", "1"}};
  return r;
}

std::string serialise(const response& r, delivery how) {
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(r.status));
  std::string out;
  out.reserve(256 + (how.head_only ? 0 : r.body.size()));
  out.append("HTTP/1.1 ")
      .append(std::to_string(r.status))
      .append(" ")
      .append(reason.data(), reason.size())
      .append("\r\n");
  append_header(out, "Server", "roomd");
  append_header(out, "Date", http_date());
  if (r.status != no_content) {
    append_header(out, "Content-Type", r.content_type);
    append_header(out, "Content-Length", std::to_string(r.body.size()));
  }
  append_header(out, "Connection", how.keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : r.headers) append_header(out, name, value);
  out.append("\r\n");
  if (!how.head_only) out.append(r.body);
  return out;
}

}  // namespace roomd::net
