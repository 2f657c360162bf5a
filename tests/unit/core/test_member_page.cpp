// Paging through a list of members.
#include <map>
#include <random>
#include <set>

#include "core/member_page_cache.hpp"
#include "core/presence.hpp"

#include "catch.hpp"
#include "presence_text.hpp"

using namespace std::chrono_literals;
using namespace roomd;

namespace {

/// `n` users with one session each, and infos of so many bytes.
void fill(presence& p, std::uint64_t n, std::size_t info) {
  for (std::uint64_t i = 0; i < n; ++i)
    p.join({0, i}, "s" + std::to_string(i), {"user" + std::to_string(i), std::string(info, 'x')}, 1);
}

std::size_t bytes_of(const member_slice& page, member_form form) {
  std::size_t bytes = 0;
  for (const auto& u : page.users) {
    bytes += cost_of(form, u.user, u.info, {}).user;
    for (const auto s : u.sessions) bytes += cost_of(form, u.user, u.info, s).session;
  }
  return bytes;
}

member_page_ptr page_of_bytes(std::size_t size) {
  return std::make_shared<const member_page>(
      member_page{std::make_shared<const frame>(std::string(size, 'x'), 0, 0), {}});
}

}  // namespace

TEST_CASE("member page: a cursor is text and back") {
  for (const member_cursor& c : {member_cursor{"ann", {}}, {"ann", "s1"}, {"1:2", "3:"}, {"ü", "x"}})
    CHECK(read_member_cursor(to_text(c)) == c);
  for (const char* bad : {"", "ann", "3", "3:", "4:ann", ":ann", "-1:a", "0:", "0:s", "1:\n", "1:a\n",
                          "99999999999999999999:a", "+1:a"})
    CHECK_FALSE(read_member_cursor(bad));
}

TEST_CASE("member page: 9,000 users with 4 KB of info come in pages within the bound") {
  presence p(0s);
  fill(p, 9000, 4000);
  member_query q = bounded({}, 0, 262144);
  CHECK(q.bytes == 131072);
  std::size_t users = 0;
  for (std::string last;;) {
    const auto page = p.read(q);
    CHECK(bytes_of(page, q.form) <= q.bytes);
    for (const auto& u : page.users) {
      CHECK(last < u.user);
      last = u.user;
      ++users;
    }
    if (!page.next) break;
    q.after = *page.next;
  }
  CHECK(users == 9000);
}

TEST_CASE("member page: it never has more bytes than clients take, whatever the outbox may hold") {
  CHECK(bounded({}, 0, std::size_t{1} << 30U).bytes == 524288);
  CHECK(bounded({}, std::uint64_t{1} << 53U, 262144).limit == member_query::most_users);
}

TEST_CASE("member page: one user who is longer than the bound is a page") {
  presence p(0s);
  fill(p, 2, 4000);
  member_query q;
  q.bytes = 100;
  auto page = p.read(q);
  REQUIRE(page.users.size() == 1);
  CHECK(page.users[0].sessions.size() == 1);
  q.after = page.next.value();
  page = p.read(q);
  CHECK(page.users.size() == 1);
  CHECK_FALSE(page.next);
}

TEST_CASE("member page: a user's sessions go on on the next page") {
  presence p(0s);
  for (std::uint64_t i = 0; i < 10000; ++i) p.join({0, i}, "s" + std::to_string(i), {"ann", "{}"}, 1);
  for (const auto form : {member_form::reply, member_form::sockets}) {
    member_query q;
    q.form = form;
    q.bytes = 2000;
    std::set<std::string> sessions;
    for (;;) {
      const auto page = p.read(q);
      REQUIRE(page.users.size() == 1);
      CHECK(bytes_of(page, form) <= q.bytes);
      for (const auto s : page.users[0].sessions) CHECK(sessions.insert(std::string(s)).second);
      if (!page.next) break;
      q.after = *page.next;
    }
    CHECK(sessions.size() == 10000);
  }
}

