// The frames that wait for a socket.
#include <array>
#include <memory>
#include <random>
#include <string>

#include "net/frame_queue.hpp"

#include "catch.hpp"

using namespace roomd;
using net::frame_queue;

namespace {

frame_ptr frame_of(const std::string& bytes) { return std::make_shared<const frame>(bytes, 0, 0); }

std::string all_of(const frame_queue& q) {
  std::array<std::string_view, 64> parts;
  std::string out;
  for (std::size_t i = 0, n = q.front(parts); i < n; ++i) out += parts[i];
  return out;
}

}  // namespace

TEST_CASE("frame queue: it gives what was put in, whatever portions go (random)") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::minstd_rand random(seed);
    frame_queue q;
    std::string model;
    for (int i = 0; i < 200; ++i) {
      if (random() % 3 != 0 && model.size() < 600) {
        const std::string bytes(1 + random() % 30, static_cast<char>('a' + i % 26));
        q.push(frame_of(bytes));
        model += bytes;
      } else {
        const auto n = random() % (model.size() + 1);
        q.consume(n);
        model.erase(0, n);
      }
      REQUIRE(q.bytes() == model.size());
      REQUIRE(q.empty() == model.empty());
      REQUIRE(all_of(q) == model);
    }
  }
}

TEST_CASE("frame queue: dropping keeps a frame that has begun, whole") {
  frame_queue q;
  for (const char* bytes : {"first", "second", "third"}) q.push(frame_of(bytes));
  q.consume(2);
  q.drop_behind(0);
  CHECK(all_of(q) == "rst");
  CHECK(q.bytes() == 3);
}

TEST_CASE("frame queue: dropping keeps what another layer has taken already, to the frame's end") {
  frame_queue q;
  for (const char* bytes : {"first", "second", "third"}) q.push(frame_of(bytes));
  q.drop_behind(6);
  CHECK(all_of(q) == "firstsecond");
  q.consume(11);
  CHECK(q.empty());
}

TEST_CASE("frame queue: where nothing has begun all of it is dropped") {
  frame_queue q;
  q.push(frame_of("first"));
  q.drop_behind(0);
  CHECK(q.empty());
  CHECK(q.bytes() == 0);
}
