// Where slots are, where they go, and when.
#include "store/redis_slot_table.hpp"

#include "catch.hpp"

using namespace roomd::store;

namespace {

using slots = std::vector<std::size_t>;
constexpr auto nobody = redis_slot_table::nobody;

/// Says which master has each slot from which number on, up to the next one's.
struct claim {
  std::string host;
  std::uint64_t epoch;
  std::size_t first, last;
};
redis_cluster_map map_of(const std::vector<claim>& claims) {
  redis_cluster_map map;
  for (const auto& c : claims) {
    map.masters.push_back({{c.host, 1}, c.epoch});
    for (auto slot = c.first; slot <= c.last; ++slot)
      map.owners[slot] = static_cast<std::uint16_t>(map.masters.size() - 1);
  }
  return map;
}

/// Two masters, half of the slots each; at places 0 and 1.
struct halves {
  redis_slot_table table;
  halves() {
    table.learn(map_of({{"a", 1, 0, 8191}, {"b", 2, 8192, 16383}}), nobody);
    table.move(table.due(nobody, true));
  }
  std::string host_of(std::size_t slot) const {
    const auto p = table.serving(slot);
    return p == nobody ? "nobody" : table.endpoint(p).host;
  }
};

}  // namespace

TEST_CASE("redis slot table: nobody serves anything before somebody says who does") {
  redis_slot_table table;
  CHECK(table.serving(0) == nobody);
  CHECK(table.orphans() == redis_slots);
  CHECK(table.left().empty());
}

TEST_CASE("redis slot table: slots that nobody had begin at once") {
  const halves h;
  CHECK(h.host_of(0) == "a");
  CHECK(h.host_of(16383) == "b");
  CHECK(h.table.orphans() == 0);
  CHECK(h.table.left().empty());
  CHECK(h.table.loads() == slots{8192, 8192});
}

TEST_CASE("redis slot table: a slot that is refused waits for a question and its answer") {
  halves h;
  h.table.doubt(5, 0);
  CHECK(h.table.serving(5) == nobody);
  CHECK(h.table.home(5) == 0);
  CHECK(h.table.left() == std::vector<redis_slot_table::place>{0});
  CHECK(h.table.due(0, false).empty());
  h.table.fence(0);
  h.table.doubt(6, 0);  // behind the question
  h.table.learn(map_of({{"a", 1, 0, 4}, {"b", 3, 5, 16383}}), 0);
  CHECK(h.table.due(0, false) == slots{5});
  CHECK(h.table.move({5}) == 1);
  CHECK(h.host_of(5) == "b");
  CHECK(h.host_of(6) == "nobody");
  h.table.fence(0);
  CHECK(h.table.due(0, false).size() == 8191 - 5);
}

TEST_CASE("redis slot table: a slot that was refused for nothing stays where it is") {
  halves h;
  h.table.doubt(5, 0);
  h.table.fence(0);
  h.table.learn(map_of({{"a", 1, 0, 8191}, {"b", 2, 8192, 16383}}), 0);
  CHECK(h.table.move(h.table.due(0, false)) == 0);
  CHECK(h.host_of(5) == "a");
}

TEST_CASE("redis slot table: what a server that has lost the slot refuses late is no news") {
  halves h;
  CHECK_FALSE(h.table.doubt(5, 1));
  CHECK(h.host_of(5) == "a");
  CHECK(h.table.doubt(5, 0));
  CHECK_FALSE(h.table.doubt(5, 0));
}

TEST_CASE("redis slot table: the newer claim counts, whoever tells of it") {
  halves h;
  h.table.learn(map_of({{"a", 1, 0, 8191}, {"c", 2, 8192, 16383}}), 0);  // not newer
  CHECK(h.host_of(8192) == "b");
  h.table.learn(map_of({{"a", 1, 0, 8191}, {"c", 3, 8192, 16383}}), 0);
  CHECK(h.table.serving(8192) == nobody);
  h.table.learn(map_of({{"a", 1, 0, 8191}, {"b", 2, 8192, 16383}}), 1);  // b does not know it yet
  h.table.move(h.table.due(1, true));
  CHECK(h.host_of(8192) == "c");
}

TEST_CASE(
    "redis slot table: a server's word that a slot is not its own counts at once, and is not taken back by "
    "others") {
  halves h;
  const auto moved = map_of({{"b", 2, 0, 0}, {"a", 1, 1, 8191}, {"c", 0, 8192, 16383}});
  h.table.learn(moved, 1);
  h.table.move(h.table.due(1, true));
  CHECK(h.host_of(8192) == "c");
  h.table.learn(map_of({{"a", 1, 0, 8191}, {"b", 2, 8192, 16383}}), 0);  // older than what b said
  CHECK(h.host_of(8192) == "c");
}

TEST_CASE("redis slot table: a slot that its server gives up and nobody has is an orphan") {
  halves h;
  h.table.learn(map_of({{"a", 1, 0, 100}, {"b", 2, 8192, 16383}}), 1);  // not for b to say
  CHECK(h.table.orphans() == 0);
  h.table.learn(map_of({{"a", 1, 0, 100}, {"b", 2, 8192, 16383}}), 0);
  CHECK(h.table.orphans() == 8091);
  h.table.move(h.table.due(0, true));
  CHECK(h.host_of(101) == "nobody");
  h.table.learn(map_of({{"a", 1, 0, 8191}, {"b", 2, 8192, 16383}}), 1);
  h.table.move(h.table.due(nobody, false));
  CHECK(h.host_of(101) == "a");
}

TEST_CASE("redis slot table: a cluster that began anew is believed once none of the old is there") {
  halves h;
  h.table.learn(map_of({{"c", 1, 0, 16383}}), nobody);
  CHECK(h.host_of(16383) == "b");
  h.table.distrust();
  h.table.learn(map_of({{"c", 1, 0, 16383}}), nobody);
  h.table.move(h.table.due(0, true));
  h.table.move(h.table.due(1, true));
  CHECK(h.host_of(0) == "c");
  CHECK(h.host_of(16383) == "c");
}

TEST_CASE("redis slot table: a place without slots goes to the next master that comes") {
  halves h;
  h.table.learn(map_of({{"a", 3, 0, 16383}}), nobody);
  h.table.move(h.table.due(1, true));
  CHECK(h.table.loads() == slots{16384, 0});
  h.table.learn(map_of({{"d", 4, 0, 10}, {"c", 4, 11, 20}, {"a", 3, 21, 16383}}), nobody);
  h.table.move(h.table.due(0, true));
  CHECK(h.table.places() == 3);
  CHECK(h.host_of(0) == "d");
  CHECK(h.host_of(11) == "c");
  CHECK(h.host_of(21) == "a");
}
