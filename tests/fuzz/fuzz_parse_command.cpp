// The entry of a libFuzzer program: any bytes go through parse_command, and what it accepts goes on to the wire. A
// broken promise aborts. A unit test runs the same entry over mutated commands. To fuzz for
// longer: ./dev fuzz parse_command
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "protocol/encode.hpp"
#include "protocol/json_scanner.hpp"
#include "protocol/message_text.hpp"
#include "protocol/parse_command.hpp"

namespace {

using namespace roomd;
using namespace roomd::protocol;

void promise(bool holds) {
  if (!holds) std::abort();
}

bool is_slice(std::string_view part, std::string_view whole) {
  return part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size();
}

bool is_json_object(std::string_view text) {
  json_scanner in(text);
  json_slice value;
  return in.value(value) && in.at_end() && value.kind == json_kind::object;
}

void check_publish(const publish_command& c, std::string_view text) {
  promise(is_slice(c.data, text) && valid_json(c.data));
  const message_ptr m = seal(make_draft(c, "user \"u\"", "session"), c.ephemeral ? 0 : max_integer, 1);
  promise(is_json_object(m->native.payload()));
  promise(is_json_object(object_text(*m)));
  promise(object_text(*m).substr(0, object_text(*m).size() - 1).ends_with(c.data));
}

void check_bad(const bad_command& b) {
  promise(b.id <= max_integer && !b.why.text().empty());
  promise(is_json_object(error_reply(b.id, b.why)->payload()));
}

void check(std::string_view text) {
  const parsed p = parse_command(text);
  promise(std::holds_alternative<not_a_command>(p) != is_json_object(text));
  if (const auto* bad = std::get_if<bad_command>(&p)) check_bad(*bad);
  const auto* c = std::get_if<command>(&p);
  if (!c) return;
  promise(c->id <= max_integer);
  if (const auto* publish = std::get_if<publish_command>(&c->body)) check_publish(*publish, text);
  if (const auto* identity = std::get_if<identity_command>(&c->body)) {
    promise(is_slice(identity->info, text) && is_json_object(identity->info));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