TEST_CASE("member page: a reset lists users without sessions, those of the grace too") {
  presence p(1h);
  p.join({0, 1}, "s1", {"ann", "{}"}, 1);
  p.join({0, 2}, "s2", {"bob", "{}"}, 1);
  p.leave({0, 2}, time_point{});
  member_query q;
  q.form = member_form::reset;
  const auto page = p.read(q);
  REQUIRE(page.users.size() == 2);
  CHECK(page.users[0].sessions.empty());
}

TEST_CASE("member page: who stays while others come and go is listed once, whoever they are") {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto roll = [&random](std::uint64_t sides) { return random() % sides; };
    presence p(0s);
    std::map<std::uint64_t, std::string> sessions;
    std::set<std::string> stayed;
    const auto come = [&](std::uint64_t n) {
      const std::string user = "u" + std::to_string(n % 40);
      p.join({0, n}, "s" + std::to_string(n), {user, "{}"}, 1);
      sessions[n] = user;
      return user;
    };
    for (std::uint64_t n = 0; n < 60; ++n)
      if (roll(2) == 0) stayed.insert(come(n));
    member_query q;
    q.limit = 1 + roll(4);
    q.bytes = 100 + roll(300);
    std::map<std::string, std::set<std::string>> listed;
    for (;;) {
      const auto page = p.read(q);
      for (const auto& u : page.users) {
        const bool again = q.after.user == u.user;  // more of its sessions
        CHECK(listed.contains(std::string(u.user)) == again);
        for (const auto s : u.sessions) CHECK(listed[std::string(u.user)].emplace(s).second);
        listed[std::string(u.user)];
      }
      if (!page.next) break;
      q.after = *page.next;
      for (int change = 0; change < 3; ++change) {
        const std::uint64_t n = roll(60);
        if (!sessions.contains(n)) {
          come(n);
          continue;
        }
        for (const auto& each : p.leave({0, n}, time_point{}).left) stayed.erase(each.user);
        sessions.erase(n);
      }
    }
    for (const auto& user : stayed) CHECK(listed.contains(user));
  }
}

TEST_CASE("member page cache: a page is found until the list changes") {
  member_page_cache cache(100000);
  const auto page = page_of_bytes(5000);
  cache.keep(7, 1, {}, page);
  CHECK(cache.find(7, 1, {}) == page);
  CHECK_FALSE(cache.find(8, 1, {}));
  CHECK_FALSE(cache.find(7, 1, {member_form::reset}));
  CHECK_FALSE(cache.find(7, 2, {}));
  CHECK(cache.bytes() == 0);
}

TEST_CASE("member page cache: it is bounded in bytes and in pages, and keeps no small ones") {
  member_page_cache cache(20000);
  for (room_number room = 1; room <= 10; ++room) cache.keep(room, 1, {}, page_of_bytes(5000));
  CHECK(cache.bytes() == 20000);
  CHECK(cache.find(10, 1, {}));
  CHECK_FALSE(cache.find(1, 1, {}));
  cache.keep(11, 1, {}, page_of_bytes(100));
  cache.keep(12, 1, {}, page_of_bytes(30000));
  CHECK(cache.pages() == 4);
  member_page_cache many(std::size_t{1} << 30U);
  for (room_number room = 1; room <= 1000; ++room) many.keep(room, 1, {}, page_of_bytes(5000));
  CHECK(many.pages() == member_page_cache::most_pages);
}

TEST_CASE("member page cache: what nobody asks for between two sweeps goes") {
  member_page_cache cache(100000);
  cache.keep(1, 1, {}, page_of_bytes(5000));
  cache.keep(2, 1, {}, page_of_bytes(5000));
  cache.sweep();
  CHECK(cache.find(1, 1, {}));
  cache.sweep();
  CHECK(cache.pages() == 1);
  cache.sweep();
  CHECK(cache.bytes() == 0);
}
