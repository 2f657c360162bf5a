#include "protocol/ingest_entry.hpp"

#include <optional>
#include <utility>
#include <variant>

#include "core/room_name.hpp"
#include "protocol/json_scanner.hpp"
#include "protocol/json_text.hpp"
#include "protocol/message_text.hpp"
#include "protocol/parse_command.hpp"
#include "protocol/utf8.hpp"

namespace roomd::protocol {
namespace {

constexpr std::string_view default_event = "message";
/// Begins the keys that are made here. Names from outside have no control characters.
constexpr char own_key_mark = '\x1f';

error wrong(std::string text) { return {errc::bad_request, std::move(text), {}}; }

/// The entry as the text of a `publish` command: so that there is one judge of what may be published.
class command_writer {
 public:
  /// What is wrong with it already; nothing: the command's reader is to judge.
  std::optional<error> add(std::string_view name, std::string_view value) {
    if (!valid_utf8(value)) return wrong("`" + std::string(name) + "`: wanted is UTF-8");
    if (name == "data") {
      if (!valid_json(value)) return wrong("`data`: wanted is JSON");
      member(name).append(value);
    } else if (name == "ephemeral" && (value == "1" || value == "true")) {
      member(name).append("true");
    } else if (name == "ephemeral" && (value == "0" || value == "false")) {
      member(name).append("false");
    } else {
      append_json_string(member(name), value);
    }
    return {};
  }
  std::string take() && { return std::move(text_) + "}}"; }

 private:
  std::string& member(std::string_view name) {
    text_.append(std::exchange(first_, false) ? "\"" : ",\"").append(name).append("\":");
    return text_;
  }

  std::string text_ = R"({"publish":{)";
  bool first_ = true;
};

bool is_known(std::string_view name) {
  return name == "room" || name == "event" || name == "data" || name == "key" || name == "ephemeral";
}

}  // namespace

result<ingest_publish> read_ingest_entry(std::string_view id, std::span<const std::string> fields) {
  command_writer writer;
  std::optional<std::string_view> user;
  bool has_event = false;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    const std::string& name = fields[i];
    const std::string& value = fields[i + 1];
    if (name == "user") {
      if (user) return wrong("`user` stands twice");
      if (!valid_name(value, max_user_name))
        return wrong("`user`: wanted is text of 1 to 255 bytes without control characters");
      user = value;
    } else if (is_known(name)) {
      has_event = has_event || name == "event";
      if (auto fault = writer.add(name, value)) return *std::move(fault);
    }
  }
  if (!has_event) (void)writer.add("event", default_event);
  const std::string text = std::move(writer).take();
  auto read = parse_command(text);
  if (auto* bad = std::get_if<bad_command>(&read)) return std::move(bad->why);
  auto* read_as = std::get_if<command>(&read);
  auto* publish = read_as ? std::get_if<publish_command>(&read_as->body) : nullptr;
  if (!publish) return wrong("not a publish");
  ingest_publish p{publish->room, make_draft(*publish, user.value_or(""), "")};
  if (p.what.key.empty() && !p.what.ephemeral) p.what.key.assign(1, own_key_mark).append(id);
  return p;
}

}  // namespace roomd::protocol
