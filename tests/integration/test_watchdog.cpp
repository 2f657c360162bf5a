// The sign of life for the service manager: given while every shard answers, withheld as soon as one is stuck.
#include <chrono>
#include <functional>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "watchdog.hpp"

namespace {

using namespace std::chrono_literals;

/// Two shards, of which one can be made to stop running what is posted to it.
struct watched_node {
  boost::asio::io_context io;
  bool stuck = false;
  std::vector<std::function<void()>> left_undone;
  int beats = 0;
  int signs = 0;
  roomd::watchdog dog{io,
                      1ms,
                      {[this](std::function<void()> f) {
                         ++beats;
                         f();
                       },
                       [this](std::function<void()> f) { stuck ? left_undone.push_back(f) : f(); }},
                      [this] { ++signs; }};

  /// Runs until `n` more beats have asked the first shard; false: not within 10 s.
  bool beat(int n) {
    const int until = beats + n;
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (beats < until && std::chrono::steady_clock::now() < deadline) io.run_one_for(1s);
    return beats >= until;
  }
};

}  // namespace

TEST_CASE("watchdog: every beat is passed on while all shards answer") {
  watched_node n;
  n.dog.start();
  REQUIRE(n.beat(5));
  CHECK(n.signs == n.beats);
}

TEST_CASE("watchdog: a stuck shard stops the signs of life, and its answer brings them back") {
  watched_node n;
  n.dog.start();
  REQUIRE(n.beat(3));
  n.stuck = true;
  REQUIRE(n.beat(1));  // asked, and not answered any more
  const int last = n.signs;
  REQUIRE(n.beat(5));
  CHECK(n.signs == last);
  CHECK(n.left_undone.size() == 1);  // it is not asked again before it has answered
  n.stuck = false;
  n.left_undone.front()();
  REQUIRE(n.beat(3));
  CHECK(n.signs > last);
}
