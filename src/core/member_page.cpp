#include "core/member_page.hpp"

#include <charconv>
#include <system_error>

#include "core/room_name.hpp"

namespace roomd {
namespace {

constexpr std::size_t most_session_id = 64;

}  // namespace

std::string to_text(const member_cursor& c) {
  return std::to_string(c.user.size()) + ':' + c.user + c.session;
}

std::optional<member_cursor> read_member_cursor(std::string_view text) {
  std::size_t user = 0;
  const char* end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, user);
  if (fault != std::errc{} || stop == end || *stop != ':') return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
  if (user > text.size()) return std::nullopt;
  member_cursor c{std::string(text.substr(0, user)), std::string(text.substr(user))};
  if (!valid_name(c.user, max_user_name)) return std::nullopt;
  if (!c.session.empty() && !valid_name(c.session, most_session_id)) return std::nullopt;
  return c;
}

member_query bounded(member_query q, std::uint64_t limit, std::size_t outbox) {
  q.limit = limit == 0 ? member_query::most_users
                       : static_cast<std::size_t>(std::min<std::uint64_t>(limit, member_query::most_users));
  q.bytes = std::min(outbox / 2, member_query::most_page_bytes);
  return q;
}

// Names hold no control characters, so an escape doubles a byte at most.
member_cost cost_of(member_form form, std::string_view user, std::string_view info,
                    std::string_view session) {
  constexpr std::size_t signs = 40;
  switch (form) {
    case member_form::reply:
      return {signs + 2 * user.size() + info.size(), 3 + 2 * session.size()};
    case member_form::reset:
      return {signs + 2 * user.size() + info.size(), 0};
    case member_form::sockets:
      return {0, signs + 2 * user.size() + 2 * session.size()};
  }
  return {};
}

}  // namespace roomd
