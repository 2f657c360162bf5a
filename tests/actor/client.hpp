// A client of the actor tests: a transport in place of a socket, and the test's own thread behind it. What the
// session sends can be waited for; what the peer's kernel takes is up to the test.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actors/connection.hpp"

#include "support.hpp"
#include "unit/protocol/frames.hpp"
#include "unit/protocol/gist.hpp"

namespace roomd::actors::testing {

/// The socket: lives on the session's shard, but for `hear` and `ending`.
class fake_transport final : public transport,
                             public outbox,
                             public std::enable_shared_from_this<fake_transport> {
 public:
  explicit fake_transport(shard& home, bool deflates = false) : home_(home), deflates_(deflates) {}
  void open(shard_state& s, std::string_view address = {}) {
    listener_ = open_connection(s, shared_from_this(), address);
  }

  // transport
  outbox& output() override { return *this; }
  bool deflates() const override { return deflates_; }
  void push(frame_ptr f) override {
    const std::lock_guard lock(mutex_);
    for (auto& each : reader_.read(f->wire())) {
      if (each.compressed && !deflates_) each.text = "a compressed frame that was not agreed on";
      compressed_ += each.compressed;
      texts_.push_back(std::move(each.text));
    }
    heard_.notify_all();
    if (!stuck_) return;
    waiting_ += f->size();
    if (!std::exchange(blocked_, true)) later(&transport_listener::on_blocked);
  }
  std::size_t buffered() const override { return waiting_; }
  void pause_reading(bool) override {}
  void favour(bool) override {}
  void close(close_code code) override { end(code); }
  void close_discarding(close_code code) override { end(code); }
  bool input_waits() const override { return false; }
  bool takes_output() const override { return false; }
  void abort() override {
    clinging_ = false;
    end({});
  }

  // the peer, on the shard
  void say(std::string_view text) {
    if (listener_) listener_->on_text(text);
  }
  void stick(bool stuck) { stuck_ = stuck; }
  void take(std::size_t bytes) {
    waiting_ -= std::min(bytes, waiting_);
    if (!blocked_ || !listener_) return;
    blocked_ = waiting_ > 0;
    listener_->on_progress();
  }
  void hang_up() { gone(); }
  void cling() { clinging_ = true; }

  // the test's thread
  std::string hear() {
    std::unique_lock lock(mutex_);
    REQUIRE(heard_.wait_for(lock, deadline, [this] { return !texts_.empty(); }));
    auto text = std::move(texts_.front());
    texts_.pop_front();
    return text;
  }
  /// All that it was sent and that nobody has heard yet.
  std::deque<std::string> hear_all() {
    const std::lock_guard lock(mutex_);
    return std::exchange(texts_, {});
  }
  /// Frames that came compressed.
  int compressed() {
    const std::lock_guard lock(mutex_);
    return compressed_;
  }
  std::pair<std::optional<close_code>, time_point> ending() {
    std::unique_lock lock(mutex_);
    REQUIRE(heard_.wait_for(lock, deadline, [this] { return ended_.has_value(); }));
    return {code_, *ended_};
  }

 private:
  /// From a completion of its own, as the contract says.
  void later(void (transport_listener::*what)()) {
    home_.post([self = shared_from_this(), what] {
      if (self->listener_) ((*self->listener_).*what)();
    });
  }
  void end(std::optional<close_code> code) {
    const std::lock_guard lock(mutex_);
    if (code && !code_) code_ = code;
    if (!clinging_) home_.post([self = shared_from_this()] { self->gone(); });
  }
  void gone() {
    if (const auto l = std::exchange(listener_, nullptr)) l->on_closed();
    const std::lock_guard lock(mutex_);
    if (!ended_) ended_ = std::chrono::steady_clock::now();
    heard_.notify_all();
  }

  shard& home_;
  bool deflates_;
  listener_ptr listener_;
  std::size_t waiting_ = 0;
  bool stuck_ = false;
  bool blocked_ = false;
  bool clinging_ = false;  ///< the peer does not answer a close frame

  std::mutex mutex_;
  std::condition_variable heard_;
  protocol::test::text_reader reader_;
  std::deque<std::string> texts_;
  int compressed_ = 0;
  std::optional<close_code> code_;
  std::optional<time_point> ended_;
};

/// The test's end of it.
class client {
 public:
  explicit client(shard_state& s, bool deflates = false, std::string address = {})
      : home_(s.home), wire_(std::make_shared<fake_transport>(s.home, deflates)) {
    home_.post([w = wire_, &s, from = std::move(address)] { w->open(s, from); });
  }
  client(client&&) = default;
  ~client() {
    if (wire_) on_wire([](fake_transport& w) { w.abort(); });
  }

  void say(std::vector<std::string> texts) {
    on_wire([texts = std::move(texts)](fake_transport& w) {
      for (const auto& text : texts) w.say(text);
    });
  }
  void say(std::string text) { say(std::vector{std::move(text)}); }
  void stick(bool yes) {
    on_wire([yes](fake_transport& w) { w.stick(yes); });
  }
  void take(std::size_t bytes) {
    on_wire([bytes](fake_transport& w) { w.take(bytes); });
  }
  void cling() {
    on_wire([](fake_transport& w) { w.cling(); });
  }
  void hang_up() {
    on_wire([](fake_transport& w) { w.hang_up(); });
  }

  std::string hear_text() { return wire_->hear(); }
  std::deque<std::string> hear_all() { return wire_->hear_all(); }
  int compressed() { return wire_->compressed(); }
  /// The next thing that it was sent, in short.
  std::string hear() { return protocol::test::gist(hear_text()); }
  /// How the session ended: nothing where no close frame was sent.
  std::optional<close_code> ending() { return wire_->ending().first; }
  time_point ended_at() { return wire_->ending().second; }

  void hello(const std::string& user) {
    say(R"({"id":1,"hello":{"user":")" + user + "\"}}");
    CHECK(hear() == "1: hello");
  }
  void join(const std::string& room, bool members = false) {
    say(R"({"id":2,"join":{"room":")" + room + R"(","members":)" + (members ? "true" : "false") + "}}");
    CHECK(hear() == "2: join");
  }
  void leave(const std::string& room) {
    say(R"({"id":3,"leave":{"room":")" + room + "\"}}");
    CHECK(hear() == "3: leave");
  }

 private:
  template <class F>
  void on_wire(F f) {
    home_.post([w = wire_, f = std::move(f)] { f(*w); });
  }

  shard& home_;
  std::shared_ptr<fake_transport> wire_;
};

/// `{"id":4,"publish":…}` with `size` letters as data.
inline std::string publish(const std::string& room, const std::string& event = "e", std::size_t size = 5) {
  return R"({"id":4,"publish":{"room":")" + room + R"(","event":")" + event + R"(","data":")" +
         std::string(size, 'x') + R"("}})";
}

}  // namespace roomd::actors::testing
