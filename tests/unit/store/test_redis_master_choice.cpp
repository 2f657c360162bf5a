#include <optional>
#include <vector>

#include "store/redis_master_choice.hpp"

#include "catch.hpp"

using namespace roomd::store;

namespace {

using statement = std::optional<redis_master>;
using statements = std::vector<statement>;

/// The server `host` as the master of an election.
statement named(const char* host, std::uint64_t epoch) { return redis_master{{host, 6379}, epoch}; }

const statement away;

statement chosen(const statements& said, const statement& followed, bool serves = false) {
  return choose_redis_master(said, followed, serves);
}

}  // namespace

TEST_CASE("redis master: the newest election wins, whoever tells of it first") {
  CHECK(chosen(statements{named("a", 0), named("a", 0), named("b", 1)}, named("a", 0)) == named("b", 1));
  CHECK(chosen(statements{named("c", 2), away, away}, named("b", 1)) == named("c", 2));
}

TEST_CASE("redis master: a sentinel that is cut off and names the old one is not followed") {
  CHECK(chosen(statements{named("a", 0), named("b", 1), named("b", 1)}, named("b", 1)) == named("b", 1));
  CHECK(chosen(statements{named("a", 0), away, away}, named("b", 1)) == named("b", 1));
  CHECK(chosen(statements{named("a", 0), away}, named("b", 1)) == named("b", 1));
}

TEST_CASE("redis master: most of the sentinels are right, although they count from 0 again") {
  CHECK(chosen(statements{named("a", 0), named("a", 0), away}, named("b", 7)) == named("a", 0));
  CHECK(chosen(statements{named("b", 0), named("b", 1), away}, named("b", 7)) == named("b", 1));
  CHECK(chosen(statements{named("a", 0)}, named("b", 7)) == named("a", 0));
}

TEST_CASE("redis master: one that serves is left for a newer election only") {
  CHECK(chosen(statements{named("a", 0), named("a", 0), away}, named("b", 1), true) == named("b", 1));
  CHECK(chosen(statements{named("a", 1), named("a", 1), away}, named("b", 1), true) == named("b", 1));
  CHECK(chosen(statements{named("a", 2), away, away}, named("b", 1), true) == named("a", 2));
  CHECK(chosen(statements{named("a", 0), away, away}, away, false) == named("a", 0));
}

TEST_CASE("redis master: two servers of one election are settled by most, and by nobody else") {
  CHECK(chosen(statements{named("a", 3), named("b", 3), named("b", 3)}, away) == named("b", 3));
  CHECK(chosen(statements{named("a", 3), named("b", 3), named("b", 3)}, named("a", 3)) == named("b", 3));
  CHECK(chosen(statements{named("b", 3), named("b", 3), named("a", 3)}, named("c", 3)) == named("b", 3));
  CHECK(chosen(statements{named("b", 3), away, away}, named("a", 3)) == named("a", 3));
}

TEST_CASE("redis master: while nobody speaks, nothing changes") {
  CHECK(chosen(statements{away, away}, named("b", 1)) == named("b", 1));
  CHECK(chosen(statements{away, away}, away) == away);
  CHECK(chosen(statements{}, away) == away);
}

TEST_CASE("redis master: most have spoken when they are more than half") {
  CHECK_FALSE(most_have_spoken(statements{}));
  CHECK_FALSE(most_have_spoken(statements{named("a", 0), away}));
  CHECK(most_have_spoken(statements{named("a", 0), named("b", 1), away}));
  CHECK(most_have_spoken(statements{named("a", 0)}));
}
