#include <string>

#include "store/redis_message.hpp"
#include "store/redis_scripts.hpp"

#include "catch.hpp"

using namespace roomd::store;

TEST_CASE("redis message: number, time and payload of what a script sent") {
  const auto m = parse_redis_message("a.0-Zz_9 4294967296 1700000000 999999 {\"x\":1} and more");
  REQUIRE(m);
  CHECK(m->epoch == "a.0-Zz_9");
  CHECK(m->seq == 4294967296);
  CHECK(m->time == 1700000000999);
  CHECK(m->payload == "{\"x\":1} and more");
}

TEST_CASE("redis message: what is formatted is parsed again") {
  const std::string text = format_redis_message({"a.0", 42, 1700000000007, "some text"});
  CHECK(text == "a.0 42 1700000000 7000 some text");
  const auto m = parse_redis_message(text);
  REQUIRE(m);
  CHECK(m->epoch == "a.0");
  CHECK(m->seq == 42);
  CHECK(m->time == 1700000000007);
  CHECK(m->payload == "some text");
}

TEST_CASE("redis message: its seconds have ten digits, whatever the clock shows") {
  CHECK(format_redis_message({"a.0", 1, 0, ""}) == "a.0 1 0000000000 0 ");
  CHECK(format_redis_message({"a.0", 1, 12345, "x"}) == "a.0 1 0000000012 345000 x");
  CHECK(format_redis_message({"a.0", 1, 9999999999999, "x"}) == "a.0 1 9999999999 999000 x");
  CHECK(parse_redis_message("a.0 1 0000000012 345000 x")->time == 12345);
}

TEST_CASE("redis message: without a payload it is the news of an epoch") {
  const auto m = parse_redis_message("b.7 100 1700000000 0 ");
  REQUIRE(m);
  CHECK(m->seq == 100);
  CHECK(m->payload.empty());
}

TEST_CASE("redis message: what is not of that form is none") {
  for (const char* text :
       {"", " ", "a.0", "a.0 1 2", "a.0 1 2 3", " 1 2 3 x", "a.0 -1 2 3 x", "a.0 1x 2 3 x",
        "a.0 1 2 1000000 x", "a.0 4294967297 2 3 x", "a.0 1 99999999999999999999 3 x", "a.0  1 2 3 x"})
    CHECK_FALSE(parse_redis_message(text));
  CHECK_FALSE(parse_redis_message(std::string(65, 'e') + " 1 2 3 x"));
}

TEST_CASE("redis scripts: they are built in, each with its digest") {
  for (const auto* script :
       {&scripts::drop, &scripts::lease, &scripts::open, &scripts::publish, &scripts::read_page}) {
    CHECK(script->text.starts_with("#!lua"));
    CHECK(script->digest.size() == 40);
    CHECK(script->digest.find_first_not_of("0123456789abcdef") == std::string_view::npos);
  }
  CHECK(scripts::open.digest != scripts::publish.digest);
}
