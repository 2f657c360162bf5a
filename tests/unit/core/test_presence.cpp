#include "core/presence.hpp"

#include "catch.hpp"
#include "presence_text.hpp"

using namespace std::chrono_literals;
using roomd::presence;
using roomd::time_point;

namespace {

const time_point start{1h};

}  // namespace

TEST_CASE("presence: a user joins with the first device only") {
  presence p(5s);
  CHECK(text(p.join({0, 1}, "s1", {"ann", "{}"}, 1)) == "joined ann {}");
  CHECK(text(p.join({0, 2}, "s2", {"ann", "{}"}, 2)) == "");
  CHECK(p.users() == 1);
  CHECK(text(list(p)) == "ann {} s1 s2");
}

TEST_CASE("presence: a user leaves a grace after the last device") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"ann", "{}"}, 2);
  CHECK(text(p.leave({0, 1}, start)) == "");
  CHECK_FALSE(p.next_expiry());
  CHECK(text(p.leave({0, 2}, start + 1s)) == "");
  CHECK(p.next_expiry() == start + 6s);
  CHECK(text(list(p)) == "ann {}");
  CHECK(text(p.expire(start + 5999ms)) == "");
  CHECK(text(p.expire(start + 6s)) == "left ann {}");
  CHECK(p.empty());
  CHECK_FALSE(p.next_expiry());
}

TEST_CASE("presence: a reconnect within the grace is silent") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"ben", "{}"}, 2);
  p.leave({0, 1}, start);
  CHECK(text(p.join({0, 3}, "s3", {"ann", "{}"}, 3)) == "");
  CHECK_FALSE(p.next_expiry());
  CHECK(text(p.expire(start + 1h)) == "");
  CHECK(text(list(p)) == "ann {} s3, ben {} s2");
}

TEST_CASE("presence: a user who comes after the grace joins again") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"ben", "{}"}, 2);
  p.leave({0, 1}, start);
  p.expire(start + 5s);
  CHECK(text(p.join({0, 3}, "s3", {"ann", "{}"}, 3)) == "joined ann {}");
  CHECK(text(list(p)) == "ann {} s3, ben {} s2");
}

TEST_CASE("presence: without a grace a user leaves with the last device") {
  presence p(0s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"ann", "{}"}, 2);
  CHECK(text(p.leave({0, 1}, start)) == "");
  CHECK(text(p.leave({0, 2}, start)) == "left ann {}");
  CHECK(p.empty());
}

TEST_CASE("presence: users whose grace is over leave in the order in which they went") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"ben", "{}"}, 2);
  p.join({0, 3}, "s3", {"cid", "{}"}, 3);
  p.leave({0, 3}, start);
  p.leave({0, 1}, start + 1s);
  CHECK(p.next_expiry() == start + 5s);
  CHECK(text(p.expire(start + 10s)) == "left cid {}, left ann {}");
  CHECK(text(list(p)) == "ben {} s2");
}

TEST_CASE("presence: a second device with newer info updates the user") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  CHECK(text(p.join({0, 2}, "s2", {"ann", "{\"a\":1}"}, 2)) == "updated ann {\"a\":1}");
}

TEST_CASE("presence: a reconnect with newer info updates the user") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.leave({0, 1}, start);
  CHECK(text(p.join({0, 2}, "s2", {"ann", "{\"a\":1}"}, 2)) == "updated ann {\"a\":1}");
}

TEST_CASE("presence: the newest info wins, in whatever order it arrives") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "first"}, 10);
  CHECK(text(p.join({0, 2}, "s2", {"ann", "older"}, 5)) == "");
  CHECK(text(p.update({0, 1}, "newer", 20)) == "updated ann newer");
  CHECK(text(p.update({0, 2}, "between", 15)) == "");
  CHECK(text(list(p)) == "ann newer s1 s2");
}

TEST_CASE("presence: of two infos with one stamp the greater counts, whichever comes first") {
  for (const bool swapped : {false, true}) {
    presence p(5s);
    p.join({0, 1}, "s1", {"ann", swapped ? "b" : "a"}, 7);
    p.join({0, 2}, "s2", {"ann", swapped ? "a" : "b"}, 7);
    CHECK(text(list(p)) == "ann b s1 s2");
  }
}

TEST_CASE("presence: the same info again is no change, but counts as the newest") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "same"}, 1);
  CHECK(text(p.update({0, 1}, "same", 9)) == "");
  CHECK(text(p.update({0, 1}, "other", 8)) == "");
  CHECK(text(list(p)) == "ann same s1");
}

TEST_CASE("presence: info of a session that is not in the room changes nothing") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.leave({0, 1}, start);
  CHECK(text(p.update({0, 1}, "other", 2)) == "");
  CHECK(text(list(p)) == "ann {}");
}

TEST_CASE("presence: a session is in once") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  CHECK(text(p.join({0, 1}, "s1", {"ann", "newer"}, 2)) == "updated ann newer");
  CHECK(text(list(p)) == "ann newer s1");
  p.leave({0, 1}, start);
  CHECK(text(p.leave({0, 1}, start + 3s)) == "");
  CHECK(p.next_expiry() == start + 5s);
}

TEST_CASE("presence: sessions with the same number on different shards are two") {
  presence p(0s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({1, 1}, "s2", {"ann", "{}"}, 2);
  CHECK(text(p.leave({0, 1}, start)) == "");
  CHECK(text(list(p)) == "ann {} s2");
}

TEST_CASE("presence: a session that is gone for good takes its user with it at once") {
  presence p(5s);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"ann", "{}"}, 2);
  p.join({0, 3}, "s3", {"bob", "{}"}, 3);
  p.leave({0, 3}, start);
  CHECK(text(p.drop({0, 1})) == "");
  CHECK(text(p.drop({0, 2})) == "left ann {}");
  CHECK(text(p.drop({0, 2})) == "");
  CHECK(text(list(p)) == "bob {}");
  CHECK(text(p.expire(start + 5s)) == "left bob {}");
}
