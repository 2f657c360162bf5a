#include <algorithm>
#include <chrono>
#include <deque>
#include <random>

#include "core/catch_up.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::catch_up_queue;

namespace {

const roomd::time_point start{1h};

std::uint64_t session(const std::optional<catch_up_queue::request>& r) { return r ? r->session : 0; }

}  // namespace

TEST_CASE("catch-up: a long turn is worth a share for each of its milliseconds") {
  catch_up_queue queue(1000);
  for (std::uint64_t session = 1; session <= 90; ++session) queue.push({session, 500}, start);
  const auto served_at = [&](std::chrono::microseconds at) {
    queue.begin_turn(start + at);
    std::size_t served = 0;
    while (queue.pop()) ++served;
    return served;
  };
  CHECK(served_at(2500us) == 6);
  CHECK(served_at(2500us) == 2);
  CHECK(served_at(3499us) == 2);
  CHECK(served_at(4499us) == 4);
  CHECK(served_at(10s) == 64);  // at most 32 shares
}

TEST_CASE("catch-up: time in which nobody waited is worth nothing") {
  catch_up_queue queue(1000);
  queue.push({1, 500}, start);
  queue.begin_turn(start);
  CHECK(queue.pop());
  for (std::uint64_t session = 1; session <= 9; ++session) queue.push({session, 500}, start + 10s);
  queue.begin_turn(start + 10s);
  std::size_t served = 0;
  while (queue.pop()) ++served;
  CHECK(served == 2);
}

TEST_CASE("catch-up: first come, first served") {
  catch_up_queue queue(1000);
  queue.begin_turn(start);
  for (const std::uint64_t s : {5U, 3U, 9U}) queue.push({s, 10}, start);
  CHECK(session(queue.pop()) == 5);
  queue.push({5, 10}, start);
  CHECK(session(queue.pop()) == 3);
  CHECK(session(queue.pop()) == 9);
  CHECK(session(queue.pop()) == 5);
  CHECK_FALSE(queue.pop());
}

TEST_CASE("catch-up: a turn hands out its budget and no more") {
  catch_up_queue queue(100);
  queue.begin_turn(start);
  for (std::uint64_t s = 1; s <= 3; ++s) queue.push({s, 50}, start);
  CHECK(queue.pop());
  CHECK(queue.pop());
  CHECK_FALSE(queue.pop());
  CHECK(queue.size() == 1);
  queue.begin_turn(start);
  CHECK(session(queue.pop()) == 3);
}

TEST_CASE("catch-up: a small request does not overtake a big one that waits for the next turn") {
  catch_up_queue queue(100);
  queue.begin_turn(start);
  queue.push({1, 60}, start);
  queue.push({2, 60}, start);
  queue.push({3, 10}, start);
  CHECK(session(queue.pop()) == 1);
  CHECK_FALSE(queue.pop());
  queue.begin_turn(start);
  CHECK(session(queue.pop()) == 2);
  CHECK(session(queue.pop()) == 3);
}

TEST_CASE("catch-up: a request bigger than the whole budget gets a turn of its own") {
  catch_up_queue queue(100);
  queue.begin_turn(start);
  queue.push({1, 40}, start);
  queue.push({2, 500}, start);
  queue.push({3, 1}, start);
  CHECK(session(queue.pop()) == 1);
  CHECK_FALSE(queue.pop());
  queue.begin_turn(start);
  CHECK(session(queue.pop()) == 2);
  CHECK_FALSE(queue.pop());
  queue.begin_turn(start);
  CHECK(session(queue.pop()) == 3);
}

TEST_CASE("catch-up: a session that is gone is skipped in all of its rooms") {
  catch_up_queue queue(1000);
  queue.begin_turn(start);
  queue.push({1, 10}, start);
  queue.push({2, 10}, start);
  queue.push({1, 10}, start);
  queue.forget(1);
  queue.forget(7);
  CHECK(queue.size() == 1);
  CHECK(session(queue.pop()) == 2);
  CHECK(queue.empty());
}

TEST_CASE("catch-up: forgetting costs no budget") {
  catch_up_queue queue(100);
  queue.begin_turn(start);
  queue.push({1, 100}, start);
  queue.push({2, 100}, start);
  queue.forget(1);
  CHECK(session(queue.pop()) == 2);
}

TEST_CASE("catch-up: agrees with a plain queue under random operations") {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const std::size_t budget = 20 + random() % 100;
    catch_up_queue queue(budget);
    queue.begin_turn(start);
    std::deque<catch_up_queue::request> model;
    std::size_t served = 0;
    bool fresh = true;
    for (int step = 0; step < 80; ++step) {
      const auto choice = random() % 10;
      if (choice < 4) {
        const catch_up_queue::request r{1 + random() % 6, 1 + random() % 80};
        queue.push(r, start);
        model.push_back(r);
      } else if (choice < 8) {
        const auto got = queue.pop();
        const bool due = !model.empty() && (fresh || served + model.front().bytes <= budget);
        REQUIRE(got.has_value() == due);
        if (due) {
          REQUIRE(got->session == model.front().session);
          REQUIRE(got->bytes == model.front().bytes);
          served += got->bytes;
          fresh = false;
          model.pop_front();
        }
      } else if (choice < 9) {
        queue.begin_turn(start);
        served = 0;
        fresh = true;
      } else {
        const auto gone = 1 + random() % 6;
        queue.forget(gone);
        std::erase_if(model, [&](const auto& r) { return r.session == gone; });
      }
      REQUIRE(queue.size() == model.size());
      REQUIRE(queue.empty() == model.empty());
    }
  }
}
