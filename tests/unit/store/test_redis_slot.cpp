// The slot of a key, as the servers of a Redis Cluster reckon it.
#include "store/redis_slot.hpp"

#include "catch.hpp"

using namespace roomd::store;

namespace {

redis_reply error_of(std::string text) { return {redis_reply::kind::error, 0, std::move(text), {}}; }

}  // namespace

TEST_CASE("redis slot: the CRC16 is the one of the cluster's specification") {
  CHECK(redis_crc16("123456789") == 0x31C3);
  CHECK(redis_crc16("") == 0);
  CHECK(redis_slot("foo") == 12182);
  CHECK(redis_slot("bar") == 5061);
  CHECK(redis_slot("somekey") == 11058);
}

TEST_CASE("redis slot: a key's tag is between its first brace and the first one that closes it") {
  CHECK(redis_tag("{user1000}.following") == "user1000");
  CHECK(redis_tag("foo{}{bar}") == "foo{}{bar}");
  CHECK(redis_tag("foo{{bar}}zap") == "{bar");
  CHECK(redis_tag("foo{bar}{zap}") == "bar");
  CHECK(redis_tag("foo}{bar") == "foo}{bar");
  CHECK(redis_tag("") == "");
  CHECK(redis_slot("{user1000}.following") == redis_slot("{user1000}.followers"));
}

TEST_CASE("redis slot: a room's keys are in one slot, whatever the room is called") {
  for (const std::string room : {"Maths", "}", "{", "{}", "a}b", "{a"}) {
    const auto record = "roomd:{r:" + room + "}";
    CHECK(redis_slot(record) == redis_slot(record + ":log"));
    CHECK(redis_slot(record) == redis_slot(record + ":keys"));
  }
}

TEST_CASE("redis slot: a redirection names a slot, and nothing else does") {
  CHECK(redirected_slot(error_of("MOVED 3999 127.0.0.1:6381")) == 3999);
  CHECK(redirected_slot(error_of("ASK 0 127.0.0.1:6381")) == 0);
  for (const auto* text : {"MOVED", "MOVED ", "MOVED x", "MOVED -1 a:1", "MOVED 16384 a:1",
                           "MOVED 99999999999999999999 a:1", "MOVEDX 1 a:1", "ERR MOVED 1", ""})
    CHECK_FALSE(redirected_slot(error_of(text)));
}
