#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/message_text.hpp"
#include "protocol/parse_command.hpp"

#include "catch.hpp"
#include "unit/protocol/unwrap.hpp"

using namespace roomd;
using namespace roomd::protocol;
using namespace nlohmann::literals;
using nlohmann::json;
using roomd::protocol::test::unwrap;

namespace {

publish_command publishing(std::string_view data) {
  publish_command c;
  c.room = "a";
  c.event = "e";
  c.data = data;
  return c;
}

message_ptr sealed(std::string_view data) {
  return seal(make_draft(publishing(data), "u", "s"), 7, 1700000000000);
}

}  // namespace

TEST_CASE("message text: the push has exactly the documented fields") {
  auto c = publishing(R"({"x":1})");
  c.key = "k";
  const auto m = seal(make_draft(c, "bob", "s-1"), 7, 1700000000000);
  CHECK(json::parse(m->native.payload()) ==
        R"({"message":{"room":"a","seq":7,"event":"e","data":{"x":1},"user":"bob","session":"s-1","key":"k",
            "time":1700000000000}})"_json);
}

TEST_CASE("message text: without a key there is no key field") {
  CHECK(
      json::parse(sealed("1")->native.payload()) ==
      R"({"message":{"room":"a","seq":7,"event":"e","data":1,"user":"u","session":"s","time":1700000000000}})"_json);
}

TEST_CASE("message text: an ephemeral message has no seq") {
  auto c = publishing("1");
  c.ephemeral = true;
  const auto m = seal(make_draft(c, "u", "s"), 0, 5);
  CHECK(m->seq == 0);
  CHECK(json::parse(m->native.payload()) ==
        R"({"message":{"room":"a","event":"e","data":1,"user":"u","session":"s","time":5}})"_json);
}

TEST_CASE("message text: a draft remembers what the store and the room ask") {
  auto c = publishing("1");
  c.key = "k";
  c.echo = true;
  c.ephemeral = true;
  const draft d = make_draft(c, "u", "s-1");
  CHECK(d.key == "k");
  CHECK(d.session == "s-1");
  CHECK(d.echo);
  CHECK(d.ephemeral);
}

TEST_CASE("message text: a message knows its number, time and publisher") {
  auto c = publishing("1");
  c.echo = true;
  const auto m = seal(make_draft(c, "u", "s-1"), 9, 12345);
  CHECK(m->seq == 9);
  CHECK(m->time == 12345);
  CHECK(m->session == "s-1");
  CHECK(m->echo);
}

TEST_CASE("message text: names are escaped") {
  auto c = publishing("1");
  c.room = "a\"b\\c";
  c.event = "ä\"";
  c.key = "\\";
  const auto m = json::parse(seal(make_draft(c, "\"u\"", "s"), 1, 1)->native.payload())["message"];
  CHECK(m["room"] == "a\"b\\c");
  CHECK(m["event"] == "ä\"");
  CHECK(m["key"] == "\\");
  CHECK(m["user"] == "\"u\"");
}

TEST_CASE("message text: data arrives byte for byte") {
  const std::vector<std::string> texts = {"1.0",
                                          "1e400",
                                          "-0",
                                          "-0.0",
                                          "1E+2",
                                          "123456789012345678901234567890",
                                          "0.10",
                                          R"("\ud800")",
                                          R"("\/\u0041\n")",
                                          R"("ä€😀")",
                                          "null",
                                          "[ 1 ,\n\t2 ]",
                                          R"({"b":1,"a":2,"b":3})",
                                          R"({"":{ }})",
                                          R"("}}")",
                                          R"({"data":{"data":[]}})"};
  for (const std::string& data : texts) {
    const std::string text = "{\"publish\":{\"data\": " + data + " ,\"room\":\"a\",\"event\":\"e\"}}";
    INFO(text);
    const auto p = parse_command(text);
    REQUIRE(std::holds_alternative<command>(p));
    const auto& c = std::get<publish_command>(std::get<command>(p).body);
    CHECK(c.data == data);
    const auto m = seal(make_draft(c, "u", "s"), 1, 1);
    CHECK(std::string(object_text(*m)).find(",\"data\":" + data + "}") != std::string::npos);
  }
}

TEST_CASE("message text: the frame is whole at every length of its header") {
  const std::size_t rest = sealed("\"\"")->native.payload().size();
  for (const std::size_t edge : {125u, 126u, 127u, 65535u, 65536u, 65537u}) {
    for (const std::size_t payload : {edge - 1, edge, edge + 1}) {
      if (payload < rest) continue;
      INFO(payload);
      const std::string text(payload - rest, 'x');
      const auto m = sealed("\"" + text + "\"");
      CHECK(unwrap(m->native.wire()).size() == payload);
      CHECK(unwrap(m->native.wire()) == m->native.payload());
      CHECK(json::parse(m->native.payload())["message"]["data"] == text);
    }
  }
}

TEST_CASE("message text: the longest numbers fit before the text") {
  const auto c = publishing("1");
  const auto m = seal(make_draft(c, "u", "s"), ~sequence{0}, std::numeric_limits<unix_ms>::min());
  const auto object = json::parse(unwrap(m->native.wire()))["message"];
  CHECK(object["seq"] == ~sequence{0});
  CHECK(object["time"] == std::numeric_limits<unix_ms>::min());
}

TEST_CASE("message text: the object of a history page is a slice of the push") {
  const auto m = sealed(R"({"x":[1]})");
  const std::string_view object = object_text(*m);
  CHECK("{\"message\":" + std::string(object) + "}" == m->native.payload());
  CHECK(object.data() == m->native.payload().data() + 11);
}
