#include "protocol/member_text.hpp"

#include <memory>

#include "protocol/frame_writer.hpp"

namespace roomd::protocol {
namespace {

std::string_view info_of(const listed_user& u) { return u.info.empty() ? "{}" : u.info; }

frame_ptr write_reply(const member_slice& slice, std::size_t expected) {
  frame_writer w(expected);
  w.array(slice.users, [&](const listed_user& u) {
    w.raw(R"({"user":)").string(u.user).raw(R"(,"info":)").raw(info_of(u));
    w.raw(R"(,"sessions":)").array(u.sessions, [&](std::string_view s) { w.string(s); }).raw("}");
  });
  if (slice.next) w.raw(R"(,"next":)").string(to_text(*slice.next));
  return w.raw("}}").finish_as(final_continuation);
}

frame_ptr write_reset(std::string_view room, const member_slice& slice, const member_query& q,
                      std::size_t expected) {
  frame_writer w(expected);
  w.raw(R"({"members":{"room":)").string(room).raw(R"(,"joined":)");
  w.array(slice.users, [&](const listed_user& u) {
    w.raw(R"({"user":)").string(u.user).raw(R"(,"info":)").raw(info_of(u)).raw("}");
  });
  w.raw(R"(,"left":[],"updated":[])");
  if (q.after.user.empty()) w.raw(R"(,"reset":true)");
  const bool more = slice.next.has_value();
  if (more || !q.after.user.empty()) w.raw(R"(,"more":)").boolean(more);
  return w.finish();
}

frame_ptr write_sockets(const member_slice& slice, std::size_t expected) {
  frame_writer w(expected);
  w.raw("[");
  bool first = true;
  for (const auto& u : slice.users) {
    for (const auto s : u.sessions) {
      w.raw(std::exchange(first, false) ? R"({"id_socket":)" : R"(,{"id_socket":)").string(s);
      w.raw(R"(,"id_user":)").string(u.user).raw("}");
    }
  }
  return w.raw("]").finish_as(final_text);
}

std::size_t bytes_of(const member_slice& slice, member_form form) {
  std::size_t bytes = 600;
  for (const auto& u : slice.users) {
    bytes += cost_of(form, u.user, u.info, {}).user;
    for (const auto s : u.sessions) bytes += cost_of(form, u.user, u.info, s).session;
  }
  return bytes;
}

}  // namespace

member_page_ptr write_member_page(std::string_view room, const member_slice& slice, const member_query& q) {
  const std::size_t expected = bytes_of(slice, q.form);
  frame_ptr text = q.form == member_form::reply   ? write_reply(slice, expected)
                   : q.form == member_form::reset ? write_reset(room, slice, q, expected)
                                                  : write_sockets(slice, expected);
  return std::make_shared<const member_page>(member_page{std::move(text), slice.next});
}

std::string users_object(std::string_view room, const member_page& page) {
  const std::string_view list = page.text->payload();
  std::string out = R"({"room":)";
  out.reserve(list.size() + 2 * room.size() + 32);
  append_json_string(out, room);
  out += R"(,"users":)";
  return out.append(list.substr(0, list.size() - 1));  // it closes two objects, and here is one
}

}  // namespace roomd::protocol
