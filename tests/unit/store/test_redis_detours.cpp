// Rooms whose keys are at another server than their slot.

#include "store/redis_asking.hpp"
#include "store/redis_detours.hpp"
#include "store/redis_slot.hpp"

#include "catch.hpp"

using namespace roomd::store;

namespace {

constexpr auto nobody = redis_detours::nobody;
const std::string maths = "roomd:{r:Maths}", physics = "roomd:{r:Physics}";

redis_reply error_of(const std::string& text) { return {redis_reply::kind::error, 0, text, {}}; }

std::string generation() { return std::string(40, 'f'); }

}  // namespace

TEST_CASE("redis detours: a room that is sent on waits until what was sent before is answered") {
  redis_detours d;
  CHECK(d.empty());
  CHECK_FALSE(d.serving(maths));
  CHECK(d.sent_on(maths, 0, 1));
  CHECK(d.serving(maths) == nobody);
  CHECK(d.serving(maths + ":log") == nobody);  // it is known by its tag
  CHECK_FALSE(d.serving(physics));
  CHECK_FALSE(d.at(maths));
  CHECK_FALSE(d.sent_on(maths, 0, 1));  // what was on its way says the same
  CHECK(d.left(maths));
  CHECK_FALSE(d.left(maths));
  CHECK(d.serving(maths) == 1);
  CHECK(d.at(maths) == 1);
}

TEST_CASE("redis detours: only the server where the room is can send it on, or away") {
  redis_detours d;
  CHECK_FALSE(d.sent_on(maths, 0, nobody));
  CHECK_FALSE(d.sent_on(maths, 0, 0));
  d.sent_on(maths, 0, 1);
  d.left(maths);
  CHECK_FALSE(d.sent_on(maths, 0, 2));
  CHECK(d.sent_on(maths, 1, nobody));
  CHECK(d.serving(maths) == nobody);
  CHECK(d.at(maths) == 1);
  CHECK(d.left(maths));
  CHECK_FALSE(d.serving(maths));
  CHECK(d.empty());
  CHECK_FALSE(d.sent_on(maths, 0, 1));  // two servers that send it to and fro are not followed for ever
  CHECK(d.sent_on(physics, 0, 1));
  d.forgive();
  CHECK(d.sent_on(maths, 0, 1));
}

TEST_CASE("redis detours: whoever leaves a server that is lost has left it") {
  redis_detours d;
  d.sent_on(maths, 0, 1);
  d.sent_on(physics, 2, 1);
  d.lost(0);
  CHECK(d.serving(maths) == 1);
  CHECK(d.serving(physics) == nobody);
  d.lost(1);  // where a room is, it stays
  CHECK(d.serving(maths) == 1);
}

TEST_CASE("redis detours: a slot that has come over ends them") {
  redis_detours d;
  d.sent_on(maths, 0, 1);
  CHECK_FALSE(d.arrived(maths, 1));
  d.left(maths);
  CHECK(d.arrived(maths, 1));
  CHECK_FALSE(d.arrived(maths, 2));
  d.sent_on(physics, 0, 1);
  d.forget_slots([](std::size_t slot) { return slot == redis_slot(maths); });
  CHECK_FALSE(d.serving(maths));
  CHECK(d.serving(physics) == nobody);
}

TEST_CASE("redis asking: who has the keys is read from the error") {
  CHECK(asked_place(error_of("ASK 3999 10.0.0.1:6381"), "a") == redis_place{"10.0.0.1", 6381});
  CHECK(asked_place(error_of("ASK 3999 fd00::1:6381"), "a") == redis_place{"fd00::1", 6381});
  CHECK(asked_place(error_of("ASK 3999 :6381"), "asked") == redis_place{"asked", 6381});
  CHECK(asked_place(error_of("ASK 3999 ?:6381"), "asked") == redis_place{"asked", 6381});
  for (const auto* text : {"ASK", "ASK ", "ASK 1", "ASK 1 a", "ASK 1 a:", "ASK 1 a:0", "ASK 1 a:99999",
                           "ASK 1 a/b:1", "MOVED 3999 10.0.0.1:6381", "ASKING 1 a:1"})
    CHECK_FALSE(asked_place(error_of(text), "asked"));
}

TEST_CASE("redis asking: the message is as publish.lua has kept it, whatever number was expected") {
  const auto numbering = "word.1@" + generation();
  const auto message = [&](std::string_view first, std::string_view seq, std::uint64_t n) {
    const std::string_view arguments[] = {first, numbering, seq};
    return published_message(arguments, n);
  };
  const std::string tail = " 1700000000 5 payload 7";
  CHECK(message("word.1 7" + tail, "7", 7) == "word.1 7" + tail);
  CHECK(message("word.1 7" + tail, "7", 12) == "word.1 12" + tail);
  CHECK(message(tail, "", 12) == "word.1 12" + tail);
  CHECK(published_message({}, 1).empty());
  const std::string_view short_ones[] = {"m", "n", "1"};
  CHECK(published_message(short_ones, 2).empty());
}

TEST_CASE("redis asking: a script for one key keeps its first line, and is a room's") {
  for (const auto* script : {&scripts::publish, &scripts::open, &scripts::read_page}) {
    CHECK(is_of_rooms(*script));
    const auto head = script->text.substr(0, script->text.find('\n') + 1);
    const auto text = one_key_text(*script);
    CHECK(text.starts_with(std::string(head) + "for i = 1,"));
    CHECK(text.ends_with(script->text.substr(head.size())));
  }
  CHECK_FALSE(is_of_rooms(scripts::lease));
  CHECK_FALSE(is_of_rooms(scripts::ingest));
}

TEST_CASE(
    "redis detours: of very many rooms that are sent on, those beyond the bound stay where their slot is") {
  redis_detours detours;
  const auto key = [](int number) { return "roomd:{r:" + std::to_string(number) + '}'; };
  for (int i = 0; i < 100000; ++i) REQUIRE(detours.sent_on(key(i), 0, 1));
  CHECK_FALSE(detours.sent_on(key(100000), 0, 1));
  CHECK_FALSE(detours.serving(key(100000)));
  REQUIRE(detours.left(key(0)));
  CHECK(detours.serving(key(0)) == redis_detours::place{1});
}
