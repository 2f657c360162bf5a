// Nodes that tell one another of their sessions over channels that delay and lose: whatever happened, once all is
// delivered every node knows everybody.
#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "catch.hpp"
#include "member_node.hpp"

using namespace std::chrono_literals;
using roomd::presence_word;
using roomd::time_point;
using roomd::test::roster;
using node = roomd::test::member_node;

namespace {

class world {
 public:
  /// `lossy`: single words get lost, and nobody is told.
  world(std::uint64_t seed, bool lossy) : random_(seed), lossy_(lossy) {
    for (auto n = 2 + roll(3); n > 0; --n) start();
  }

  void step() {
    now_ += std::chrono::milliseconds(roll(20) == 0 ? roll(12000) : roll(50));
    node& n = *nodes_[roll(nodes_.size())];
    switch (roll(24)) {
      case 0:
        return roll(3) == 0 ? disconnect(n) : connect(n);
      case 1:
        return connect(n);
      case 2:
        return pause(n);
      case 3:
        return resume(n);
      case 4:
        return roll(3) == 0 ? die(n) : void();
      case 5:
        return end_leases(n);
      case 6:
        return n.paused ? void() : n.feed(n.remote.expire(now_), now_);
      case 7:
      case 8:
      case 9:
      case 10:
      case 11:
        return act(n);
      case 12:
      case 13:
      case 14:
        return speak(n);
      default:
        return hear(n);
    }
  }

  /// All is connected, awake and delivered.
  void settle() {
    lossy_now_ = false;
    for (auto& n : nodes_) {
      resume(*n);
      connect(*n);
    }
    deliver_all();
    if (lossy_) {  // the next word shows what is missing, and an ask that was lost is repeated
      for (auto& n : nodes_) act(*n);
      deliver_all();
      now_ += 6s;
      for (auto& n : nodes_) n->feed(n->remote.expire(now_), now_);
      deliver_all();
    }
    lossy_now_ = lossy_;
  }

  void check() const {
    roster all;
    for (const auto& n : nodes_) all.merge(n->own_sessions());
    std::map<std::string, std::set<std::string>> users;
    for (const auto& [id, known] : all) users[std::get<0>(known)].insert(id);
    for (const auto& n : nodes_) {
      REQUIRE(n->everybody() == all);
      REQUIRE(n->users() == users);
      REQUIRE(n->remote.sessions() + n->own.size() == all.size());
      REQUIRE(n->remote.nonsense() == 0);
      REQUIRE_FALSE(n->remote.next_expiry());
    }
  }

 private:
  std::uint64_t roll(std::uint64_t sides) { return random_() % sides; }

  void start() {
    nodes_.push_back(std::make_unique<node>("node-" + std::to_string(1000 + ++started_), roll(100)));
    arrive(*nodes_.back());
  }
  /// What a room does when its subscription is there.
  void arrive(node& n) {
    n.remote.doubt(now_);
    n.local.want_list();
    n.asks = {""};
  }
  void deliver_all() {
    for (bool busy = true; busy;) {
      busy = false;
      for (auto& n : nodes_) {
        busy = busy || n->local.due() || !n->asks.empty() || !n->ended.empty();
        for (auto& [from, words] : n->inbox) busy = busy || !words.empty();
        end_leases(*n);
        speak(*n);
        hear(*n);
      }
    }
  }
  void say(const node& from, const presence_word& w) {
    for (auto& to : nodes_) {
      if (to->subscribed && to->name != from.name) to->inbox[from.name].push_back(w);
    }
  }
  void speak(node& n) {
    if (n.paused) return;
    for (auto& to : std::exchange(n.asks, {})) say(n, n.local.ask(to));
    for (auto& w : n.local.take_words()) say(n, w);
  }
  void hear(node& n) {
    if (n.paused || n.inbox.empty()) return;
    auto& [from, words] = *std::next(n.inbox.begin(), static_cast<std::ptrdiff_t>(roll(n.inbox.size())));
    for (auto most = 1 + roll(3); most > 0 && !words.empty(); --most) {
      if (!lossy_now_ || roll(20) > 0) n.feed(n.remote.take(std::move(words.front()), now_), now_);
      words.pop_front();
      if (dead_.contains(from)) n.ended.insert(from);  // redis_leases::heard
    }
  }
  void act(node& n) {
    if (n.paused) return;
    const std::string info = std::to_string(roll(1000));
    const auto any = [&] {
      return std::next(n.own.begin(), static_cast<std::ptrdiff_t>(roll(n.own.size())))->first;
    };
    const auto what = roll(8);
    if (n.own.empty() || what < 3) {
      n.join("s" + std::to_string(++sessions_), {std::string(1, static_cast<char>('a' + roll(5))), info},
             ++stamp_);
    } else if (what < 5) {
      n.leave(any(), now_);
    } else if (what < 7) {
      n.update(any(), info, ++stamp_);
    } else {  // within one word, perhaps
      const auto id = any();
      n.leave(id, now_);
      n.join(id, {std::string(1, static_cast<char>('a' + roll(5))), info}, ++stamp_);
    }
  }
  /// What is under way is lost from some word on.
  void disconnect(node& n) {
    n.subscribed = false;
    for (auto& [from, words] : n.inbox) words.resize(std::min<std::size_t>(words.size(), roll(4)));
  }
  void connect(node& n) {
    if (n.subscribed || n.paused) return;
    while (std::any_of(n.inbox.begin(), n.inbox.end(), [](auto& i) { return !i.second.empty(); })) hear(n);
    n.subscribed = true;
    arrive(n);
  }
  /// For so long that its lease ends.
  void pause(node& n) {
    if (n.paused) return;
    n.paused = true;
    for (auto& other : nodes_) {
      if (other.get() != &n) other->ended.insert(n.name);
    }
  }
  /// Either it knows that its lease has lapsed, or it goes on as if nothing had been.
  void resume(node& n) {
    if (!n.paused) return;
    n.paused = false;
    for (auto& other : nodes_) {
      if (roll(2) == 0) end_leases(*other);
      other->ended.erase(n.name);  // they see that it lives before they have looked
    }
    if (roll(2) == 0) return n.local.want_list();
    act(n);
    speak(n);
  }
  void end_leases(node& n) {
    for (const auto& gone : std::exchange(n.ended, {})) n.feed(n.remote.forget(gone), now_);
  }
  void die(node& n) {
    const std::string name = n.name;
    dead_.insert(name);
    std::erase_if(nodes_, [&](auto& other) { return other.get() == &n; });
    for (auto& other : nodes_) other->ended.insert(name);
    start();
  }

  std::mt19937_64 random_;
  bool lossy_;
  bool lossy_now_ = lossy_;
  time_point now_{1h};
  std::vector<std::unique_ptr<node>> nodes_;
  std::set<std::string> dead_;
  int started_ = 0;
  int sessions_ = 0;
  std::uint64_t stamp_ = 0;
};

void play(std::uint64_t seed, bool lossy) {
  INFO("seed " << seed);
  world w(seed, lossy);
  for (int round = 0; round < 4; ++round) {
    for (int step = 0; step < 80; ++step) w.step();
    w.settle();
    w.check();
  }
}

}  // namespace

TEST_CASE("remote members: whatever was lost with a connection, in the end every node knows everybody") {
  for (std::uint64_t seed = 1; seed <= 800; ++seed) play(seed, false);
}

TEST_CASE("remote members: a word that got lost unseen is missed at the next one, and all is mended") {
  for (std::uint64_t seed = 1; seed <= 800; ++seed) play(seed, true);
}
