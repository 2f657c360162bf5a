// A room whose engine is far away: the log opens late or not at all, holds the newest part only, and is renumbered.
#include "protocol/presence_text.hpp"

#include "rig.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

/// What the test does to a room of the engine; on the room's shard.
class distant_room final : public store::room_store {
 public:
  distant_room(store::room_observer& room, sealer seal) : room_(room), seal_(std::move(seal)) {
    for (sequence seq = 1; seq <= 6; ++seq) kept_.push_back(made(seq));
    log_.restart("e1", 3);
    for (sequence seq = 4; seq <= 6; ++seq) log_.append(kept_[seq - 1], {});
    log_.kept_elsewhere(1);
  }
  bool is_open() const override { return open_; }
  const room_log& log(store::moment) override { return log_; }
  void append(draft, store::moment, std::function<void(result<store::receipt>)> done) override {
    done(store::receipt{{log_.numbering(), log_.head()}, true});
  }
  void send(draft what, store::moment at) override { room_.on_message(seal_(std::move(what), 0, at.wall)); }
  void read(const store::page_range& what, std::function<void(pages)> done) override {
    asked_.push_back({what, std::move(done)});
  }

  void say(const std::string& word) override { said_.push_back(word); }
  void refresh(std::function<void(bool)> done) override { refreshes_.push_back(std::move(done)); }

  std::size_t refreshes() const { return refreshes_.size(); }
  void refreshed(bool done) {
    for (auto& each : std::exchange(refreshes_, {})) each(done);
  }
  /// The subscription is there, for the first time or again.
  void begin_words() { room_.on_words(); }
  /// Another node says something.
  void hear(const presence_word& w) { room_.on_word(protocol::write_presence(w)); }
  std::vector<presence_word> said() {
    std::vector<presence_word> all;
    for (const auto& text : std::exchange(said_, {})) all.push_back(*protocol::read_presence(text));
    return all;
  }
  /// Another node has published.
  void grow() {
    const auto m = made(log_.head() + 1);
    log_.append(m, {});
    room_.on_message(m);
  }
  void open() {
    open_ = true;
    room_.on_open();
  }
  void refuse() { room_.on_unavailable({errc::unavailable, "far away", 1s}); }
  void fork() {
    log_.fork("e2", 5);
    room_.on_numbering({"e2", 5}, true);
  }
  std::size_t asked() const { return asked_.size(); }
  void answer() {
    for (auto& [what, done] : std::exchange(asked_, {})) {
      pages found;
      for (const auto& m : kept_)
        if (what.from != 0 ? m->seq >= what.from : m->seq < what.before) found.push_back(m);
      if (found.size() > 2) found.resize(2);
      done(std::move(found));
    }
  }

 private:
  message_ptr made(sequence seq) const {
    protocol::publish_command c;
    c.room = "a";
    c.event = "e";
    c.data = "1";
    return seal_(protocol::make_draft(c, "user", "other"), seq, 0);
  }

  store::room_observer& room_;
  sealer seal_;
  std::vector<message_ptr> kept_;
  room_log log_{"e1", {100, 1000000, 1h}};
  bool open_ = false;
  std::vector<std::pair<store::page_range, std::function<void(pages)>>> asked_;
  std::vector<std::function<void(bool)>> refreshes_;
  std::vector<std::string> said_;
};

class distant_engine final : public store::room_engine {
 public:
  distant_engine(std::vector<distant_room*>& rooms, std::string node)
      : rooms_(rooms), node_(std::move(node)) {}
  std::unique_ptr<store::room_store> open(const std::string&, store::room_observer& room) override {
    auto made = std::make_unique<distant_room>(room, protocol::make_sealer());
    rooms_.push_back(made.get());
    return made;
  }
  void sweep(store::moment) override {}
  std::size_t bytes() const override { return 0; }
  const std::string& node() const override { return node_; }

 private:
  std::vector<distant_room*>& rooms_;
  const std::string node_;
};

config::settings long_linger() {
  auto s = brisk_settings();
  s.rooms.linger = 1h;
  s.presence.grace = 1h;  // who goes at once goes without it
  return s;
}

