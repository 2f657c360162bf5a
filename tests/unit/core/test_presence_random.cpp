// Random comings and goings against a plain list, and what they cost in memory.
#include <algorithm>
#include <functional>
#include <random>
#include <vector>

#include <malloc.h>

#include "core/presence.hpp"

#include "catch.hpp"
#include "presence_text.hpp"

using namespace std::chrono_literals;
using roomd::presence;
using roomd::presence_change;
using roomd::session_address;
using roomd::time_point;
using roomd::user_info;

namespace {

const time_point start{1h};

/// The rules of presence in their plainest form.
class plain_presence {
 public:
  explicit plain_presence(std::chrono::milliseconds grace) : grace_(grace) {}

  presence_change join(session_address s, const user_info& who, std::uint64_t stamp) {
    if (owner(s) != users_.end()) return update(s, who.info, stamp);
    presence_change change;
    auto u = std::find_if(users_.begin(), users_.end(), [&](auto& x) { return x.who.user == who.user; });
    if (u == users_.end()) {
      u = users_.insert(u, {who, stamp, {}, {}, 0});
      change.joined.push_back(who);
    } else {
      change = renew(*u, who.info, stamp);
    }
    u->sessions.push_back(s);
    return change;
  }

  presence_change leave(session_address s, time_point now) {
    if (const auto u = owner(s); u != users_.end()) {
      std::erase(u->sessions, s);
      u->gone_at = now + grace_;
      u->went = ++went_;
    }
    return grace_ == 0s ? expire(now) : presence_change{};
  }

  presence_change update(session_address s, const std::string& info, std::uint64_t stamp) {
    const auto u = owner(s);
    return u == users_.end() ? presence_change{} : renew(*u, info, stamp);
  }

  presence_change expire(time_point now) {
    auto gone = users_;
    const auto is_gone = [now](const user& u) { return u.sessions.empty() && u.gone_at <= now; };
    std::erase_if(gone, std::not_fn(is_gone));
    std::erase_if(users_, is_gone);
    std::sort(gone.begin(), gone.end(), [](auto& a, auto& b) { return a.went < b.went; });
    presence_change change;
    for (const auto& u : gone) change.left.push_back(u.who);
    return change;
  }

  std::optional<time_point> next_expiry() const {
    std::optional<time_point> next;
    for (const auto& u : users_) {
      if (u.sessions.empty()) next = std::min(next.value_or(u.gone_at), u.gone_at);
    }
    return next;
  }

  std::vector<roomd::member> list() const {
    std::vector<roomd::member> all;
    for (const auto& u : users_) {
      all.push_back({u.who.user, u.who.info, {}});
      for (const auto& s : u.sessions) all.back().sessions.push_back(std::to_string(s.number));
      std::sort(all.back().sessions.begin(), all.back().sessions.end());
    }
    std::sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.user < b.user; });
    return all;
  }

 private:
  struct user {
    user_info who;
    std::uint64_t stamp;
    std::vector<session_address> sessions;
    time_point gone_at;
    int went;
  };

  std::vector<user>::iterator owner(session_address s) {
    return std::find_if(users_.begin(), users_.end(), [s](const user& u) {
      return std::find(u.sessions.begin(), u.sessions.end(), s) != u.sessions.end();
    });
  }

  static presence_change renew(user& u, const std::string& info, std::uint64_t stamp) {
    if (stamp < u.stamp || (stamp == u.stamp && info <= u.who.info)) return {};
    u.stamp = stamp;
    if (u.who.info == info) return {};
    u.who.info = info;
    return {{}, {}, {u.who}};
  }

  std::chrono::milliseconds grace_;
  std::vector<user> users_;
  int went_ = 0;
};

std::size_t heap_in_use() { return mallinfo2().uordblks; }

}  // namespace

TEST_CASE("presence: agrees with a plain list under random comings and goings") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    INFO("seed " << seed);
    std::mt19937_64 random(seed);
    const auto roll = [&random](std::uint64_t sides) { return random() % sides; };
    const auto grace = std::chrono::milliseconds(roll(3) * 500);
    presence real(grace);
    plain_presence model(grace);
    auto now = start;
    for (int step = 0; step < 40; ++step) {
      now += std::chrono::milliseconds(roll(300));
      const session_address s{0, roll(8)};
      const user_info who{std::string(1, static_cast<char>('a' + s.number % 4)), std::to_string(roll(3))};
      const auto stamp = roll(30);
      switch (roll(5)) {
        case 0:
        case 1:
          REQUIRE(text(real.join(s, std::to_string(s.number), who, stamp)) ==
                  text(model.join(s, who, stamp)));
          break;
        case 2:
          REQUIRE(text(real.leave(s, now)) == text(model.leave(s, now)));
          break;
        case 3:
          REQUIRE(text(real.update(s, who.info, stamp)) == text(model.update(s, who.info, stamp)));
          break;
        default:
          REQUIRE(text(real.expire(now)) == text(model.expire(now)));
      }
      REQUIRE(text(list(real, 1 + roll(3))) == text(model.list()));
      REQUIRE(real.next_expiry() == model.next_expiry());
      REQUIRE(real.users() == model.list().size());
    }
  }
}

TEST_CASE("presence: a hundred thousand comings and goings leave memory as it was") {
  presence p(5s);
  p.join({0, 0}, "stays", {"ann", "{}"}, 1);
  std::uint64_t number = 0;
  const auto visit = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const session_address s{0, ++number};
      const auto now = start + std::chrono::milliseconds(number);
      p.expire(now);
      p.join(s, "session", {"a rather long user name " + std::to_string(number), "{}"}, number);
      p.leave(s, now);
    }
    p.expire(start + 24h);
  };
  visit(10000);
  const auto before = heap_in_use();
  visit(100000);
  CHECK(p.users() == 1);
  CHECK(heap_in_use() < before + 65536);
}

TEST_CASE("presence: an empty one gives back what a crowd took") {
  const auto before = heap_in_use();
  presence p(0s);
  for (std::uint64_t n = 1; n <= 20000; ++n) p.join({0, n}, "session", {std::to_string(n), "{}"}, n);
  for (std::uint64_t n = 1; n <= 20000; ++n) p.leave({0, n}, start);
  CHECK(p.empty());
  CHECK(heap_in_use() < before + 65536);
}
