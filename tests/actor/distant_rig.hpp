// A node with an engine that is far away: what it says, and when, is up to the test.
#pragma once

#include "protocol/presence_text.hpp"

#include "rig.hpp"

namespace roomd::actors::testing {

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
  void read(const store::page_range& what, std::function<void(result<pages>)> done) override {
    asked_.push_back({what, std::move(done)});
  }

  void say(const std::string& word) override { said_.push_back(word); }
  void ask(const std::string& word, listeners heard) override {
    said_.push_back(word);
    if (others) heard(*others);
  }
  /// Nodes that hear the question who is there; none: it is lost.
  std::optional<std::size_t> others = 1;
  void refresh(std::function<void(const std::optional<error>&)> done) override {
    refreshes_.push_back(std::move(done));
  }

  std::size_t refreshes() const { return refreshes_.size(); }
  void refreshed(const std::optional<error>& why_not = {}) {
    for (auto& each : std::exchange(refreshes_, {})) each(why_not);
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
  std::vector<std::pair<store::page_range, std::function<void(result<pages>)>>> asked_;
  std::vector<std::function<void(const std::optional<error>&)>> refreshes_;
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

inline config::settings long_linger() {
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

}  // namespace roomd::actors::testing
