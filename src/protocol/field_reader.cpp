#include "protocol/field_reader.hpp"

#include "core/room_name.hpp"
#include "protocol/command.hpp"
#include "protocol/json_text.hpp"

namespace roomd::protocol {

namespace {

// The numbers of core/room_name.hpp and command.hpp, as people read them.
constexpr std::string_view long_name = "text of 1 to 255 bytes without control characters";
constexpr std::string_view short_name = "text of 1 to 128 bytes without control characters";
constexpr std::string_view client_name = "text of at most 255 bytes without control characters";
constexpr std::string_view info_object = "a JSON object of at most 4096 bytes";
constexpr std::string_view data_value = "JSON of at most 64 levels";
/// No engine gives an epoch a longer name.
constexpr std::size_t max_epoch = 64;
static_assert(max_room_name == 255 && max_user_name == 255 && max_client_name == 255);
static_assert(max_event_name == 128 && max_key == 128 && max_info == 4096 && max_data_depth == 64);

}  // namespace

std::string field_reader::room() {
  return must(field::room, name(field::room, max_room_name, long_name, errc::invalid_room));
}

std::string field_reader::event() {
  return must(field::event, name(field::event, max_event_name, short_name, errc::invalid_event));
}

std::string_view field_reader::data() {
  const json_slice* s = find(field::data);
  if (s && s->depth > max_data_depth) complain(field::data, data_value);
  return must(field::data, s ? std::optional(s->text) : std::nullopt);
}

std::string field_reader::key() {
  auto key = text(field::key, short_name);
  if (!key) return {};
  if (key->size() > max_key) {
    complain(field::key, short_name, errc::too_large);
  } else if (!valid_name(*key, max_key)) {
    complain(field::key, short_name);
  }
  return *std::move(key);
}

std::string field_reader::client() {
  auto client = text(field::client, client_name);
  if (!client || client->empty()) return {};
  if (!valid_name(*client, max_client_name)) complain(field::client, client_name);
  return *std::move(client);
}

std::optional<std::string> field_reader::user() {
  return name(field::user, max_user_name, long_name, errc::bad_request);
}

std::optional<std::string_view> field_reader::token() {
  constexpr std::string_view wanted = "a JWT as text, without escapes";
  const json_slice* s = find(field::token, json_kind::string, wanted);
  if (!s) return std::nullopt;
  if (s->text.find('\\') != std::string_view::npos) complain(field::token, wanted);
  return s->text.substr(1, s->text.size() - 2);
}

std::optional<std::string_view> field_reader::info() {
  const json_slice* s = find(field::info, json_kind::object, info_object);
  if (!s) return std::nullopt;
  if (s->text.size() > max_info) complain(field::info, info_object, errc::too_large);
  return s->text;
}

std::optional<position> field_reader::since_position() {
  constexpr std::string_view wanted = "an object with `epoch` and `seq`";
  const json_slice* s = find(field::since, json_kind::object, wanted);
  if (!s) return std::nullopt;
  json_scanner in(s->text);
  command_fields fields;
  fields.scan(in);
  field_reader inner(fields, "since.");
  position since;
  since.epoch = inner.must(field::epoch, inner.text(field::epoch, "text"));
  if (since.epoch.size() > max_epoch)
    inner.complain(field::epoch, "text of " + std::to_string(max_epoch) + " bytes at most");
  since.seq = inner.must(field::seq, inner.integer(field::seq));
  if (inner.fault()) fail(inner.fault()->code, inner.fault()->message);
  return since;
}

std::optional<member_cursor> field_reader::cursor() {
  constexpr std::string_view wanted = "the `next` of a page of members";
  const auto said = text(field::after, wanted);
  if (!said) return std::nullopt;
  auto cursor = read_member_cursor(*said);
  if (!cursor) complain(field::after, wanted);
  return cursor;
}

std::optional<std::uint64_t> field_reader::integer(field f, std::uint64_t least) {
  const json_slice* s = find(f);
  if (!s) return std::nullopt;
  const auto n = read_integer(*s);
  if (n && *n >= least) return n;
  complain(f, "an integer from " + std::to_string(least) + " to 2^53-1, without fraction and exponent");
  return std::nullopt;
}

bool field_reader::flag(field f) {
  const json_slice* s = find(f, json_kind::boolean, "true or false");
  return s && s->text == "true";
}

void field_reader::fail(errc code, std::string message) {
  if (!fault_) fault_ = error{code, std::move(message), {}};
}

const json_slice* field_reader::find(field f) {
  const command_fields::entry& e = fields_.at(f);
  if (e.times > 1) fail(errc::bad_request, label(f) + " stands twice");
  return e.times > 0 ? &e.value : nullptr;
}

const json_slice* field_reader::find(field f, json_kind kind, std::string_view wanted) {
  const json_slice* s = find(f);
  if (!s || s->kind == kind) return s;
  complain(f, wanted);
  return nullptr;
}

std::optional<std::string> field_reader::text(field f, std::string_view wanted, errc unreadable) {
  const json_slice* s = find(f, json_kind::string, wanted);
  if (!s) return std::nullopt;
  auto text = decode_json_string(s->text);
  if (!text) complain(f, wanted, unreadable);
  return text;
}

std::optional<std::string> field_reader::name(field f, std::size_t max, std::string_view wanted,
                                              errc invalid) {
  auto name = text(f, wanted, invalid);
  if (name && !valid_name(*name, max)) complain(f, wanted, invalid);
  return name;
}

void field_reader::complain(field f, std::string_view wanted, errc code) {
  fail(code, label(f) + ": wanted is " + std::string(wanted));
}

std::string field_reader::label(field f) const {
  return "`" + std::string(prefix_) + std::string(name_of(f)) + "`";
}

}  // namespace roomd::protocol
