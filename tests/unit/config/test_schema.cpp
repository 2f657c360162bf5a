#include <map>
#include <set>

#include "config/schema.hpp"
#include "config/validate.hpp"

#include "catch.hpp"
#include "field_count.hpp"
#include "random_settings.hpp"

using namespace roomd::config;

TEST_CASE("schema: every key stands in it once, and so does every variable's name") {
  std::set<std::string> names;
  for (const auto& row : schema()) {
    CHECK(names.insert(std::string(row.name)).second);
    CHECK(names.insert(environment_name(row)).second);
  }
}

TEST_CASE("schema: every field of settings.hpp has a row") {
  const std::map<std::string_view, std::size_t> fields = {
      {"server", field_count<server_settings>()},     {"tls", field_count<tls_settings>()},
      {"http", field_count<http_settings>()},         {"session", field_count<session_settings>()},
      {"limits", field_count<limit_settings>()},      {"rooms", field_count<room_settings>()},
      {"presence", field_count<presence_settings>()}, {"auth", field_count<auth_settings>()},
      {"engine", field_count<engine_settings>()},     {"redis", field_count<redis_settings>()},
      {"compat", field_count<compat_settings>()},     {"ui", field_count<ui_settings>()},
      {"drain", field_count<drain_settings>()},       {"log", field_count<log_settings>()}};
  CHECK(fields.size() == field_count<settings>());
  std::map<std::string_view, std::size_t> rows;
  for (const auto& row : schema()) ++rows[row.section()];
  CHECK(rows == fields);
}

TEST_CASE("schema: the rows of a section stand together") {
  std::set<std::string_view> seen;
  std::string_view last;
  for (const auto& row : schema()) {
    if (row.section() != last) CHECK(seen.insert(row.section()).second);
    last = row.section();
  }
}

TEST_CASE("schema: every default is within its bounds") {
  for (const auto& row : schema()) CHECK(fault(row, row.read({})) == std::nullopt);
}

TEST_CASE("schema: the defaults are valid as a whole") { CHECK(validate({}, false).empty()); }

TEST_CASE("schema: each row writes its own field and no other") {
  random_settings any(1);
  for (const auto& row : schema()) {
    settings s;
    value other = row.read(s);
    if (row.allowed.choices.size() == 1) {
      other = std::string("other");
    } else {
      while (other == row.read(s)) other = any.any(row);
    }
    row.write(s, other);
    CHECK(differing_keys(s, {}) == std::vector<std::string>{std::string(row.name)});
  }
}

TEST_CASE("schema: every row has a meaning and says its range") {
  for (const auto& row : schema()) {
    CHECK(row.meaning.ends_with('.'));
    CHECK_FALSE(range_text(row).empty());
  }
}

TEST_CASE("schema: a variable is named after its section and key") {
  CHECK(environment_name(*find_setting("session.max_message")) == "ROOMD_SESSION_MAX_MESSAGE");
}

TEST_CASE("schema: a name that is none finds no row") {
  CHECK(find_setting("session.max_mesage") == nullptr);
  CHECK(find_setting("session") == nullptr);
  CHECK(find_setting("") == nullptr);
}

TEST_CASE("schema: numbers, sizes and durations may be their bounds and nothing beyond") {
  for (const auto& row : schema()) {
    const auto of = [&](std::uint64_t n) -> value {
      if (row.type() == kind::count) return static_cast<std::uint32_t>(n);
      if (row.type() == kind::size) return static_cast<std::size_t>(n);
      return milliseconds(n);
    };
    if (row.type() != kind::count && row.type() != kind::size && row.type() != kind::duration) continue;
    INFO(row.name);
    CHECK_FALSE(fault(row, of(row.allowed.least)));
    CHECK_FALSE(fault(row, of(row.allowed.most)));
    CHECK(fault(row, of(row.allowed.most + 1)));
    if (row.allowed.least > 0) CHECK(fault(row, of(row.allowed.least - 1)));
  }
}

TEST_CASE("schema: a negative duration is out of bounds even where 0 is not") {
  CHECK(fault(*find_setting("rooms.linger"), value(milliseconds(-1))) ==
        "wants a duration from 0ms to 24h, such as \"250ms\", \"10s\", \"5m\", \"24h\", not \"-1ms\"");
}

TEST_CASE("schema: a text that is none of the choices is told what to do") {
  CHECK(fault(*find_setting("log.level"), value(std::string("loud"))) ==
        "wants \"trace\", \"debug\", \"info\", \"warn\", \"error\" or \"off\", not \"loud\"");
  CHECK(
      fault(*find_setting("auth.mode"), value(std::string("token"))) ==
      "wants \"insecure\", not \"token\"; this roomd checks no tokens: keep to loopback, behind a proxy that "
      "knows its users");
}

TEST_CASE("schema: texts are UTF-8 without control characters") {
  const auto& key = *find_setting("tls.key");
  CHECK_FALSE(fault(key, value(std::string("/etc/roomd/schlüssel.pem"))));
  CHECK(fault(key, value(std::string("a\nb"))));
  CHECK(fault(key, value(std::string("a\xff"))));
  CHECK(fault(key, value(std::string(max_text + 1, 'a'))));
  CHECK(fault(*find_setting("http.allowed_origins"), value(text_list{"a", "b\t"})));
}
