// How rooms end and begin again, and how many there may be.
#include <stdexcept>

#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

/// Throws at every draft whose event is `boom`.
class fragile_engine final : public store::room_engine {
 public:
  explicit fragile_engine(rig::engine_ptr inner) : inner_(std::move(inner)) {}
  std::unique_ptr<store::room_store> open(const std::string& name, store::room_observer& room) override {
    return std::make_unique<handle>(inner_->open(name, room));
  }
  void sweep(store::moment at) override { inner_->sweep(at); }
  std::size_t bytes() const override { return inner_->bytes(); }
  const std::string& node() const override { return inner_->node(); }

 private:
  class handle final : public store::room_store {
   public:
    explicit handle(std::unique_ptr<store::room_store> inner) : inner_(std::move(inner)) {}
    bool is_open() const override { return inner_->is_open(); }
    const room_log& log(store::moment at) override { return inner_->log(at); }
    void append(draft what, store::moment at, std::function<void(result<store::receipt>)> done) override {
      if (what.encoded.find(R"("event":"boom")") != std::string::npos) throw std::runtime_error("boom");
      inner_->append(std::move(what), at, std::move(done));
    }
    void say(const std::string& word) override { inner_->say(word); }
    void refresh(std::function<void(const std::optional<error>&)> done) override {
      inner_->refresh(std::move(done));
    }
    void send(draft what, store::moment at) override { inner_->send(std::move(what), at); }
    void read(const store::page_range& what, std::function<void(result<pages>)> done) override {
      inner_->read(what, std::move(done));
    }

   private:
    std::unique_ptr<store::room_store> inner_;
  };

  rig::engine_ptr inner_;
};

rig::engine_ptr make_fragile(rig::engine_ptr inner) {
  return std::make_unique<fragile_engine>(std::move(inner));
}

unsigned long long acknowledged(client& c) {
  return nlohmann::json::parse(c.hear_text())["publish"]["seq"].get<unsigned long long>();
}

}  // namespace

TEST_CASE("room life: a room ends after its linger, and its history is there when it begins again") {
  auto s = brisk_settings();
  s.rooms.linger = 10ms;
  rig r(s);
  auto& alice = r.connect(0, "alice");
  alice.join("a");
  alice.say(publish("a"));
  CHECK(acknowledged(alice) == 1);
  alice.leave("a");
  CHECK(r.eventually([&] { return r.rooms() == 0; }));
  CHECK(r.remembered() == 1);
  alice.say(publish("a"));
  CHECK(acknowledged(alice) == 2);
  alice.say(R"({"id":5,"history":{"room":"a"}})");
  CHECK(nlohmann::json::parse(alice.hear_text())["history"]["messages"].size() == 2);
}

TEST_CASE("room life: a room does not end while it has a member, or a user in the grace") {
  auto s = brisk_settings();
  s.presence.grace = 1h;
  rig r(s);
  auto& alice = r.connect(0, "alice");
  alice.join("a");
  alice.join("b");
  alice.leave("b");
  auto& bob = r.connect(1, "bob");
  bob.say(publish("c"));  // a room that does end
  CHECK(acknowledged(bob) == 1);
  CHECK(r.eventually([&] { return r.rooms() == 2; }));
  CHECK(r.users(1, "a").size() == 1);
  CHECK(r.users(1, "b").size() == 1);
}

TEST_CASE("room life: a room where people come and go all the time ends when the last has gone") {
  auto s = brisk_settings();
  s.rooms.linger = 1ms;
  s.presence.grace = 1ms;
  rig r(s);
  auto& alice = r.connect(0, "alice");
  for (int i = 0; i < 300; ++i) {
    alice.join("a");
    alice.leave("a");
  }
  CHECK(r.eventually([&] { return r.rooms() == 0; }));
  CHECK(r.faults().empty());
}

TEST_CASE("room life: publishes that race with the room's end are never lost") {
  rig r;  // no linger: the room asks to end as soon as it has nothing to do
  auto& a = r.connect(0, "alice");
  auto& b = r.connect(1, "bob");
  unsigned long long head = 0;
  for (int round = 0; round < 500; ++round) {
    const int burst = round % 4;
    a.say(std::vector<std::string>(static_cast<std::size_t>(1 + burst), publish("a")));
    b.say(publish("a"));
    unsigned long long newest = 0;
    for (int i = 0; i <= burst; ++i) newest = std::max(newest, acknowledged(a));
    newest = std::max(newest, acknowledged(b));
    head += static_cast<unsigned long long>(burst) + 2;
    REQUIRE(newest == head);
  }
}

