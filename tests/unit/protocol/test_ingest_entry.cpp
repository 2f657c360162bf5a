#include <random>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/ingest_entry.hpp"
#include "protocol/message_text.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::protocol;
using namespace std::string_literals;
using nlohmann::json;

namespace {

using fields = std::vector<std::string>;

result<ingest_publish> read_entry(const fields& f) { return read_ingest_entry("1700000000000-7", f); }

/// The message that comes of an entry.
json message_of(const fields& f) {
  auto p = read_entry(f);
  REQUIRE(p);
  const auto m = seal(std::move(p->what), 1, 2);
  return json::parse(object_text(*m));
}

std::string fault_of(const fields& f) {
  const auto p = read_entry(f);
  return p ? "none" : std::string(p.error().text());
}

}  // namespace

TEST_CASE("ingest entry: room and data are enough, and nobody is the sender") {
  const auto m = message_of({"room", "Maths", "data", R"({"text": "hi"})"});
  CHECK(m == json::parse(R"({"seq":1,"time":2,"room":"Maths","event":"message","user":"","session":"",
                             "data":{"text":"hi"}})"));
}

TEST_CASE("ingest entry: event, key and user are what the backend says") {
  const auto m = message_of({"event", "say", "data", "1", "room", "Maths", "key", "k1", "user", "ann"});
  CHECK(m["event"] == "say");
  CHECK(m["key"] == "k1");
  CHECK(m["user"] == "ann");
  CHECK(read_entry({"room", "Maths", "data", "1", "key", "k1"})->what.key == "k1");
}

TEST_CASE("ingest entry: data comes byte for byte") {
  auto p = read_entry({"room", "Maths", "data", R"({"b": 1.0,"a":1e400,  "c":"\u00e9"})"});
  REQUIRE(p);
  const auto m = seal(std::move(p->what), 1, 2);
  CHECK(object_text(*m).find(R"("data":{"b": 1.0,"a":1e400,  "c":"\u00e9"}})") != std::string::npos);
}

TEST_CASE("ingest entry: without a key it gets one that no client can name, and that nobody sees") {
  const auto p = read_entry({"room", "Maths", "data", "1"});
  REQUIRE(p);
  CHECK(p->what.key ==
        "\x1f"
        "1700000000000-7");
  CHECK_FALSE(message_of({"room", "Maths", "data", "1"}).contains("key"));
  CHECK(fault_of({"room", "Maths", "data", "1", "key", p->what.key}) ==
        "`key`: wanted is text of 1 to 128 bytes without control characters");
}

TEST_CASE("ingest entry: an ephemeral one has no key") {
  for (const auto* yes : {"1", "true"}) {
    const auto p = read_entry({"room", "Maths", "data", "1", "ephemeral", yes});
    REQUIRE(p);
    CHECK(p->what.ephemeral);
    CHECK(p->what.key.empty());
  }
  for (const auto* no : {"0", "false"})
    CHECK_FALSE(read_entry({"room", "Maths", "data", "1", "ephemeral", no})->what.ephemeral);
}

TEST_CASE("ingest entry: unknown fields are ignored") {
  CHECK(fault_of({"room", "Maths", "data", "1", "trace", "x\x00\xff"s, "echo", "1", "", ""}) == "none");
}

TEST_CASE("ingest entry: what is wrong is said without what it holds") {
  CHECK(fault_of({}) == "`room` is missing");
  CHECK(fault_of({"room", "Maths"}) == "`data` is missing");
  CHECK(fault_of({"room", "a\nb", "data", "1"}) ==
        "`room`: wanted is text of 1 to 255 bytes without control characters");
  CHECK(fault_of({"room", std::string(256, 'a'), "data", "1"}) ==
        "`room`: wanted is text of 1 to 255 bytes without control characters");
  CHECK(fault_of({"room", "\xff", "data", "1"}) == "`room`: wanted is UTF-8");
  CHECK(fault_of({"room", "a", "room", "b", "data", "1"}) == "`room` stands twice");
  CHECK(fault_of({"room", "a", "data", "1", "event", ""}) ==
        "`event`: wanted is text of 1 to 128 bytes without control characters");
  CHECK(fault_of({"room", "a", "data", "1", "key", std::string(129, 'k')}) ==
        "`key`: wanted is text of 1 to 128 bytes without control characters");
  CHECK(fault_of({"room", "a", "data", "1", "user", "u\x7f"}) ==
        "`user`: wanted is text of 1 to 255 bytes without control characters");
  CHECK(fault_of({"room", "a", "data", "1", "user", "u", "user", "v"}) == "`user` stands twice");
  CHECK(fault_of({"room", "a", "data", "1", "ephemeral", "yes"}) == "`ephemeral`: wanted is true or false");
  CHECK(fault_of({"room", "a", "data", "1", "ephemeral", "1", "key", "k"}) ==
        "`key` and `ephemeral` exclude each other");
  CHECK(fault_of({"room", "a", "data", "\"\xc3\x28\""}) == "`data`: wanted is UTF-8");
  CHECK(fault_of({"room", "a", "data", std::string(65, '[') + std::string(65, ']')}) ==
        "`data`: wanted is JSON of at most 64 levels");
}

TEST_CASE("ingest entry: data that is no JSON breaks out of nothing") {
  for (const auto* text :
       {"", "hello", "{", "1,2", R"(1},"id":1)", R"(1,"key":"k")", R"(1}} {)", "'a'", "\x00"})
    CHECK(fault_of({"room", "a", "data", text}) == "`data`: wanted is JSON");
}

TEST_CASE("ingest entry: random bytes in all fields are read or refused") {
  std::mt19937 random(7);
  const fields names = {"room", "event", "data", "key", "user", "ephemeral", "x"};
  const std::string letters = "a\"\\{}[]:,1 \x00\x1f\x7f\xc3\xa9\xff"s;
  for (int round = 0; round < 20000; ++round) {
    fields f;
    for (auto pairs = random() % 6; pairs > 0; --pairs) {
      f.push_back(names[random() % names.size()]);
      f.emplace_back();
      for (auto size = random() % 6; size > 0; --size) f.back() += letters[random() % letters.size()];
    }
    auto p = read_entry(f);
    if (!p) continue;
    const auto m = seal(std::move(p->what), 1, 2);
    const auto parsed = json::parse(object_text(*m));
    REQUIRE(parsed["room"] == p->room);
  }
}
