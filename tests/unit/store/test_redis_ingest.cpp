#include <string>
#include <utility>
#include <vector>

#include "store/redis_ingest.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;

namespace {

using kind = redis_reply::kind;
using words = std::vector<std::string>;

redis_reply ingest_text(std::string text) { return {kind::text, 0, std::move(text), {}}; }
redis_reply ingest_list(std::vector<redis_reply> items) { return {kind::list, 0, {}, std::move(items)}; }
redis_reply ingest_number(std::int64_t n) { return {kind::integer, n, {}, {}}; }

redis_reply reading(int standing, const std::string& cursor, const words& ids) {
  redis_reply entries = ingest_list({});
  for (const auto& id : ids)
    entries.items.push_back(
        ingest_list({ingest_text(id), ingest_list({ingest_text("room"), ingest_text("a")})}));
  return ingest_list({ingest_number(standing), ingest_number(3000), ingest_text(cursor), ingest_text("9-0"),
                      ingest_number(5), entries});
}
redis_reply standing_by(int ms) { return ingest_list({ingest_number(0), ingest_number(ms)}); }
const error ingest_lost{errc::unavailable, {}, {}};

struct reader_rig {
  redis_ingest reader{"node", {.lease = 3s, .entries = 3, .entry_bytes = 100}};
  time_point now{};
  std::size_t held = 0;

  reader_rig() { now += 1h; }
  words ask(std::size_t room = 10) { return reader.ask(now, held, room).value_or(words{}); }
  words take(const result<redis_reply>& r) {
    words ids;
    news = reader.take(r, now);
    for (const auto& e : news.entries) ids.push_back(e.id);
    return ids;
  }
  /// It reads, and has caught up.
  void begin() {
    ask();
    take(reading(1, "-", {}));
    ask();
    take(reading(2, "-", {}));
  }
  redis_ingest::news news;
};

}  // namespace

TEST_CASE("redis ingest: it asks at once, for what fits, from the beginning") {
  reader_rig r;
  CHECK(r.ask() == words{"node", "1", "3000", "3", "100", "0-0"});
  CHECK(r.ask().empty());
}

TEST_CASE("redis ingest: who stands by asks when the lease may be over, and every second at least") {
  reader_rig r;
  r.ask();
  r.take(standing_by(400));
  CHECK_FALSE(r.reader.reads());
  CHECK(r.reader.next(r.now) == r.now + 401ms);
  r.now += 401ms;
  CHECK_FALSE(r.ask().empty());
  r.take(standing_by(3000));
  CHECK(r.reader.next(r.now) == r.now + 1s);
}

TEST_CASE("redis ingest: who reads goes on until nothing is left, first with what others left") {
  reader_rig r;
  r.ask();
  CHECK(r.take(reading(1, "4-0", {"1-0", "2-0", "3-0"})) == words{"1-0", "2-0", "3-0"});
  CHECK(r.news.anew);
  CHECK(r.news.taken_over == 3);
  CHECK(r.ask()[5] == "4-0");
  CHECK(r.take(reading(2, "-", {"4-0"})) == words{"4-0"});
  CHECK_FALSE(r.news.anew);
  CHECK(r.ask()[5] == "-");
  r.take(reading(2, "-", {"5-0", "6-0", "7-0"}));
  CHECK(r.news.taken_over == 0);
  CHECK_FALSE(r.ask().empty());
  r.take(reading(2, "-", {"8-0"}));
  CHECK(r.ask().empty());
  CHECK(r.reader.listen_behind() == "9-0");
  CHECK(r.reader.backlog() == 5);
}

TEST_CASE("redis ingest: when the bell rings it reads") {
  reader_rig r;
  r.begin();
  CHECK(r.ask().empty());
  r.reader.rung();
  CHECK(r.reader.listen_behind().empty());
  CHECK_FALSE(r.ask().empty());
}

TEST_CASE("redis ingest: it reads no more than there is room for, and waits until that is worth it") {
  redis_ingest reader("node", {.lease = 3s, .entries = 100, .entry_bytes = 100});
  const time_point now = time_point{} + 1h;
  reader.ask(now, 0, 1000);
  reader.take(reading(1, "-", {}), now);
  CHECK_FALSE(reader.ask(now, 990, 10));
  CHECK_FALSE(reader.ask(now, 1000, 0));
  CHECK((*reader.ask(now, 960, 40))[3] == "40");
}

