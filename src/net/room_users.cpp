#include "net/room_users.hpp"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "core/room_name.hpp"
#include "net/target.hpp"
#include "protocol/member_text.hpp"

namespace roomd::net {

namespace {

using write_page = response (*)(const std::string& room, const member_page& page);

response refuse(const error& why) {
  const auto& row = describe(why.code);
  auto r = error_response(static_cast<unsigned>(row.code), row.reason, why.text());
  if (row.code != 503) return r;
  const auto after = std::chrono::ceil<std::chrono::seconds>(why.after.value_or(std::chrono::seconds(1)));
  r.headers = {{"Retry-After", std::to_string(after.count())}};
  return r;
}

response users_response(const std::string& room, const member_page& page) {
  return {.body = protocol::users_object(room, page)};
}

response sockets_response(const std::string& room, const member_page& page) {
  response r{.body = std::string(page.text->payload())};
  if (page.next) {
    const std::string next = percent_encode(to_text(*page.next));
    r.headers = {{"Link", "</" + percent_encode(room) + "/users?cursor=" + next + ">; rel=\"next\""}};
  }
  return r;
}

/// 0: the query names none. Nothing: it is no number from 1 on.
std::optional<std::size_t> read_limit(std::string_view query) {
  const auto text = query_value(query, "limit");
  if (!text) return 0;
  std::size_t n = 0;
  const char* end = text->data() + text->size();
  const auto [stop, fault] = std::from_chars(text->data(), end, n);
  if (fault == std::errc::result_out_of_range) return member_query::most_users;
  if (fault != std::errc{} || stop != end || n == 0) return std::nullopt;
  return n;
}

std::optional<member_cursor> read_cursor(std::string_view query) {
  const auto text = query_value(query, "cursor");
  return text ? read_member_cursor(*text) : member_cursor{};
}

void ask(std::string_view segment, std::string_view query, member_form form, queries& api, responder respond,
         write_page write) {
  auto room = percent_decode(segment);
  if (!room || !valid_name(*room, max_room_name)) return respond(refuse({errc::invalid_room, {}, {}}));
  auto after = read_cursor(query);
  if (!after) return respond(refuse({errc::bad_request, "`cursor`: wanted is the `next` of a page", {}}));
  const auto limit = read_limit(query);
  if (!limit) return respond(refuse({errc::bad_request, "`limit`: wanted is a number from 1 on", {}}));
  auto name = *room;
  api.users(
      std::move(name), {form, std::move(*after), *limit, 0},
      [room = std::move(*room), respond = std::move(respond), write](const result<member_page_ptr>& page) {
        respond(page ? write(room, **page) : refuse(page.error()));
      });
}

}  // namespace

void room_users(std::string_view room, std::string_view query, queries& api, responder respond) {
  ask(room, query, member_form::reply, api, std::move(respond), users_response);
}

void room_sockets(std::string_view room, std::string_view query, queries& api, responder respond) {
  ask(room, query, member_form::sockets, api, std::move(respond), sockets_response);
}

}  // namespace roomd::net
