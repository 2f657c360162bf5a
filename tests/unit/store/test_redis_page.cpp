#include "store/redis_page.hpp"

#include "catch.hpp"
#include "unit/store/fake_redis.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

redis_reply page_reply(std::string_view lineage, std::int64_t head, std::int64_t first) {
  return list_of(text_reply("e"), text_reply("g"), text_reply(lineage), integer_reply(head),
                 integer_reply(first), list_of(text_reply("m1"), text_reply("m2")));
}

}  // namespace

TEST_CASE("redis page: where a room stands, its ancestors and its messages") {
  const auto page = parse_redis_page(page_reply("b.1:30 a.0:20", 40, 5));
  REQUIRE(page);
  CHECK(page->at.epoch == "e");
  CHECK(page->at.generation == "g");
  CHECK(page->at.lineage == std::vector<position>{{"b.1", 30}, {"a.0", 20}});
  CHECK(page->at.head == 40);
  CHECK(page->first == 5);
  CHECK(page->messages == std::vector<std::string>{"m1", "m2"});
}

TEST_CASE("redis page: nobody agrees with a farther ancestor beyond what they share with a nearer one") {
  const auto page = parse_redis_page(page_reply("b:30 a:35", 40, 5));
  REQUIRE(page);
  CHECK(page->at.lineage == std::vector<position>{{"b", 30}, {"a", 30}});
}

TEST_CASE("redis page: an ancestor without name or number makes no sense") {
  for (const char* lineage : {"a", "a:", ":3", "a:x", "a:3x", "a:-1", " a:3"}) {
    CAPTURE(lineage);
    CHECK_FALSE(parse_redis_page(page_reply(lineage, 40, 5)));
  }
}

TEST_CASE("redis page: numbers that contradict each other make no sense") {
  CHECK(parse_redis_page(page_reply("", 40, 41)));
  CHECK_FALSE(parse_redis_page(page_reply("", 40, 42)));
  CHECK_FALSE(parse_redis_page(page_reply("", 40, 0)));
  CHECK_FALSE(parse_redis_page(page_reply("", -1, 0)));
}

TEST_CASE("redis page: a value that is missing or of another type makes no sense") {
  CHECK_FALSE(parse_redis_page(integer_reply(1)));
  CHECK_FALSE(parse_redis_page(list_of(text_reply("e"))));
  for (std::size_t i = 0; i < 6; ++i) {
    CAPTURE(i);
    auto reply = page_reply("", 40, 5);
    reply.items[i] = redis_reply{};
    CHECK_FALSE(parse_redis_page(std::move(reply)));
  }
  auto reply = page_reply("", 40, 5);
  reply.items[5].items[1] = integer_reply(2);
  CHECK_FALSE(parse_redis_page(std::move(reply)));
}

TEST_CASE("redis page: what open.lua answers") {
  const auto reply =
      list_of(text_reply("e"), text_reply("g"), text_reply("a:3"), integer_reply(3), integer_reply(2));
  const auto opened = parse_redis_opened(reply);
  REQUIRE(opened);
  CHECK(opened->epoch == "e");
  CHECK(opened->head == 3);
  for (std::size_t i = 0; i < 5; ++i) {
    CAPTURE(i);
    auto broken = reply;
    broken.items[i] = redis_reply{};
    CHECK_FALSE(parse_redis_opened(broken));
  }
}
