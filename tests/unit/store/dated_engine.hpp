// A Redis engine under the shared suite: the suite says when each call happens, but there the server dates messages, by a
// clock of its own. So that is set first.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "store/redis_engine.hpp"

namespace roomd::store::test {

class dated_engine final : public room_engine {
 public:
  dated_engine(redis_engine& engine, std::function<void(moment)> set_clock)
      : engine_(engine), set_clock_(std::move(set_clock)) {}

  std::unique_ptr<room_store> open(const std::string& name, room_observer& room) override {
    return std::make_unique<dated_room>(*this, engine_.open(name, room));
  }
  void sweep(moment when) override { engine_.sweep(dated(when)); }
  std::size_t bytes() const override { return engine_.bytes(); }
  const std::string& node() const override { return engine_.node(); }

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
    void read(const page_range& what, std::function<void(result<pages>)> done) override {
      room_->read(what, std::move(done));
    }

   private:
    dated_engine& owner_;
    std::unique_ptr<room_store> room_;
  };

  moment dated(moment when) {
    set_clock_(when);
    return when;
  }

  redis_engine& engine_;
  std::function<void(moment)> set_clock_;
};

}  // namespace roomd::store::test