struct distant_rig {
  std::string own;                     ///< the node's name; empty: it is alone
  std::vector<distant_room*> rooms{};  ///< in use; on the rooms' shard
  rig node{long_linger(),
           [this](const rig::engine_ptr&) { return std::make_unique<distant_engine>(rooms, own); }};
  std::string name = node.room_on(0, "a");

  /// On the room's shard, once it is in use.
  template <class F>
  void with_room(F f) {
    REQUIRE(node.eventually([&] { return node.on(0, [&] { return !rooms.empty(); }); }));
    node.on(0, [&] {
      f(*rooms.front());
      return true;
    });
  }
  client& member() {
    auto& c = node.connect(1, "alice");
    c.say(join(name));
    with_room([](distant_room& r) { r.open(); });
    CHECK(c.hear() == "2: join");
    return c;
  }
  static std::string join(const std::string& room, const std::string& more = {}) {
    return R"({"id":2,"join":{"room":")" + room + '"' + more + "}}";
  }
};

}  // namespace

TEST_CASE("room engine: what is asked before the log is open is answered when it is, in order") {
  distant_rig r;
  auto& c = r.node.connect(1, "alice");
  c.say({distant_rig::join(r.name), R"({"id":3,"history":{"room":")" + r.name + R"(","limit":1}})",
         R"({"id":4,"leave":{"room":")" + r.name + "\"}}"});
  r.with_room([](distant_room& room) { room.open(); });
  CHECK(c.hear() == "2: join");
  CHECK(c.hear() == "3: history");
  CHECK(c.hear() == "4: leave");
}

TEST_CASE("room engine: what waits, and what comes later, is refused while the log cannot be opened") {
  distant_rig r;
  auto& c = r.node.connect(1, "alice");
  c.say(distant_rig::join(r.name));
  r.with_room([](distant_room& room) { room.refuse(); });
  CHECK(c.hear() == "2: 503 unavailable");
  c.say(distant_rig::join(r.name));
  CHECK(c.hear() == "2: 503 unavailable");
  r.with_room([](distant_room& room) { room.open(); });
  c.say(distant_rig::join(r.name));
  CHECK(c.hear() == "2: join");
}

TEST_CASE("room engine: a page that only the engine has is asked for once, for all who want it") {
  distant_rig r;
  r.member();
  std::vector<client*> back;
  for (int i = 0; i < 3; ++i) {
    back.push_back(&r.node.connect(1, "bob"));
    back.back()->say(distant_rig::join(r.name, R"(,"since":{"epoch":"e1","seq":1})"));
    CHECK(back.back()->hear() == "2: join");
  }
  CHECK(r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->asked() == 1; }); }));
  r.node.on(1, [] { return true; });
  r.with_room([](distant_room& room) {
    CHECK(room.asked() == 1);
    room.answer();
  });
  for (auto* c : back)
    for (int seq = 2; seq <= 6; ++seq) {
      if (seq == 4) r.with_room([](distant_room& room) { room.answer(); });
      CHECK(c->hear() == "message " + std::to_string(seq));
    }
}

TEST_CASE("room engine: history reaches back to what only the engine has") {
  distant_rig r;
  auto& c = r.member();
  c.say(R"({"id":3,"history":{"room":")" + r.name + R"(","before":3}})");
  CHECK(r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->asked() == 1; }); }));
  r.with_room([](distant_room& room) { room.answer(); });
  const auto answer = c.hear_text();
  CHECK(answer.find(R"("first":1,"seq":6)") != std::string::npos);
  CHECK(answer.find(R"({"seq":2,)") != std::string::npos);
}

TEST_CASE("room engine: members hear where the numbering goes on") {
  distant_rig r;
  auto& c = r.member();
  r.with_room([](distant_room& room) { room.fork(); });
  CHECK(c.hear_text() == R"({"epoch":{"room":")" + r.name + R"(","epoch":"e2","seq":5}})");
}

namespace {

/// A client comes back with more than the log knows, and at once asks something else.
client& ahead_of(distant_rig& r) {
  r.member();
  auto& c = r.node.connect(1, "bob");
  c.say({distant_rig::join(r.name, R"(,"since":{"epoch":"e1","seq":7})"),
         R"({"id":3,"leave":{"room":")" + r.name + "\"}}"});
  CHECK(r.node.eventually([&] { return r.node.on(0, [&] { return r.rooms.front()->refreshes() == 1; }); }));
  return c;
}

}  // namespace

