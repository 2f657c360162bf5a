// What the embedded engine says that it holds, against what the allocator says.
#include <optional>
#include <string>
#include <vector>

#include <malloc.h>

#include "store/memory_store.hpp"

#include "catch.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

constexpr std::size_t mib = 1 << 20;

/// Of this process, in use; nothing where the allocator is another one (a sanitizer's).
std::optional<std::size_t> allocated() {
  const auto before = ::mallinfo2().uordblks;
  const std::string text(100000, 'x');
  const auto with_text = ::mallinfo2().uordblks;
  if (with_text < before + text.size()) return std::nullopt;
  return before;
}

/// Rooms that get messages and are closed again.
class flood {
 public:
  explicit flood(retention kept, std::size_t most = 1000 * mib)
      : store_({kept, most}, "mQ3x-t3Tq_a", protocol::make_sealer()) {}

  void visit(std::size_t room, int messages, std::size_t size, bool keyed = false) {
    const auto open = store_.open("a room: " + std::to_string(room), listener_);
    for (int i = 0; i < messages; ++i) {
      auto key = keyed ? "the key of message " + std::to_string(i) : std::string();
      open->append(text(std::move(key), size), at(0ms), [](const result<receipt>&) {});
      listener_.heard.clear();
    }
  }

  memory_store& engine() { return store_; }

 private:
  memory_store store_;
  listening_room listener_;
};

constexpr retention usual{{1000, 8 * mib, 24h}, {1000, 5min, 16 * mib}};

/// What it says, in parts of what it has taken.
void check_honest(std::size_t rooms, int messages, std::size_t size, bool keyed) {
  CAPTURE(rooms, messages, size, keyed);
  const auto before = allocated();
  if (!before) return;
  flood f(usual);
  for (std::size_t i = 0; i < rooms; ++i) f.visit(i, messages, size, keyed);
  const auto taken = static_cast<double>(::mallinfo2().uordblks - *before);
  const auto said = static_cast<double>(f.engine().bytes()) / taken;
  CHECK(said > 0.85);
  CHECK(said < 1.25);
}

}  // namespace

TEST_CASE("memory store: it counts the memory that it takes, whatever the rooms hold") {
  check_honest(20000, 1, 5, false);
  check_honest(20000, 1, 5, true);
  check_honest(10000, 3, 100, false);
  check_honest(100, 1000, 5, false);
  check_honest(100, 1000, 5, true);
  check_honest(2, 900, 4096, false);
}

TEST_CASE("memory store: a flood of rooms with one small message each takes no more memory than it may") {
  constexpr std::size_t most = 8 * mib;
  const auto before = allocated();
  flood f(usual, most);
  for (std::size_t i = 0; i < 100000; ++i) f.visit(i, 1, 5);
  CHECK(f.engine().bytes() <= most);
  CHECK(f.engine().bytes() > most - 1000);
  if (!before) return;
  CHECK(::mallinfo2().uordblks - *before < most + most / 5);
}

TEST_CASE("memory store: rooms without history and keys leave nothing behind, and begin anew") {
  flood f({{0, 8 * mib, 24h}, {1000, 5min, 16 * mib}});
  f.visit(1, 1, 5);
  listening_room room;
  const auto first = f.engine().open("a room: 1", room)->log(at(0ms)).numbering();
  for (std::size_t i = 0; i < 1000; ++i) f.visit(i, 3, 5);
  CHECK(f.engine().rooms() == 0);
  CHECK(f.engine().bytes() == 0);
  CHECK(f.engine().open("a room: 1", room)->log(at(0ms)).numbering() != first);
}

TEST_CASE("memory store: a room without history that has keys goes with the last of them") {
  flood f({{0, 8 * mib, 24h}, {0, 5min, 16 * mib}});
  f.visit(1, 1, 5, true);
  CHECK(f.engine().rooms() == 1);
  CHECK(f.engine().bytes() > 0);
  f.engine().sweep(at(24h));
  CHECK(f.engine().rooms() == 0);
  CHECK(f.engine().bytes() == 0);
}

TEST_CASE("memory store: over its bound with nothing but open rooms that hold nothing it goes on") {
  flood f(usual, 1000);
  listening_room room;
  std::vector<std::unique_ptr<room_store>> open;
  for (int i = 0; i < 100; ++i) {
    open.push_back(f.engine().open("open " + std::to_string(i), room));
    open.back()->append(text({}, 2000), at(0ms), [](const result<receipt>& r) { CHECK(r); });
  }
  CHECK(f.engine().bytes() <= 1000);
}

TEST_CASE("memory store: what thousands of rooms kept goes in several sweeps") {
  flood f(usual);
  for (std::size_t i = 0; i < 10000; ++i) f.visit(i, 1, 5);
  f.engine().sweep(at(25h));
  CHECK(f.engine().rooms() > 5000);
  CHECK(f.engine().rooms() < 10000);
  for (int i = 0; i < 10; ++i) f.engine().sweep(at(25h));
  CHECK(f.engine().rooms() == 0);
}
