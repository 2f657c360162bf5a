// What waits for a shard's spare time holds up nothing else.
#include <algorithm>
#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/post.hpp>

#include "support.hpp"

using namespace roomd::actors;
using namespace roomd::actors::testing;

namespace {

constexpr auto work = 200us;
constexpr int pieces = 2000;
constexpr int tries = 10;

/// A piece of work that takes a while by the clock.
class piece final : public roomd::turn_end {
 public:
  piece(int& done, std::function<void(int)> then) : done_(done), then_(std::move(then)) {}
  void on_turn_end() noexcept override {
    const auto until = std::chrono::steady_clock::now() + work;
    while (std::chrono::steady_clock::now() < until) {
    }
    then_(++done_);
  }

 private:
  int& done_;
  std::function<void(int)> then_;
};

}  // namespace

TEST_CASE("runtime: a handler waits for a few pieces of spare work, not for all of it") {
  runtime rt(1);
  shard& home = rt.at(0);
  int done = 0;
  int least = pieces;  // of several tries, since the machine may take the processor away during one
  auto all = make_outcome<bool>();
  std::vector<std::unique_ptr<piece>> work_left;
  const auto then = [&](int n) {
    if (n % (pieces / tries) == 1)
      boost::asio::post(home.io(), [&, n] { least = std::min(least, done - n); });
    if (n == pieces) boost::asio::post(home.io(), [&] { all->set(true); });
  };
  for (int i = 0; i < pieces; ++i) work_left.push_back(std::make_unique<piece>(done, then));
  home.post([&] {
    for (auto& each : work_left) home.turns().mark_spare(*each);
  });
  REQUIRE(all->await());
  CHECK(least <= 10);  // five pieces of spare work fill a turn
}

TEST_CASE("runtime: handlers that take their time leave the rest of the turn its turn") {
  class note final : public roomd::turn_end {
   public:
    explicit note(std::vector<char>& all) : all_(all) {}
    void on_turn_end() noexcept override { all_.push_back('e'); }

   private:
    std::vector<char>& all_;
  };
  constexpr int handlers = 7;
  runtime rt(1);
  shard& home = rt.at(0);
  std::vector<char> order;
  note end(order);
  auto all = make_outcome<bool>();
  home.post([&] {
    for (int i = 0; i < handlers; ++i) {
      boost::asio::post(home.io(), [&, i] {
        const auto until = std::chrono::steady_clock::now() + 2ms;
        while (std::chrono::steady_clock::now() < until) {
        }
        order.push_back('h');
        home.turns().mark(end);
        if (i + 1 == handlers) boost::asio::post(home.io(), [&] { all->set(true); });
      });
    }
  });
  REQUIRE(all->await());
  CHECK(std::count(order.begin(), order.end(), 'e') >=
        handlers / 2);  // without a look at the clock behind each, once
}