TEST_CASE("room engine: who has seen more than the log knows is ahead of this node, and loses nothing") {
  distant_rig r;
  auto& c = ahead_of(r);
  r.with_room([](distant_room& room) {
    room.grow();
    room.refreshed(true);
  });
  const auto answer = c.hear_text();
  CHECK(answer.find(R"("seq":7,"recovered":true)") != std::string::npos);
  CHECK(c.hear() == "3: leave");
}

TEST_CASE("room engine: while the engine is away nobody is told that what they have seen is lost") {
  distant_rig r;
  auto& c = ahead_of(r);
  r.with_room([](distant_room& room) { room.refreshed(false); });
  CHECK(c.hear() == "2: 503 unavailable");
  CHECK(c.hear() == "3: 404 not_joined");
}

TEST_CASE("room engine: what the engine does not have either is lost, and told so") {
  distant_rig r;
  auto& c = ahead_of(r);
  r.with_room([](distant_room& room) { room.refreshed(true); });
  CHECK(c.hear() == "2: join");
  CHECK(c.hear() == "epoch e1@6");
}

namespace {

presence_word list_of(const std::string& user) {
  return {"node-there", list_word{1, 1, 1, {{"session-of-" + user, {user, R"({"n":1})"}, 1}}}};
}

/// A node among others, with alice in the room, who hears of the members.
struct shared_rig : distant_rig {
  shared_rig() : distant_rig{"node-here"} {
    alice.say(join(name, R"(,"members":true)"));
    with_room([](distant_room& r) {
      r.open();
      r.begin_words();
    });
    CHECK(alice.hear() == "2: join");
  }
  client& alice = node.connect(1, "alice");
};

}  // namespace

TEST_CASE("room engine: a node asks the others who is there, and says who is here") {
  shared_rig r;
  std::vector<presence_word> said;
  REQUIRE(r.node.eventually([&] {
    r.with_room([&](distant_room& room) {
      for (auto& word : room.said()) said.push_back(std::move(word));
    });
    return said.size() >= 2;
  }));
  CHECK(std::holds_alternative<ask_word>(said[0].what));
  REQUIRE(std::holds_alternative<list_word>(said[1].what));
  CHECK(said[1].node == "node-here");
  REQUIRE(std::get<list_word>(said[1].what).sessions.size() == 1);
  CHECK(std::get<list_word>(said[1].what).sessions[0].who.user == "alice");
}

TEST_CASE("room engine: the users of other nodes come, are listed, and go with their node at once") {
  shared_rig r;
  r.with_room([](distant_room& room) { room.hear(list_of("bob")); });
  CHECK(r.alice.hear() == "members +bob");
  const auto users = r.node.users(1, r.name);
  REQUIRE(users.size() == 2);
  CHECK(users[1].user == "bob");
  caf::anon_send(r.node.state(0).directories[0], actors::node_ended{"node-there"});
  CHECK(r.alice.hear() == "members -bob");
}

TEST_CASE(
    "room engine: who asks for the users of a room that is not in use here waits for the others' lists") {
  distant_rig r{"node-here"};
  std::thread other([&] {
    r.with_room([](distant_room& room) {
      room.open();
      room.begin_words();
      room.hear(list_of("bob"));
    });
  });
  const auto users = r.node.users(1, r.name);
  other.join();
  REQUIRE(users.size() == 1);
  CHECK(users[0].user == "bob");
}

TEST_CASE("room engine: after a lapse, and when asked, a node says its list anew") {
  shared_rig r;
  const auto lists = [&] {
    std::size_t count = 0;
    r.with_room([&](distant_room& room) {
      for (const auto& word : room.said()) count += std::holds_alternative<list_word>(word.what);
    });
    return count;
  };
  CHECK(r.node.eventually([&] { return lists() == 1; }));
  caf::anon_send(r.node.state(0).directories[0], actors::node_lapsed{});
  CHECK(r.node.eventually([&] { return lists() == 1; }));
  r.with_room([](distant_room& room) { room.hear({"node-there", ask_word{"node-here"}}); });
  CHECK(r.node.eventually([&] { return lists() == 1; }));
}
