// Who gives way when the embedded engine's memory is full: first the addresses that have more than their share.
#include <string>
#include <vector>

#include "store/memory_store.hpp"

#include "catch.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

constexpr std::size_t most = 4 << 20;
constexpr std::size_t share = most / 32;
constexpr std::uint64_t quiet_peer = 7, flooder = 8;

class publishers {
 public:
  /// Into a room that is opened for it and closed again. A millisecond passes.
  void publish(std::uint64_t address, const std::string& room, std::size_t size = 1000) {
    const auto open = store_.open(room, listener_);
    draft what = text({}, size);
    what.address = address;
    now_ += 1ms;
    open->append(std::move(what), at(now_), [](const result<receipt>& r) { REQUIRE(r); });
    listener_.heard.clear();
    CHECK(store_.bytes() <= most);
  }
  /// Messages that the room has.
  std::size_t kept(const std::string& room) { return store_.open(room, listener_)->log(at(now_)).size(); }
  std::size_t kept(const std::string& prefix, int rooms) {
    std::size_t sum = 0;
    for (int i = 0; i < rooms; ++i) sum += kept(prefix + std::to_string(i));
    return sum;
  }

 private:
  memory_store store_{
      {retention{{1000, 8 << 20, 24h}, {1000, 5min, 1 << 20}}, most}, "word", protocol::make_sealer()};
  listening_room listener_;
  std::chrono::milliseconds now_{};
};

}  // namespace

TEST_CASE("memory store: a flood of one address into many rooms leaves others their history") {
  publishers p;
  for (int i = 0; i < 50; ++i) p.publish(quiet_peer, "quiet " + std::to_string(i));
  for (int i = 0; i < 20000; ++i) p.publish(flooder, "flood " + std::to_string(i));
  CHECK(p.kept("quiet ", 50) == 50);
  CHECK(p.kept("flood 19999") == 1);
  CHECK(p.kept("flood 0") == 0);
}

TEST_CASE("memory store: an address that floods one room loses that room's oldest messages and no more") {
  publishers p;
  for (int i = 0; i < 50; ++i) p.publish(quiet_peer, "quiet " + std::to_string(i));
  for (int i = 0; i < 1000; ++i) p.publish(flooder, "flood", 8000);
  CHECK(p.kept("quiet ", 50) == 50);
  CHECK(p.kept("flood") > 400);
}

TEST_CASE(
    "memory store: of addresses over their share the room that got its last message longest ago goes first") {
  publishers p;
  for (int i = 0; i < 50; ++i) p.publish(quiet_peer, "quiet " + std::to_string(i));
  for (int i = 0; i < 1000; ++i) p.publish(flooder, "early " + std::to_string(i));
  for (int i = 0; i < 2000; ++i) p.publish(flooder + 1, "late " + std::to_string(i));
  CHECK(p.kept("quiet ", 50) == 50);
  CHECK(p.kept("late ", 2000) == 2000);
  CHECK(p.kept("early ", 1000) < 1000);
}

TEST_CASE("memory store: an address keeps its share, whatever one other does") {
  publishers p;
  for (int i = 0; i < 1000; ++i) p.publish(quiet_peer, "quiet " + std::to_string(i));
  for (int i = 0; i < 20000; ++i) p.publish(flooder, "flood " + std::to_string(i));
  const auto left = p.kept("quiet ", 1000);
  CHECK((left + 1) * 2000 > share);
  CHECK(left < 1000);
}

TEST_CASE(
    "memory store: among addresses within their share the room that got its last message longest ago goes "
    "first") {
  publishers p;
  for (int i = 0; i < 6000; ++i)
    p.publish(static_cast<std::uint64_t>(100 + i % 100), "room " + std::to_string(i));
  CHECK(p.kept("room 0") == 0);
  CHECK(p.kept("room 5999") == 1);
  std::size_t first = 0;
  while (p.kept("room " + std::to_string(first)) == 0) ++first;
  for (; first < 6000; ++first) CHECK(p.kept("room " + std::to_string(first)) == 1);
}

TEST_CASE("memory store: publishers without an address have no share to exceed") {
  publishers p;
  for (int i = 0; i < 50; ++i) p.publish(quiet_peer, "quiet " + std::to_string(i));
  for (int i = 0; i < 20000; ++i) p.publish(0, "flood " + std::to_string(i));
  CHECK(p.kept("quiet ", 50) == 0);
}
