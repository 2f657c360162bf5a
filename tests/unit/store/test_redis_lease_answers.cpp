// A node by itself: what it makes of each answer and beat.
#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "store/redis_leases.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::time_point;
using roomd::store::redis_leases;
using roomd::store::redis_reply;

namespace {

/// Node, beat, age, and how many listen to it.
redis_reply reply_of(const std::vector<std::tuple<std::string, int, int, int>>& rows) {
  redis_reply all{redis_reply::kind::list, 0, {}, {}};
  for (const auto& [name, beat, age, listening] : rows) {
    all.items.push_back({redis_reply::kind::text, 0, name, {}});
    all.items.push_back({redis_reply::kind::integer, beat, {}, {}});
    all.items.push_back({redis_reply::kind::integer, age, {}, {}});
    all.items.push_back({redis_reply::kind::integer, listening, {}, {}});
  }
  return all;
}

using names = std::vector<std::string>;
using asked = std::vector<std::string_view>;

}  // namespace

TEST_CASE("redis leases: no slow answer ends anybody") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  CHECK(l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 1, 0, -1}}), start, start).empty());
  CHECK(l.late(start + 11s) == asked{"node-b"});
  CHECK(l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 1, 11000, 0}}), start + 11s, start + 11501ms)
            .empty());
  CHECK(l.next_look(start + 12s) == start + 16501ms);
  CHECK(
      l.take(reply_of({{"node-own", 3, 0, -1}, {"node-b", 1, 16000, 0}}), start + 16s, start + 16s).empty());
  CHECK(l.next_look(start + 16s) == start + 16501ms);
  CHECK(l.take(reply_of({{"node-own", 4, 0, -1}, {"node-b", 1, 16501, 0}}), start + 16501ms,
               start + 16501ms) == names{"node-b"});
}

TEST_CASE("redis leases: an age counts, but no more than the time since our last look") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 7, 7000, -1}}), start, start);
  CHECK(l.next_look(start) == start + 3500ms);
  l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 8, 9000, 1}}), start + 4s, start + 4s);
  l.take(reply_of({{"node-own", 3, 0, -1}, {"node-b", 8, 13000, -1}}), start + 8s, start + 8s);
  CHECK(l.next_look(start + 8s) == start + 10500ms);
  CHECK(
      l.take(reply_of({{"node-own", 3, 0, -1}, {"node-b", 8, 99000, -1}}), start + 10s, start + 10s).empty());
  CHECK(l.take(reply_of({{"node-own", 4, 0, -1}, {"node-b", 8, 0, 0}}), start + 10500ms, start + 10500ms) ==
        names{"node-b"});
}

TEST_CASE("redis leases: a beat that is heard puts the next one off, one that comes late or twice does not") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 7, 5000, -1}}), start, start);
  l.take_beat("node-b 8", start + 5s);
  CHECK(l.next_look(start + 5s) == start + 10s);
  CHECK(l.late(start + 15499ms).empty());
  for (const std::string odd : {"node-b 8", "node-b 7", "node-b", "node-b ", "node-b x", "node-b 9x", "", " ",
                                "node-b 99999999999999999999", "node-c", "node-own 9", " 9"}) {
    INFO(odd);
    l.take_beat(odd, start + 6s);
    CHECK(l.late(start + 15500ms) == asked{"node-b"});
    CHECK(l.size() == 1);
  }
}

TEST_CASE("redis leases: a node that is not known yet is by its beat") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take_beat("node-b 8", start);
  CHECK(l.living() == 1);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 8, 100, -1}}), start, start + 100ms);
  CHECK(l.next_look(start) == start + 10s);
  CHECK(l.late(start + 10500ms) == asked{"node-b"});
  for (int i = 0; i < 20000; ++i) l.take_beat("other-" + std::to_string(i) + " 1", start);
  CHECK(l.size() == 10000);
}

TEST_CASE("redis leases: an answer that is older than what the channel brought changes nothing") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 7, 9000, -1}}), start, start);
  l.take_beat("node-b 8", start + 10001ms);
  l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 7, 19000, -1}}), start + 10s, start + 10002ms);
  CHECK(l.late(start + 20500ms).empty());
  CHECK(l.late(start + 20501ms) == asked{"node-b"});
}

TEST_CASE("redis leases: no more nodes are asked about at once than the bound, and all in the end") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  for (int i = 0; i < 100; ++i) l.heard("node-" + std::to_string(i), start);
  std::vector<std::tuple<std::string, int, int, int>> rows;
  for (int i = 0; i < 100; ++i) rows.emplace_back("node-" + std::to_string(i), 1, 0, -1);
  l.take(reply_of(rows), start, start);
  std::size_t ended = 0;
  for (const auto at : {start + 11s, start + 12s}) {
    const auto late = l.late(at);
    for (auto& [name, beat, age, listening] : rows)
      listening = std::find(late.begin(), late.end(), name) == late.end() ? -1 : 0;
    ended += l.take(reply_of(rows), at, at).size();
  }
  CHECK(ended == 100);
}

TEST_CASE(
    "redis leases: an error, or what is no answer of the script's, is tried again soon and ends nobody") {
  const time_point start{1h};
  const redis_reply word{redis_reply::kind::text, 0, "x", {}}, number{redis_reply::kind::integer, 1, {}, {}};
  for (const auto& odd : {redis_reply{redis_reply::kind::error, 0, "LOADING", {}}, redis_reply{},
                          redis_reply{redis_reply::kind::list, 0, {}, {word, number, number, word}},
                          redis_reply{redis_reply::kind::list, 0, {}, {word, number, number}}}) {
    redis_leases l("node-own", 10s);
    l.take(reply_of({{"node-own", 1, 0, -1}, {"node-b", 1, 0, -1}}), start, start);
    CHECK(l.take(odd, start + 11s, start + 11s).empty());
    CHECK(l.next_look(start + 11s) == start + 12s);
    CHECK(l.take(reply_of({{"node-own", 2, 0, -1}, {"node-b", 1, 0, 0}}), start + 12s, start + 12s).empty());
    CHECK(l.own_lapsed());
    CHECK_FALSE(l.own_lapsed());
  }
}

TEST_CASE("redis leases: our own beat comes once a lease, and at once after a loss") {
  const time_point start{1h};
  redis_leases l("node-own", 10s);
  CHECK(l.next_look(start) == start);
  l.take(reply_of({{"node-own", 1, 0, -1}}), start, start);
  CHECK(l.next_look(start) == start + 10s);
  l.link_lost();
  CHECK(l.next_look(start + 1s) == start + 1s);
}