TEST_CASE("room life: joins that race with the room's end are never lost") {
  rig r;
  auto& a = r.connect(0, "alice");
  auto& b = r.connect(1, "bob");
  for (int round = 0; round < 200; ++round) {
    a.join("a");
    b.join("a");
    a.say(publish("a"));
    CHECK(a.hear() == "4: publish");
    REQUIRE(b.hear() == "message " + std::to_string(round + 1));
    a.leave("a");
    b.leave("a");
  }
}

TEST_CASE("room life: a room that fails tells its members on all shards, and works when joined again") {
  rig r(brisk_settings(), make_fragile);
  auto& alice = r.connect(0, "alice");
  auto& bob = r.connect(1, "bob");
  for (auto* each : {&alice, &bob}) each->join("a");
  alice.say(publish("a"));
  CHECK(alice.hear() == "4: publish");
  CHECK(bob.hear() == "message 1");
  alice.say(publish("a", "boom"));
  CHECK(alice.hear() == "4: 503 unavailable");
  CHECK(alice.hear() == "removed a");
  CHECK(bob.hear() == "removed a");
  CHECK(r.seats() == 0);
  for (auto* each : {&alice, &bob}) each->join("a");
  alice.say(publish("a"));
  CHECK(acknowledged(alice) == 2);
  CHECK(bob.hear() == "message 2");
  CHECK(r.faults().size() == 1);
}

TEST_CASE("room life: a room that fails answers who waits for it without being in it") {
  rig r(brisk_settings(), make_fragile);
  const auto failing = r.room_on(0, "failing");
  auto& alice = r.connect(1, "alice");
  alice.say(publish(failing, "boom"));
  CHECK(alice.hear() == "4: 503 unavailable");
  alice.say(publish(failing));
  CHECK(alice.hear() == "4: publish");
}

TEST_CASE("room life: a room that fails takes no other room with it") {
  rig r(brisk_settings(), make_fragile);
  const auto failing = r.room_on(0, "failing");
  const auto sound = r.room_on(0, "sound");
  auto& alice = r.connect(1, "alice");
  alice.join(failing);
  alice.join(sound);
  alice.say(publish(failing, "boom"));
  CHECK(alice.hear() == "4: 503 unavailable");
  CHECK(alice.hear() == "removed " + failing);
  r.connect(0, "bob").say(publish(sound));
  CHECK(alice.hear() == "message 1");
}

TEST_CASE("room life: one room more than limits.rooms is refused, and may come when another has ended") {
  auto s = brisk_settings();
  s.limits.rooms = 2;  // one a shard
  rig r(s);
  const auto first = r.room_on(0, "first");
  const auto second = r.room_on(0, "second");
  auto& alice = r.connect(1, "alice");
  alice.join(first);
  alice.say(R"({"id":5,"join":{"room":")" + second + "\"}}");
  CHECK(alice.hear() == "5: 503 unavailable");
  alice.join(r.room_on(1));
  alice.leave(first);
  CHECK(r.eventually([&] { return r.rooms() == 1; }));
  alice.join(second);
}

TEST_CASE("room life: after many joins and leaves over many rooms nothing is left anywhere") {
  constexpr int rooms = 100;
  constexpr int rounds = 30;
  constexpr std::size_t crowd = 8;
  rig r;
  std::vector<std::string> joins;
  std::vector<std::string> leaves;
  for (int i = 0; i < rooms; ++i) {
    joins.push_back(R"({"id":2,"join":{"room":")" + std::to_string(i) + R"(","members":true}})");
    leaves.push_back(R"({"id":3,"leave":{"room":")" + std::to_string(i) + "\"}}");
  }
  std::vector<client*> clients;
  for (std::size_t i = 0; i < crowd; ++i)
    clients.push_back(&r.connect(i % rig::shards, "user" + std::to_string(i)));
  const auto all_answered = [&](std::string_view reply) {
    for (auto* c : clients)
      for (int missing = rooms; missing > 0;)
        if (c->hear_text().starts_with(reply)) --missing;
  };
  for (int round = 0; round < rounds; ++round) {
    for (auto* c : clients) c->say(joins);
    all_answered(R"({"id":2,"join")");
    if (round == 0) CHECK(r.seats() == crowd * rooms);
    for (auto* c : clients) c->say(leaves);
    all_answered(R"({"id":3,"leave")");
  }
  CHECK(r.seats() == 0);
  CHECK(r.eventually([&] { return r.rooms() == 0; }));
  CHECK(r.remembered() == 0);
  CHECK(r.faults().empty());
}