TEST_CASE("redis ingest: it renews its lease in time, and reads then too") {
  reader_rig r;
  r.begin();
  r.now += 1s;
  CHECK(r.ask() == words{"node", "1", "3000", "3", "100", "-"});
}

TEST_CASE("redis ingest: what is done is told soon, once, and together with others") {
  reader_rig r;
  r.begin();
  r.reader.done("1-0");
  CHECK(r.ask().empty());
  r.reader.done("2-0");
  r.now += 50ms;
  CHECK(r.ask() == words{"node", "1", "3000", "3", "100", "-", "1-0", "2-0"});
  r.reader.done("3-0");
  r.take(reading(2, "-", {}));
  r.now += 50ms;
  CHECK(r.ask() == words{"node", "1", "3000", "3", "100", "-", "3-0"});
}

TEST_CASE("redis ingest: many that are done are told at once") {
  reader_rig r;
  r.begin();
  for (int i = 0; i < 2000; ++i) r.reader.done(std::to_string(i));
  CHECK(r.ask().size() == 1006);
}

TEST_CASE("redis ingest: a lost answer may have brought entries, so all that is not done is read again") {
  reader_rig r;
  r.begin();
  r.reader.done("1-0");
  r.now += 1s;
  r.ask();
  r.take(ingest_lost);
  CHECK(r.news.anew);
  CHECK_FALSE(r.reader.reads());
  CHECK(r.ask().empty());
  r.now += 500ms;
  CHECK(r.ask() == words{"node", "2", "3000", "3", "100", "0-0"});
  CHECK(r.take(reading(1, "-", {"1-0", "2-0"})) == words{"1-0", "2-0"});
  CHECK(r.news.anew);
}

TEST_CASE("redis ingest: who lost the lease forgets, and what was done meanwhile is not told later") {
  reader_rig r;
  r.begin();
  r.now += 1s;
  r.ask();
  r.reader.done("1-0");
  r.take(standing_by(100));
  CHECK(r.news.anew);
  r.now += 1s;
  CHECK(r.ask().size() == 6);
  r.reader.done("2-0");
  r.take(reading(1, "-", {"2-0"}));
  r.now += 1s;
  CHECK(r.ask().size() == 6);
}

TEST_CASE("redis ingest: an entry that is too large has no fields") {
  reader_rig r;
  r.ask();
  auto answer = reading(1, "-", {"1-0"});
  answer.items[5].items.push_back(ingest_list({ingest_text("2-0")}));
  CHECK(r.take(answer) == words{"1-0", "2-0"});
  CHECK(r.news.entries[0].fields == words{"room", "a"});
  CHECK_FALSE(r.news.entries[0].too_large);
  CHECK(r.news.entries[1].too_large);
}

TEST_CASE("redis ingest: an answer that makes no sense is as good as none") {
  auto odd_entry = reading(1, "-", {});
  odd_entry.items[5].items.push_back(ingest_text("x"));
  auto no_id = reading(1, "-", {""});
  const redis_reply refused{kind::error, 0, "WRONGTYPE", {}};
  for (const auto& answer : {odd_entry, no_id, refused, ingest_text("x"), ingest_list({}), ingest_number(1),
                             ingest_list({ingest_number(1), ingest_number(2)}),
                             ingest_list({ingest_text("1"), ingest_number(2)})}) {
    reader_rig r;
    r.ask();
    CHECK(r.take(answer).empty());
    CHECK_FALSE(r.reader.reads());
    CHECK(r.reader.next(r.now) == r.now + 500ms);
  }
}

TEST_CASE("redis ingest: who resigns reads no more, and gives the lease up when nothing is left") {
  reader_rig r;
  r.begin();
  r.held = 1;
  r.reader.resign();
  CHECK(r.ask().empty());
  r.now += 1s;
  CHECK(r.ask() == words{"node", "1", "3000", "0", "100", "-"});
  r.take(reading(2, "-", {}));
  r.held = 0;
  r.reader.done("1-0");
  CHECK(r.ask() == words{"node", "1", "0", "0", "100", "-", "1-0"});
  r.take(standing_by(0));
  r.now += 1h;
  CHECK(r.ask().empty());
}
