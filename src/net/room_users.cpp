#include "net/room_users.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/room_name.hpp"
#include "net/target.hpp"
#include "protocol/json_text.hpp"

namespace roomd::net {

namespace {

using protocol::append_json_string;
using write_body = std::string (*)(const std::string& room, const std::vector<member>& users);

response refuse(const error& why) {
  const auto& row = describe(why.code);
  return error_response(static_cast<unsigned>(row.code), row.reason, why.text());
}

void append_user(std::string& out, const member& m) {
  out += R"({"user":)";
  append_json_string(out, m.user);
  out += R"(,"info":)";
  out += m.info.empty() ? "{}" : m.info;
  out += R"(,"sessions":[)";
  for (std::size_t i = 0; i < m.sessions.size(); ++i) {
    if (i > 0) out += ',';
    append_json_string(out, m.sessions[i]);
  }
  out += "]}";
}

std::string users_body(const std::string& room, const std::vector<member>& users) {
  std::string out = R"({"room":)";
  append_json_string(out, room);
  out += R"(,"users":[)";
  for (std::size_t i = 0; i < users.size(); ++i) {
    if (i > 0) out += ',';
    append_user(out, users[i]);
  }
  return out + "]}";
}

std::string sockets_body(const std::string&, const std::vector<member>& users) {
  std::string out = "[";
  for (const auto& m : users) {
    for (const auto& session : m.sessions) {
      out += out.size() > 1 ? R"(,{"id_socket":)" : R"({"id_socket":)";
      append_json_string(out, session);
      out += R"(,"id_user":)";
      append_json_string(out, m.user);
      out += '}';
    }
  }
  return out + "]";
}

void ask(std::string_view segment, queries& api, responder respond, write_body write) {
  auto room = percent_decode(segment);
  if (!room || !valid_name(*room, max_room_name)) return respond(refuse({errc::invalid_room, {}, {}}));
  auto name = *room;
  api.users(std::move(name), [room = std::move(*room), respond = std::move(respond),
                              write](const result<std::vector<member>>& users) {
    respond(users ? response{.body = write(room, *users)} : refuse(users.error()));
  });
}

}  // namespace

void room_users(std::string_view room, queries& api, responder respond) {
  ask(room, api, std::move(respond), users_body);
}

void room_sockets(std::string_view room, queries& api, responder respond) {
  ask(room, api, std::move(respond), sockets_body);
}

}  // namespace roomd::net
