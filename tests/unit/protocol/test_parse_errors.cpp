// Which commands parse_command refuses, and how: docs/protocol.md sections 1, 2 and 5.
#include <vector>

#include "unit/protocol/parse.hpp"

using namespace roomd;
using namespace roomd::protocol::test;

namespace {

std::string command_text(std::string_view name, std::string_view fields) {
  return "{\"" + std::string(name) + "\":{" + std::string(fields) + "},\"id\":7}";
}

struct row {
  std::string_view name;
  std::string fields;
  std::string_view words;
};

void all_refused(const std::vector<row>& rows, errc code) {
  for (const row& r : rows) refused(command_text(r.name, r.fields), code, 7, r.words);
}

}  // namespace

TEST_CASE("parse command: an object without a known command is an unknown command") {
  refused("{}", errc::unknown_command, 0);
  refused(R"({"id":1})", errc::unknown_command, 1);
  refused(R"({"dance":{},"id":2})", errc::unknown_command, 2);
  refused(R"({"Join":{"room":"a"},"id":2})", errc::unknown_command, 2);
  refused(R"({"":0})", errc::unknown_command, 0);
}

TEST_CASE("parse command: two commands in one object are refused") {
  refused(R"({"join":{"room":"a"},"leave":{"room":"a"},"id":3})", errc::bad_request, 3, "one command");
  refused(R"({"id":3,"pong":{},"pong":{}})", errc::bad_request, 3, "one command");
  refused(R"({"id":3,"join":1,"pong":2})", errc::bad_request, 3, "one command");
}

TEST_CASE("parse command: an id outside its range is answered by a push") {
  for (const char* id : {"0", "-1", "-0", "1.0", "1e0", "1.5", "9007199254740992", "18446744073709551617",
                         "\"1\"", "null", "true", "[1]", "{}", "1e400"}) {
    refused(R"({"pong":{},"id":)" + std::string(id) + "}", errc::bad_request, 0, "`id`");
    refused(R"({"id":)" + std::string(id) + R"(,"dance":{}})", errc::bad_request, 0, "`id`");
  }
  refused(R"({"id":1,"pong":{},"id":1})", errc::bad_request, 0, "`id`");
}

TEST_CASE("parse command: a command's value is an object") {
  for (const char* value : {"null", "\"a\"", "1", "true", "[]", R"([{"room":"a"}])"}) {
    refused(R"({"id":4,"leave":)" + std::string(value) + "}", errc::bad_request, 4, "`leave`");
    refused(R"({"id":4,"pong":)" + std::string(value) + "}", errc::bad_request, 4, "`pong`");
  }
}

TEST_CASE("parse command: a missing field is a bad request that names it") {
  all_refused({{"join", "", "`room`"},
               {"join", R"("room":"a","since":{})", "`since.epoch`"},
               {"join", R"("room":"a","since":{"epoch":"e"})", "`since.seq`"},
               {"join", R"("room":"a","since":{"seq":1})", "`since.epoch`"},
               {"leave", "", "`room`"},
               {"publish", R"("event":"e","data":1)", "`room`"},
               {"publish", R"("room":"a","data":1)", "`event`"},
               {"publish", R"("room":"a","event":"e")", "`data`"},
               {"history", "", "`room`"},
               {"members", "", "`room`"},
               {"identity", "", "`info`"},
               {"refresh", "", "`token`"}},
              errc::bad_request);
}

TEST_CASE("parse command: a field of the wrong type is a bad request that names it") {
  all_refused({{"hello", R"("token":1)", "`token`"},
               {"hello", R"("token":null)", "`token`"},
               {"hello", R"("user":1)", "`user`"},
               {"hello", R"("info":[])", "`info`"},
               {"hello", R"("info":null)", "`info`"},
               {"hello", R"("client":{})", "`client`"},
               {"join", R"("room":1)", "`room`"},
               {"join", R"("room":null)", "`room`"},
               {"join", R"("room":"a","since":5)", "`since`"},
               {"join", R"("room":"a","since":null)", "`since`"},
               {"join", R"("room":"a","since":{"epoch":1,"seq":1})", "`since.epoch`"},
               {"join", R"("room":"a","since":{"epoch":"e","seq":"1"})", "`since.seq`"},
               {"join", R"("room":"a","last":"5")", "`last`"},
               {"join", R"("room":"a","members":1)", "`members`"},
               {"join", R"("room":"a","members":null)", "`members`"},
               {"publish", R"("room":"a","event":1,"data":1)", "`event`"},
               {"publish", R"("room":"a","event":"e","data":1,"key":1)", "`key`"},
               {"publish", R"("room":"a","event":"e","data":1,"echo":"true")", "`echo`"},
               {"publish", R"("room":"a","event":"e","data":1,"ephemeral":0)", "`ephemeral`"},
               {"history", R"("room":"a","since":{"epoch":"e","seq":1})", "`since`"},
               {"identity", R"("info":"{}")", "`info`"},
               {"refresh", R"("token":{})", "`token`"}},
              errc::bad_request);
}

TEST_CASE("parse command: integers have no sign, fraction or exponent, and end at 2^53-1") {
  for (const char* n :
       {"-1", "-0", "1.0", "1e2", "9007199254740992", "99999999999999999999", "null", "\"1\"", "[]"}) {
    const std::string number(n);
    all_refused({{"join", R"("room":"a","last":)" + number, "`last`"},
                 {"join", R"("room":"a","since":{"epoch":"e","seq":)" + number + "}", "`since.seq`"},
                 {"history", R"("room":"a","since":)" + number, "`since`"},
                 {"history", R"("room":"a","before":)" + number, "`before`"},
                 {"history", R"("room":"a","limit":)" + number, "`limit`"}},
                errc::bad_request);
  }
  refused(command_text("history", R"("room":"a","limit":0)"), errc::bad_request, 7, "from 1 to 2^53-1");
}

