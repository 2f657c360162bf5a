#include <limits>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "protocol/message_text.hpp"
#include "protocol/parse_command.hpp"

#include "catch.hpp"
#include "unit/protocol/frames.hpp"
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

message_ptr sealed_by(const sealer& s, std::string_view data, bool deflate) {
  draft d = make_draft(publishing(data), "u", "s");
  d.deflate = deflate;
  return s(std::move(d), 7, 1700000000000);
}

const std::string long_data = '"' + std::string(5000, 'x') + '"';

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

TEST_CASE("message text: what a draft asks for is compressed too, and says the same") {
  const sealer s = make_sealer();
  const auto m = sealed_by(s, long_data, true);
  CHECK(m->native.payload() == sealed(long_data)->native.payload());
  REQUIRE(m->deflated);
  const auto read = test::frames_of(m->deflated->wire());
  REQUIRE(read.size() == 1);
  CHECK(read[0].compressed);
  CHECK(read[0].text == m->native.payload());
}

TEST_CASE("message text: what no draft asks for, and what is short, is not compressed") {
  const sealer s = make_sealer();
  CHECK_FALSE(sealed_by(s, long_data, false)->deflated);
  CHECK_FALSE(sealed_by(s, "1", true)->deflated);
  CHECK_FALSE(sealed(long_data)->deflated);
}

TEST_CASE("message text: copies of a sealer, and one message after the other, do not mix") {
  const sealer s = make_sealer();
  const sealer copy = s;
  const auto first = sealed_by(s, long_data, true);
  const auto second = sealed_by(copy, R"({"other":[)" + std::string(500, '1') + "]}", true);
  CHECK(test::frames_of(first->deflated->wire())[0].text == first->native.payload());
  CHECK(test::frames_of(second->deflated->wire())[0].text == second->native.payload());
}

TEST_CASE("message text: a compressed frame counts against bounds, and its form on the wire") {
  const sealer s = make_sealer();
  const auto both = sealed_by(s, long_data, true);
  const auto plain = sealed(long_data);
  CHECK(both->size() == plain->size() + both->deflated->size() + sizeof(frame));
  CHECK(both->wire_size(false) == both->native.size());
  CHECK(both->wire_size(true) == both->deflated->size());
  CHECK(plain->wire_size(true) == plain->native.size());
  CHECK(frame_for(both, true) == both->deflated);
  CHECK(frame_for(both, false).get() == &both->native);
  CHECK(frame_for(plain, true).get() == &plain->native);
}

TEST_CASE("message text: a draft that has travelled becomes the same message") {
  const auto codec = make_codec();
  for (const bool echo : {false, true}) {
    publish_command c;
    c.room = "a";
    c.event = "e";
    c.data = long_data;
    c.key = "k";
    c.echo = echo;
    const auto travelled = codec.unpack(codec.pack(make_draft(c, "user", "session")));
    REQUIRE(travelled);
    const auto here = seal(make_draft(c, "user", "session"), 7, 8);
    const auto there = seal(draft(*travelled), 7, 8);
    CHECK(there->native.payload() == here->native.payload());
    CHECK(there->session == here->session);
    CHECK(there->echo == echo);
  }
}

TEST_CASE("message text: what was not packed is not unpacked") {
  const auto codec = make_codec();
  for (const auto* text : {"", " ", "s", "s -", "s - ", "s x \"room\":\"a\"}}", "s -\"room\":\"a\"}}",
                           "s - \"room\":\"a\"}", "s - {}}", "s  - \"room\":\"a\"}}"}) {
    INFO(text);
    CHECK_FALSE(codec.unpack(text));
  }
}
