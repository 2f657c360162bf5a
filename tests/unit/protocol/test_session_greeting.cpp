// A session's beginning: the rules of `hello`.
#include "catch.hpp"
#include "unit/protocol/session_rig.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

TEST_CASE("session: hello is answered with the session's id and the user") {
  session_rig r;
  r.say(R"({"id":1,"hello":{"user":"alice"}})");
  REQUIRE(r.port.sent.size() == 1);
  CHECK(
      r.port.sent.front() ==
      R"({"id":1,"hello":{"session":"me","user":"alice","server":"roomd/test","ping":20,"max_message":1000}})");
}

TEST_CASE("session: a hello without user takes the session's id as the user") {
  session_rig r;
  r.say(R"({"id":1,"hello":{}})");
  r.say(R"({"id":2,"join":{"room":"a"}})");
  CHECK(r.asked<join_room>().who.user == "me");
}

TEST_CASE("session: a hello without id is not answered, and opens the session") {
  session_rig r;
  r.say(R"({"hello":{"user":"alice"}})");
  CHECK(r.heard().empty());
  r.say(R"({"id":2,"join":{"room":"a"}})");
  CHECK(r.asked<join_room>().who.user == "alice");
}

TEST_CASE("session: anything before hello is error 401 and close 4001") {
  const char* text =
      GENERATE(R"({"id":5,"join":{"room":"a"}})", R"({"id":5,"publish":{"room":"a","event":"e","data":1}})",
               R"({"id":5,"refresh":{"token":"t"}})", R"({"id":5,"pong":{}})", R"({"id":5,"dance":{}})",
               R"({"id":5,"join":{}})");
  CAPTURE(text);
  session_rig r;
  r.say(text);
  CHECK(r.heard() == said{"5: 401 unauthorized"});
  CHECK(r.port.closed == close_code::unauthorized);
  CHECK(r.asked_nothing());
}

TEST_CASE("session: a hello with a bad field may be tried again") {
  session_rig r;
  r.say(R"({"id":1,"hello":{"user":7}})");
  CHECK(r.heard() == said{"1: 400 bad_request"});
  CHECK_FALSE(r.port.closed);
  r.say(R"({"id":2,"hello":{"user":"alice"}})");
  CHECK(r.heard() == said{"2: hello"});
}

TEST_CASE("session: a second hello is refused and changes nothing") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"hello":{"user":"bob"}})");
  CHECK(r.heard() == said{"2: 400 bad_request"});
  r.say(R"({"id":3,"join":{"room":"a"}})");
  CHECK(r.asked<join_room>().who.user == "alice");
}

TEST_CASE("session: refresh is refused where the server takes no tokens") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"refresh":{"token":"t"}})");
  CHECK(r.heard() == said{"2: 400 bad_request"});
}

TEST_CASE("session: no hello in time closes with 4004") {
  session_rig r;
  r.pass(999ms);
  CHECK_FALSE(r.port.closed);
  r.pass(1ms);
  CHECK(r.port.closed == close_code::handshake_timeout);
}

TEST_CASE("session: what is not one JSON object closes with 4007") {
  const char* text = GENERATE("", "[]", "7", "{", R"({"id":1}{)");
  CAPTURE(text);
  session_rig r;
  r.hello();
  r.say(text);
  CHECK(r.port.closed == close_code::protocol_error);
  CHECK(r.heard().empty());
}

TEST_CASE("session: a binary message closes with 4007") {
  session_rig r;
  r.s.binary();
  CHECK(r.port.closed == close_code::protocol_error);
}

TEST_CASE("session: an unknown command is refused and the session stays open") {
  session_rig r;
  r.hello();
  r.say(R"({"id":2,"dance":{}})");
  r.say(R"({"dance":{}})");
  CHECK(r.heard() == said{"2: 400 unknown_command", "400 unknown_command"});
  CHECK_FALSE(r.port.closed);
}

TEST_CASE("session: it is pinged, and a pong keeps it open") {
  session_rig r;
  r.hello();
  r.pass(20s);
  CHECK(r.heard() == said{"ping"});
  r.say(R"({"pong":{}})");
  r.pass(5s);
  CHECK_FALSE(r.port.closed);
  CHECK(r.heard().empty());
}

TEST_CASE("session: an unanswered ping closes with 4005") {
  session_rig r;
  r.hello();
  r.pass(20s);
  r.pass(5s);
  CHECK(r.port.closed == close_code::ping_timeout);
}
