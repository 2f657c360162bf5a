#include <map>
#include <random>
#include <string>

#include "core/presence_digest.hpp"

#include "catch.hpp"
#include "presence_text.hpp"

using namespace roomd;

namespace {

presence_change joined(std::string user, std::string info = "{}") { return {{{user, info}}, {}, {}}; }
presence_change left(std::string user, std::string info = "{}") { return {{}, {{user, info}}, {}}; }
presence_change updated(std::string user, std::string info) { return {{}, {}, {{user, info}}}; }

std::string told(std::initializer_list<presence_change> changes) {
  presence_digest d;
  for (const auto& c : changes) d.add(c);
  return text(d.take().all);
}

using roster = std::map<std::string, std::string>;

void apply(roster& r, const presence_change& c) {
  for (const auto& u : c.joined) r[u.user] = u.info;
  for (const auto& u : c.left) r.erase(u.user);
  for (const auto& u : c.updated) r[u.user] = u.info;
}

}  // namespace

TEST_CASE("presence digest: a user's changes are told as one") {
  CHECK(told({joined("ann"), joined("bob")}) == "joined ann {}, joined bob {}");
  CHECK(told({joined("ann"), updated("ann", "1"), updated("ann", "2")}) == "joined ann 2");
  CHECK(told({joined("ann"), left("ann")}) == "");
  CHECK(told({updated("ann", "1"), left("ann", "1")}) == "left ann 1");
  CHECK(told({left("ann", "1"), joined("ann", "1")}) == "");
  CHECK(told({left("ann", "1"), joined("ann", "2")}) == "updated ann 2");
  CHECK(told({updated("ann", "1"), updated("ann", "2")}) == "updated ann 2");
}

TEST_CASE("presence digest: a newcomer is told of what came after its join only") {
  presence_digest d;
  d.add_newcomer({0, 9});  // nothing was added before: told of all
  d.add(joined("ann"));
  d.add_newcomer({0, 1});
  d.add(joined("bob"));
  d.add(left("ann"));
  d.add_newcomer({0, 2});
  const auto t = d.take();
  CHECK(text(t.all) == "joined bob {}");
  REQUIRE(t.newcomers.size() == 2);
  CHECK(text(t.newcomers[0].second) == "joined bob {}, left ann {}");
  CHECK(text(t.newcomers[1].second) == "");
  CHECK(d.empty());
  CHECK(d.take().newcomers.empty());
}

TEST_CASE("presence digest: it is full after so many changes") {
  presence_digest d;
  for (std::size_t i = 1; i < presence_digest::most_changes; ++i) d.add(joined(std::to_string(i)));
  CHECK_FALSE(d.full());
  d.add(joined("last"));
  CHECK(d.full());
}

TEST_CASE("presence digest: whoever takes what is told knows what happened") {
  for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto roll = [&random](std::uint64_t sides) { return random() % sides; };
    roster real;
    roster observer;
    roster newcomer;
    presence_digest d;
    for (int turn = 0; turn < 5; ++turn) {
      const auto comes_at = roll(10);
      for (std::uint64_t step = 0; step < 10; ++step) {
        if (step == comes_at) {
          newcomer = real;
          d.add_newcomer({0, 1});
        }
        const std::string user(1, static_cast<char>('a' + roll(4)));
        const std::string info = std::to_string(roll(3));
        const bool is = real.contains(user);
        const auto change = !is           ? joined(user, info)
                            : roll(2) > 0 ? left(user, real[user])
                                          : updated(user, info);
        apply(real, change);
        d.add(change);
      }
      const auto t = d.take();
      apply(observer, t.all);
      apply(newcomer, t.newcomers.empty() ? t.all : t.newcomers[0].second);
      REQUIRE(observer == real);
      REQUIRE(newcomer == real);
    }
  }
}
