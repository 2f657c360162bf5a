// What parse_command makes of good commands, and of texts that are none: docs/protocol.md sections 1 and 2.
#include "protocol/parse_command.hpp"

#include "unit/protocol/parse.hpp"

using namespace roomd;
using namespace roomd::protocol;
using namespace roomd::protocol::test;

TEST_CASE("parse command: a text that is not one JSON object is no command") {
  for (const char* text :
       {"", " ", "null", "1", "\"join\"", "[]", R"([{"pong":{}}])", "{", R"({"pong":{})", R"({"pong":{}}x)",
        R"({"pong":{}}{"pong":{}})", R"({"pong":{},})", R"({"id":01,"pong":{}})", "join",
        R"({"id":0,"join":{"room":)", R"({"publish":{"room":"a","event":"e","data":tru}})"}) {
    INFO(text);
    CHECK(is_no_command(text));
  }
}

TEST_CASE("parse command: space around tokens means nothing") {
  CHECK(accepted<leave_command>(" {\n \"leave\" : {\t\"room\" : \"a\" } , \"id\" : 4 } \r\n", 4).room == "a");
}

TEST_CASE("parse command: an id is optional, and stands before or after") {
  accepted<pong_command>(R"({"pong":{}})");
  accepted<leave_command>(R"({"id":1,"leave":{"room":"a"}})", 1);
  accepted<leave_command>(R"({"leave":{"room":"a"},"id":9007199254740991})", 9007199254740991);
}

TEST_CASE("parse command: unknown fields are ignored wherever they stand") {
  CHECK(accepted<leave_command>(R"({"v":2,"leave":{"x":[{}],"room":"a","x":1},"trace":{"id":0}})").room ==
        "a");
  CHECK(accepted<leave_command>(R"({"leave":{"room":"a","limit":0,"limit":-1,"data":{},"seq":"s"}})").room ==
        "a");
  CHECK(accepted<join_command>(R"({"join":{"room":"a","since":{"epoch":"e","seq":1,"x":2}}})").since->seq ==
        1);
  accepted<leave_command>("{\"leave\":{\"room\":\"a\",\"x\":" + repeated("[", 1000) + repeated("]", 1000) +
                          "}}");
  accepted<leave_command>(R"({"leave":{"room":"a","\ud800":1},"\ud800":2})");
}

TEST_CASE("parse command: names are compared as decoded text") {
  CHECK(accepted<leave_command>(R"({"\u006ceave":{"r\u006fom":"\u0061"},"i\u0064":3})", 3).room == "a");
}

TEST_CASE("parse command: hello in full") {
  const auto c = accepted<hello_command>(
      R"({"hello":{"token":"a.b-_.c","user":"bj\u00f6rn","info":{"n": 1.0},"client":"web/1"},"id":1})", 1);
  CHECK(c.token == "a.b-_.c");
  CHECK(c.user == "björn");
  CHECK(c.info == R"({"n": 1.0})");
  CHECK(c.client == "web/1");
}

TEST_CASE("parse command: hello needs no field") {
  const auto c = accepted<hello_command>(R"({"hello":{}})");
  CHECK_FALSE(c.token);
  CHECK_FALSE(c.user);
  CHECK(c.info == "{}");
  CHECK(c.client.empty());
  CHECK(accepted<hello_command>(R"({"hello":{"client":""}})").client.empty());
}

TEST_CASE("parse command: join with nothing, since, last, members") {
  const auto plain = accepted<join_command>(R"({"join":{"room":"a"}})");
  CHECK(plain.room == "a");
  CHECK_FALSE(plain.since);
  CHECK_FALSE(plain.last);
  CHECK_FALSE(plain.members);
  const auto since =
      accepted<join_command>(R"({"join":{"room":"a","since":{"seq":0,"epoch":"\u00e4"},"members":true}})");
  CHECK(since.since == position{"ä", 0});
  CHECK(since.members);
  CHECK(accepted<join_command>(R"({"join":{"room":"a","last":0,"members":false}})").last == 0u);
  CHECK(accepted<join_command>(R"({"join":{"room":"a","last":9007199254740991}})").last == max_integer);
}

TEST_CASE("parse command: publish in full and at its least") {
  const auto full = accepted<publish_command>(
      R"({"publish":{"room":"a","event":"e","data":[1],"key":"k","echo":true,"ephemeral":false},"id":2})", 2);
  CHECK(full.room == "a");
  CHECK(full.event == "e");
  CHECK(full.data == "[1]");
  CHECK(full.key == "k");
  CHECK(full.echo);
  CHECK_FALSE(full.ephemeral);
  const auto least = accepted<publish_command>(R"({"publish":{"room":"a","event":"e","data":null}})");
  CHECK(least.data == "null");
  CHECK(least.key.empty());
  CHECK_FALSE(least.echo);
  CHECK(accepted<publish_command>(R"({"publish":{"room":"a","event":"e","data":0,"ephemeral":true}})")
            .ephemeral);
}

TEST_CASE("parse command: data may be 64 levels deep") {
  for (const char* scalar : {"", "1", "\"s\""}) {
    const std::string data = repeated("[", 64) + scalar + repeated("]", 64);
    CHECK(accepted<publish_command>(R"({"publish":{"room":"a","event":"e","data":)" + data + "}}").room ==
          "a");
  }
}

TEST_CASE("parse command: history takes since, before or neither") {
  const auto newest = accepted<history_command>(R"({"history":{"room":"a"}})");
  CHECK_FALSE(newest.since);
  CHECK_FALSE(newest.before);
  CHECK(newest.limit == 100);
  CHECK(accepted<history_command>(R"({"history":{"room":"a","since":7,"limit":1}})").since == 7u);
  CHECK(accepted<history_command>(R"({"history":{"room":"a","before":0}})").before == 0u);
  CHECK(accepted<history_command>(R"({"history":{"room":"a","limit":9007199254740991}})").limit ==
        max_integer);
}

TEST_CASE("parse command: members, identity, refresh, pong") {
  CHECK(accepted<members_command>(R"({"members":{"room":"a"},"id":1})", 1).room == "a");
  CHECK(accepted<identity_command>(R"({"identity":{"info":{"a":"\ud800"} }})").info == R"({"a":"\ud800"})");
  CHECK(accepted<refresh_command>(R"({"refresh":{"token":"t"}})").token == "t");
  accepted<pong_command>(R"({"pong":{}})");
}

TEST_CASE("parse command: names and keys may be as long as their limits") {
  const std::string room(255, 'r');
  const std::string event(128, 'e');
  const std::string key(128, 'k');
  const auto c = accepted<publish_command>(R"({"publish":{"room":")" + room + R"(","event":")" + event +
                                           R"(","data":1,"key":")" + key + "\"}}");
  CHECK(c.room == room);
  CHECK(c.event == event);
  CHECK(c.key == key);
  const std::string info = "{\"a\":\"" + std::string(4096 - 8, 'i') + "\"}";
  accepted<identity_command>("{\"identity\":{\"info\":" + info + "}}");
}

TEST_CASE("parse command: nesting without end overflows nothing") {
  CHECK(is_no_command(repeated("[", 65536)));
  CHECK(is_no_command(repeated(R"({"a":)", 13000)));
  const std::string deep = repeated("[", 32000) + repeated("]", 32000);
  refused(R"({"publish":{"room":"a","event":"e","data":)" + deep + R"(},"id":5})", errc::bad_request, 5,
          "`data`");
  refused("{\"join\":" + deep + "}", errc::bad_request, 0, "`join`");
  refused("{\"id\":" + deep + ",\"pong\":{}}", errc::bad_request, 0, "`id`");
}