TEST_CASE("parse command: fields that exclude each other are a bad request") {
  all_refused({{"join", R"("room":"a","since":{"epoch":"e","seq":1},"last":1)", "`last`"},
               {"history", R"("room":"a","since":1,"before":2)", "`before`"},
               {"publish", R"("room":"a","event":"e","data":1,"ephemeral":true,"key":"k")", "`key`"}},
              errc::bad_request);
}

TEST_CASE("parse command: a known field that stands twice is a bad request") {
  all_refused({{"leave", R"("room":"a","room":"a")", "`room`"},
               {"leave", R"("room":"a","r\u006fom":"a")", "`room`"},
               {"publish", R"("room":"a","event":"e","data":1,"data":1)", "`data`"},
               {"publish", R"("room":"a","event":"e","data":1,"echo":true,"echo":true)", "`echo`"},
               {"join", R"("room":"a","since":{"epoch":"e","seq":1,"seq":1})", "`since.seq`"},
               {"identity", R"("info":{},"info":{})", "`info`"},
               {"refresh", R"("token":"t","token":"t")", "`token`"}},
              errc::bad_request);
}

TEST_CASE("parse command: data over 64 levels is a bad request") {
  const std::string publish = R"("room":"a","event":"e","data":)";
  all_refused({{"publish", publish + repeated("[", 65) + repeated("]", 65), "64 levels"},
               {"publish", publish + repeated(R"({"a":)", 65) + "1" + repeated("}", 65), "64 levels"}},
              errc::bad_request);
}

TEST_CASE("parse command: a room that has no valid name is an invalid room") {
  for (const std::string& name :
       {std::string(), std::string(256, 'r'), std::string(R"(a\u0000)"), std::string(R"(\n)"),
        std::string("\x7f"), std::string(R"(\u0085)"), std::string(R"(\ud800)"), repeated("ä", 128)}) {
    for (const std::string_view command : {"join", "leave", "history", "members"}) {
      refused(command_text(command, "\"room\":\"" + name + "\""), errc::invalid_room, 7, "`room`");
    }
    refused(command_text("publish", R"("event":"e","data":1,"room":")" + name + "\""), errc::invalid_room, 7,
            "`room`");
  }
}

TEST_CASE("parse command: an event that has no valid name is an invalid event") {
  for (const std::string& name :
       {std::string(), std::string(129, 'e'), std::string(R"(\t)"), std::string(R"(\udc00)")}) {
    refused(command_text("publish", R"("room":"a","data":1,"event":")" + name + "\""), errc::invalid_event, 7,
            "`event`");
  }
}

TEST_CASE("parse command: a key or info over its limit is too large") {
  const std::string info = "{\"a\":\"" + std::string(4097 - 8, 'i') + "\"}";
  all_refused(
      {{"publish", R"("room":"a","event":"e","data":1,"key":")" + std::string(129, 'k') + "\"", "`key`"},
       {"identity", "\"info\":" + info, "`info`"},
       {"hello", "\"info\":" + info, "`info`"}},
      errc::too_large);
}

TEST_CASE("parse command: an empty or unreadable key, user, client or token is a bad request") {
  const std::string publish = R"("room":"a","event":"e","data":1,"key":")";
  all_refused({{"publish", publish + "\"", "`key`"},
               {"publish", publish + "\\u0001\"", "`key`"},
               {"publish", publish + "\\ud800\"", "`key`"},
               {"hello", R"("user":"")", "`user`"},
               {"hello", R"("user":"a\nb")", "`user`"},
               {"hello", R"("user":"\ud800")", "`user`"},
               {"hello", "\"user\":\"" + std::string(256, 'u') + "\"", "`user`"},
               {"hello", R"("client":"a\nb")", "`client`"},
               {"hello", "\"client\":\"" + std::string(256, 'c') + "\"", "`client`"},
               {"hello", R"("token":"a\u002eb")", "`token`"},
               {"join", R"("room":"a","since":{"epoch":"\ud800","seq":1})", "`since.epoch`"}},
              errc::bad_request);
}

TEST_CASE("parse command: the first wrong field is the one that is named") {
  refused(command_text("publish", R"("key":"","event":"","room":"")"), errc::invalid_room, 7, "`room`");
}

TEST_CASE("parse command: a refused command says whether it was to be a hello") {
  const auto was_hello = [](std::string_view text) {
    return std::get<roomd::protocol::bad_command>(roomd::protocol::parse_command(text)).hello;
  };
  CHECK(was_hello(R"({"hello":{"user":""}})"));
  CHECK(was_hello(R"({"hello":1,"id":1})"));
  CHECK(was_hello(R"({"id":0,"hello":{}})"));
  CHECK_FALSE(was_hello(R"({"hello":{},"join":{}})"));
  CHECK_FALSE(was_hello(R"({"join":{}})"));
  CHECK_FALSE(was_hello(R"({"id":0})"));
}

TEST_CASE("parse command: an epoch has 64 bytes at most") {
  const auto since = [](std::size_t bytes) {
    return R"("room":"a","since":{"epoch":")" + std::string(bytes, 'e') + R"(","seq":1})";
  };
  const auto c = accepted<roomd::protocol::join_command>(command_text("join", since(64)), 7);
  CHECK(c.since->epoch == std::string(64, 'e'));
  for (const std::size_t bytes : {std::size_t{65}, std::size_t{64000}})
    refused(command_text("join", since(bytes)), errc::bad_request, 7, "64 bytes");
}
