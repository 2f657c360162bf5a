// The entry of a libFuzzer program: any bytes are the head of an HTTP request, judged as the listener does: its lines, its
// fields, its target, its origin, and whether it may become a WebSocket. What is accepted leaves no room for two readings.
// A broken promise aborts. A test runs the same entry over damaged heads. To fuzz for longer: ./dev fuzz http_head
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/origin.hpp"
#include "net/request.hpp"
#include "net/target.hpp"
#include "net/upgrade.hpp"

namespace http_head_fuzz {

using namespace roomd::net;

constexpr std::uint32_t most_fields = 16;

inline void promise(bool holds) {
  if (!holds) std::abort();
}

inline bool has_line_end(std::string_view text) { return text.find_first_of("\r\n") != text.npos; }

inline void check_target(std::string_view target) {
  promise(target.starts_with('/') && target.size() <= max_target && !has_line_end(target));
  const auto parts = split_target(target);
  promise(parts.path.size() + parts.query.size() <= target.size());
  for (const auto segment : segments(parts.path)) {
    promise(segment.find('/') == segment.npos);
    if (const auto plain = percent_decode(segment)) promise(plain->size() <= segment.size());
  }
  for (const auto* name : {"id_user", "token", ""})
    if (const auto value = query_value(parts.query, name)) promise(value->size() <= parts.query.size());
}

inline void check_origin(const request& r) {
  const auto origin = single(r, boost::beast::http::field::origin);
  const auto host = single(r, boost::beast::http::field::host);
  if (!origin || !host) return;
  const std::vector<std::string> nobody, everybody{"*"}, one{std::string(*origin)};
  const bool same = origin_allowed(*origin, *host, false, nobody);
  promise(!same || origin->starts_with("http://"));
  promise(!same || origin_allowed(*origin, *host, false, one));
}

inline void check_upgrade_of(const request& r) {
  static const std::vector<std::string> nobody;
  const auto checked = check_upgrade(r, {.tls = true, .allowed_origins = nobody, .compression = true});
  if (const auto* how = std::get_if<upgrade>(&checked)) {
    const auto answer = accept_upgrade(*how);
    promise(answer.find("\r\n\r\n") == answer.size() - 4 && !has_bare_line_end(answer, 0));
  }
  (void)describe_peer(r);
}

inline void check(std::string_view head) {
  const auto parsed = parse_request(head, most_fields);
  const auto* r = std::get_if<request>(&parsed);
  if (!r) {
    promise(std::get<response>(parsed).status >= 400);
    return;
  }
  promise(!has_bare_line_end(head, 0));
  promise(std::count(head.begin(), head.end(), '\n') <= most_fields + 2);
  for (const auto& field : *r)
    promise(!has_line_end(view(field.name_string())) && !has_line_end(view(field.value())));
  check_target(view(r->target()));
  check_origin(*r);
  check_upgrade_of(*r);
}

}  // namespace http_head_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http_head_fuzz::check({reinterpret_cast<const char*>(data), size});
  return 0;
}
