#include "protocol/parse_command.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "protocol/command_fields.hpp"
#include "protocol/field_reader.hpp"
#include "protocol/json_scanner.hpp"

namespace roomd::protocol {

namespace {

command_body read_hello(field_reader& r) {
  hello_command c;
  c.token = r.token();
  c.user = r.user();
  c.info = r.info().value_or("{}");
  c.client = r.client();
  return c;
}

command_body read_join(field_reader& r) {
  join_command c;
  c.room = r.room();
  c.since = r.since_position();
  c.last = r.integer(field::last);
  c.members = r.flag(field::members);
  if (c.since && c.last) r.fail(errc::bad_request, "`since` and `last` exclude each other");
  return c;
}

command_body read_leave(field_reader& r) { return leave_command{r.room()}; }

command_body read_publish(field_reader& r) {
  publish_command c;
  c.room = r.room();
  c.event = r.event();
  c.data = r.data();
  c.key = r.key();
  c.echo = r.flag(field::echo);
  c.ephemeral = r.flag(field::ephemeral);
  if (c.ephemeral && r.has(field::key)) r.fail(errc::bad_request, "`key` and `ephemeral` exclude each other");
  return c;
}

command_body read_history(field_reader& r) {
  history_command c;
  c.room = r.room();
  c.since = r.integer(field::since);
  c.before = r.integer(field::before);
  c.limit = r.integer(field::limit, 1).value_or(c.limit);
  if (c.since && c.before) r.fail(errc::bad_request, "`since` and `before` exclude each other");
  return c;
}

command_body read_members(field_reader& r) {
  members_command c;
  c.room = r.room();
  c.after = r.cursor().value_or(member_cursor{});
  c.limit = r.integer(field::limit, 1).value_or(0);
  return c;
}

command_body read_identity(field_reader& r) { return identity_command{r.must(field::info, r.info())}; }

command_body read_refresh(field_reader& r) { return refresh_command{r.must(field::token, r.token())}; }

command_body read_pong(field_reader&) { return pong_command{}; }

struct command_row {
  std::string_view name;
  command_body (*read)(field_reader&);
};

/// The most frequent first.
constexpr std::array<command_row, 9> command_table = {{{"publish", read_publish},
                                                       {"pong", read_pong},
                                                       {"join", read_join},
                                                       {"leave", read_leave},
                                                       {"history", read_history},
                                                       {"members", read_members},
                                                       {"identity", read_identity},
                                                       {"hello", read_hello},
                                                       {"refresh", read_refresh}}};

/// One command object as it was found, not yet judged: an error's reply needs the `id`, which may stand last.
struct envelope {
  const command_row* row = nullptr;
  unsigned commands = 0;
  bool body_is_object = false;
  command_fields fields;
  json_slice id;
  unsigned ids = 0;
};

/// Walks the whole text. False where it is not one JSON object.
bool scan(std::string_view text, envelope& out) {
  json_scanner in(text);
  if (!in.open_object()) return false;
  json_slice key;
  json_slice value;
  while (in.next_key(key)) {
    const member_name name(key);
    const auto* row = std::find_if(command_table.begin(), command_table.end(),
                                   [&](const command_row& r) { return r.name == name.text(); });
    if (row != command_table.end()) {
      out.row = row;
      ++out.commands;
      out.body_is_object = in.object_follows();
      if (!(out.body_is_object ? out.fields.scan(in) : in.value(value))) return false;
    } else if (name.text() == "id") {
      ++out.ids;
      if (!in.value(out.id)) return false;
    } else if (!in.value(value)) {
      return false;
    }
  }
  return in.at_end();
}

bad_command bad(command_id id, const envelope& e, error why, std::string_view room = {}) {
  const bool hello = e.commands == 1 && e.row->read == read_hello;
  return {id, std::move(why), std::string(room), hello};
}

parsed read_body(command_id id, const envelope& e) {
  if (e.commands == 0) return bad(id, e, {errc::unknown_command, {}, {}});
  if (e.commands > 1) return bad(id, e, {errc::bad_request, "one command at a time is wanted", {}});
  if (!e.body_is_object) {
    std::string message = "`" + std::string(e.row->name) + "`: wanted is an object of its fields";
    return bad(id, e, {errc::bad_request, std::move(message), {}});
  }
  field_reader r(e.fields);
  command c{id, e.row->read(r)};
  if (r.fault()) return bad(id, e, *r.fault(), room_of(c.body));
  return c;
}

}  // namespace

parsed parse_command(std::string_view text) {
  envelope e;
  if (!scan(text, e)) return not_a_command{};
  if (e.ids == 0) return read_body(0, e);
  const auto id = read_integer(e.id);
  if (e.ids == 1 && id && *id > 0) return read_body(*id, e);
  return bad(0, e, {errc::bad_request, "`id`: wanted is one integer from 1 to 2^53-1", {}});
}

}  // namespace roomd::protocol
