#include "protocol/presence_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>
#include <vector>

#include "core/room_name.hpp"
#include "protocol/command_fields.hpp"
#include "protocol/json_scanner.hpp"
#include "protocol/json_text.hpp"
#include "protocol/utf8.hpp"

namespace roomd::protocol {

namespace {

// --- writing -----------------------------------------------------------------------------------------------------

class word_writer {
 public:
  explicit word_writer(const std::string& node) {
    out_ = R"({"node":)";
    append_json_string(out_, node);
  }

  std::string write(const ask_word& a) && {
    out_ += R"(,"ask":)";
    append_json_string(out_, a.to);
    return std::move(out_) + "}";
  }
  std::string write(const list_word& l) && {
    number(R"(,"life":)", l.life);
    number(R"(,"part":)", l.part);
    number(R"(,"parts":)", l.parts);
    out_ += R"(,"sessions":{)";
    for (const auto& s : l.sessions) session(s);
    return std::move(out_) + "}}";
  }
  std::string write(const news_word& n) && {
    number(R"(,"life":)", n.life);
    number(R"(,"number":)", n.number);
    out_ += R"(,"sessions":{)";
    for (const auto& id : n.left) begin(id).append("null");
    for (const auto& s : n.came) session(s);
    for (const auto& u : n.updated) {
      begin(u.id).append("{");
      info(u.stamp, u.info);
    }
    return std::move(out_) + "}}";
  }

 private:
  void number(std::string_view label, std::uint64_t n) { out_.append(label).append(std::to_string(n)); }
  std::string& begin(const std::string& id) {
    if (!std::exchange(first_, false)) out_ += ',';
    append_json_string(out_, id);
    return out_.append(":");
  }
  void session(const told_session& s) {
    begin(s.id).append(R"({"user":)");
    append_json_string(out_, s.who.user);
    out_ += ',';
    info(s.stamp, s.who.info);
  }
  void info(std::uint64_t stamp, const std::string& text) {
    number(R"("stamp":)", stamp);
    out_.append(R"(,"info":)").append(text.empty() ? "{}" : text).append("}");
  }

  std::string out_;
  bool first_ = true;
};

// --- reading -----------------------------------------------------------------------------------------------------

/// The members of one object that have these names. A name that stands twice means the last.
template <std::size_t N>
class members {
 public:
  explicit members(const std::array<std::string_view, N>& names) : names_(names) {}

  void take(const json_slice& key, const json_slice& value) {
    const member_name name(key);
    const auto found = std::find(names_.begin(), names_.end(), name.text());
    if (found != names_.end()) values_[static_cast<std::size_t>(found - names_.begin())] = value;
  }
  bool has(std::string_view name) const { return !at(name).text.empty(); }
  std::optional<std::string> text(std::string_view name) const {
    const json_slice& s = at(name);
    if (s.kind != json_kind::string || s.text.empty()) return std::nullopt;
    return decode_json_string(s.text);
  }
  std::optional<std::uint64_t> number(std::string_view name) const {
    const std::string_view s = at(name).text;
    std::uint64_t n = 0;
    const auto [stop, fault] = std::from_chars(s.data(), s.data() + s.size(), n);
    if (fault != std::errc{} || stop != s.data() + s.size()) return std::nullopt;
    return n;
  }
  std::optional<std::string> info() const {
    const json_slice& s = at("info");
    if (s.kind != json_kind::object || s.text.size() > max_info) return std::nullopt;
    return std::string(s.text);
  }

 private:
  const json_slice& at(std::string_view name) const {
    return values_[static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin())];
  }

  const std::array<std::string_view, N>& names_;
  std::array<json_slice, N> values_{};
};

constexpr std::array<std::string_view, 6> word_names = {"node", "life", "number", "part", "parts", "ask"};
constexpr std::array<std::string_view, 3> session_names = {"user", "stamp", "info"};

/// What stands in `sessions`, sorted.
struct told {
  std::vector<std::string> left;
  std::vector<told_session> came;
  std::vector<told_info> updated;
};

bool read_session(std::string id, const json_slice& value, told& out) {
  if (value.kind == json_kind::null) {
    out.left.push_back(std::move(id));
    return true;
  }
  members session(session_names);
  json_scanner in(value.text);
  json_slice key;
  json_slice member;
  if (!in.open_object()) return false;
  while (in.next_key(key) && in.value(member)) session.take(key, member);
  auto info = session.info();
  const auto stamp = session.number("stamp");
  if (!info || !stamp) return false;
  if (!session.has("user")) {
    out.updated.push_back({std::move(id), *std::move(info), *stamp});
    return true;
  }
  auto user = session.text("user");
  if (!user || !valid_name(*user, max_user_name)) return false;
  out.came.push_back({std::move(id), {*std::move(user), *std::move(info)}, *stamp});
  return true;
}

bool read_sessions(json_scanner& in, told& out) {
  if (!in.open_object()) return false;
  json_slice key;
  json_slice value;
  while (in.next_key(key)) {
    auto id = decode_json_string(key.text);
    if (!id || !valid_name(*id, max_session_id)) return false;
    if (!in.value(value) || !read_session(*std::move(id), value, out)) return false;
  }
  return !in.failed();
}

/// The word that has these members; not yet proved sensible.
std::optional<presence_word> assemble(const members<word_names.size()>& word, told&& t) {
  auto node = word.text("node");
  if (!node) return std::nullopt;
  if (word.has("ask")) {
    auto to = word.text("ask");
    if (!to) return std::nullopt;
    return presence_word{*std::move(node), ask_word{*std::move(to)}};
  }
  const auto life = word.number("life");
  if (!life) return std::nullopt;
  if (const auto number = word.number("number")) {
    return presence_word{*std::move(node), news_word{*life, *number, std::move(t.left), std::move(t.came),
                                                     std::move(t.updated)}};
  }
  const auto part = word.number("part");
  const auto parts = word.number("parts");
  if (!part || !parts || !t.left.empty() || !t.updated.empty()) return std::nullopt;
  return presence_word{*std::move(node), list_word{*life, *part, *parts, std::move(t.came)}};
}

}  // namespace

std::string write_presence(const presence_word& w) {
  return std::visit([&](const auto& what) { return word_writer(w.node).write(what); }, w.what);
}

std::optional<presence_word> read_presence(std::string_view text) {
  if (text.size() > max_presence_text || !valid_utf8(text)) return std::nullopt;
  members word(word_names);
  told t;
  json_scanner in(text);
  if (!in.open_object()) return std::nullopt;
  json_slice key;
  json_slice value;
  while (in.next_key(key)) {
    if (member_name(key).text() == "sessions") {
      t = {};
      if (!read_sessions(in, t)) return std::nullopt;
    } else if (in.value(value)) {
      word.take(key, value);
    }
  }
  if (!in.at_end()) return std::nullopt;
  auto w = assemble(word, std::move(t));
  return w && is_sensible(*w) ? std::move(w) : std::nullopt;
}

}  // namespace roomd::protocol
