// More rooms than may have a command under way: they open, come back and speak by turns, and none is refused or left out.
#include <algorithm>
#include <memory>
#include <vector>

#include "catch.hpp"
#include "unit/store/fake_node.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;
using namespace std::chrono_literals;

namespace {

/// A room that asks the other nodes, and says who is here, whenever words begin.
class talker final : public room_observer {
 public:
  talker(fake_node& node, int number) : node_(node), name_("r" + std::to_string(number)) {}
  void open() { store_ = node_.engine().open(name_, *this); }

  void on_open() override { ++opened; }
  void on_unavailable(const error&) override { ++unavailable; }
  void on_message(const message_ptr&) override { ++heard; }
  void on_numbering(const position&, bool) override {}
  void on_word(std::string_view) override { ++words; }
  void on_words() override {
    store_->say("who is there");
    store_->say("nobody is here");
  }
  bool wants_deflated() const override { return false; }

  void publish() {
    store_->append(text("", 10), node_.at(), [this](const result<receipt>& r) { ++(r ? stored : refused); });
  }
  sequence head() const { return store_->log({}).head(); }

  int opened = 0, unavailable = 0, heard = 0, words = 0, stored = 0, refused = 0;

 private:
  fake_node& node_;
  std::string name_;
  std::unique_ptr<room_store> store_;
};

struct many_rooms {
  many_rooms(int count, std::size_t most_commands) {
    node.most_commands = most_commands;
    rooms.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) rooms.push_back(std::make_unique<talker>(node, i));
    for (auto& each : rooms) each->open();
  }
  void lose_connections() {
    node.link_down();
    node.channels_down();
  }
  void regain_connections() {
    node.link_up();
    node.channels_up();
  }
  void pass_a_second() {
    node.clock += 1s;
    server.wall += 1000;
    node.tick();
  }
  int calls(const redis_script& script) { return std::exchange(server.calls[&script], 0); }
  template <class F>
  std::ptrdiff_t count(F which) const {
    return std::count_if(rooms.begin(), rooms.end(), [&](const auto& r) { return which(*r); });
  }
  std::ptrdiff_t all() const { return static_cast<std::ptrdiff_t>(rooms.size()); }

  fake_redis server;
  fake_node node{server, {"roomd:", retention{{10, 10000, 1h}, {10, 10s, 1000}}}, "first-node"};
  std::vector<std::unique_ptr<talker>> rooms;
};

}  // namespace

TEST_CASE(
    "redis engine: a hundred thousand rooms open where few commands may be under way, and none is refused") {
  many_rooms w(100001, 64);
  w.node.pump();
  CHECK(w.count([](const talker& r) { return r.opened == 1 && r.unavailable == 0; }) == w.all());
  CHECK(w.count([](const talker& r) { return r.words == 2; }) == w.all());
  CHECK(w.node.engine().counters().unserved == 0);

  w.lose_connections();
  CHECK(w.node.engine().counters().unserved == w.rooms.size());
  w.calls(scripts::open);
  w.calls(scripts::read_page);
  w.regain_connections();
  w.node.pump();
  CHECK(w.node.engine().counters().unserved == 0);
  CHECK(w.calls(scripts::open) <= 64);                  // the others find that they are as they were
  CHECK(w.calls(scripts::read_page) <= w.all() + 128);  // one for each
  CHECK(w.count([](const talker& r) { return r.words == 4; }) == w.all());
  for (auto& each : w.rooms) each->publish();
  w.node.pump();
  CHECK(w.count([](const talker& r) { return r.stored == 1 && r.refused == 0 && r.heard == 1; }) == w.all());
}

TEST_CASE("redis engine: rooms come back before their nodes speak, and time that passes starves nobody") {
  many_rooms w(2000, 16);
  w.node.pump();
  w.lose_connections();
  w.regain_connections();
  for (int i = 0; i < 200 && w.node.engine().counters().unserved > 0; ++i) {
    w.pass_a_second();
    for (int n = 0; n < 50; ++n) w.node.move();
  }
  CHECK(w.node.engine().counters().unserved == 0);
  w.node.pump();
  CHECK(w.count([](const talker& r) { return r.words >= 4; }) == w.all());
}

TEST_CASE("redis engine: who publishes in a room that waits to come back does not wait for all the others") {
  many_rooms w(5000, 16);
  w.node.pump();
  w.lose_connections();
  w.regain_connections();
  w.rooms.back()->publish();
  w.node.sent = 0;
  while (w.rooms.back()->stored == 0 && w.node.move()) {
  }
  CHECK(w.rooms.back()->stored == 1);
  CHECK(w.node.sent < 400);
}

TEST_CASE("redis engine: connections that are lost again and again leave no room behind") {
  many_rooms w(3000, 16);
  w.node.pump();
  for (int i = 0; i < 10; ++i) {
    w.lose_connections();
    w.regain_connections();
    for (int n = 0; n < 20 + i; ++n) w.node.move();
  }
  w.node.pump();
  CHECK(w.node.engine().counters().unserved == 0);
  for (auto& each : w.rooms) each->publish();
  w.node.pump();
  CHECK(w.count([](const talker& r) { return r.stored == 1 && r.heard == 1; }) == w.all());
}

TEST_CASE("redis engine: what all rooms are told, and their sweep, is done in portions") {
  many_rooms w(1000, 1000000);
  w.node.channels_down();  // none is open, so each says that it cannot be
  const auto told = [&] { return w.count([](const talker& r) { return r.unavailable > 0; }); };
  CHECK(told() == w.all());
  for (auto& each : w.rooms) each->unavailable = 0;
  for (int round = 0; round < 2; ++round) {
    w.node.clock += 1s;
    w.node.engine().sweep(w.node.at());
    CHECK(told() == 0);
    (void)w.node.engine().work(10);
    CHECK(told() == (round == 0 ? 0 : 10));
    while (w.node.engine().work(10)) {
    }
    CHECK(told() == (round == 0 ? 0 : 64));
    do w.node.work();
    while (w.node.engine().sweep_on(w.node.at()));
  }
  CHECK(told() == w.all());
}

TEST_CASE("redis engine: rooms that are closed while the others are told leave nothing behind") {
  many_rooms w(200, 1000000);
  w.node.pump();
  w.node.engine().on_link_down();
  (void)w.node.engine().work(50);
  w.rooms.resize(60);
  while (w.node.engine().work(7)) {
  }
  w.rooms.clear();
  CHECK(w.node.engine().rooms() == 0);
  CHECK(w.node.engine().counters().unserved == 0);
  CHECK(w.node.engine().bytes() == 0);
}
