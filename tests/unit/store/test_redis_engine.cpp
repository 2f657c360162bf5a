// The Redis engine over a server in memory: the contract that every engine keeps, and its rooms' coming and going.
#include "catch.hpp"
#include "unit/store/fake_node.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

/// Gives the server, whose clock dates messages, the time of the calls.
class dated_engine final : public room_engine {
 public:
  dated_engine(fake_redis& server, fake_node& node) : server_(server), node_(node) {}

  std::unique_ptr<room_store> open(const std::string& name, room_observer& room) override {
    return std::make_unique<dated_room>(*this, node_.engine().open(name, room));
  }
  void sweep(moment when) override { node_.engine().sweep(dated(when)); }
  std::size_t bytes() const override { return node_.engine().bytes(); }
  const std::string& node() const override { return node_.engine().node(); }

 private:
  class dated_room final : public room_store {
   public:
    dated_room(dated_engine& owner, std::unique_ptr<room_store> room)
        : owner_(owner), room_(std::move(room)) {}
    bool is_open() const override { return room_->is_open(); }
    const room_log& log(moment when) override { return room_->log(owner_.dated(when)); }
    void append(draft what, moment when, std::function<void(result<receipt>)> done) override {
      room_->append(std::move(what), owner_.dated(when), std::move(done));
    }
    void send(draft what, moment when) override { room_->send(std::move(what), owner_.dated(when)); }
    void say(const std::string& word) override { room_->say(word); }
    void refresh(std::function<void(const std::optional<error>&)> done) override {
      room_->refresh(std::move(done));
    }
    void read(const page_range& what, std::function<void(pages)> done) override {
      room_->read(what, std::move(done));
    }

   private:
    dated_engine& owner_;
    std::unique_ptr<room_store> room_;
  };

  moment dated(moment when) {
    server_.wall = when.wall;
    node_.clock = when.now;
    return when;
  }

  fake_redis& server_;
  fake_node& node_;
};

class setup {
 public:
  explicit setup(suite_bounds b) : node_(server_, {"roomd:", b.log, b.dedup}, "suite-word") {}
  dated_engine& engine() { return engine_; }
  void settle() { node_.pump(); }

 private:
  fake_redis server_;
  fake_node node_;
  dated_engine engine_{server_, node_};
};

}  // namespace

TEST_CASE("redis engine: it keeps the contract") { store_suite<setup>(); }
