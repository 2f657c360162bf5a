// What a session costs in memory as an actor, as it is, and as a plain object of its shard, which is the largest step
// that docs/performance.md knows to make connections smaller. Both greet the same state machine through a transport
// without a socket; what is counted is what the allocator has handed out, its own overhead included.
//
//   bench_memory [SESSIONS]
#include <functional>
#include <future>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <malloc.h>

#include "actors/connection.hpp"
#include "actors/random_id.hpp"

#include "node.hpp"

namespace {

using namespace roomd;
using actors::shard_state;

/// Takes everything and does nothing. One for all sessions.
class null_transport final : public transport, public outbox {
 public:
  outbox& output() override { return *this; }
  bool deflates() const override { return false; }
  void push(frame_ptr) override {}
  std::size_t buffered() const override { return 0; }
  void pause_reading(bool) override {}
  void favour(bool) override {}
  void close(close_code) override {}
  void close_discarding(close_code) override {}
  bool input_waits() const override { return false; }
  bool takes_output() const override { return false; }
  void abort() override {}
};

/// actors::connection without the actor: what is left when its messages go to one actor of the shard.
class plain_connection final : public transport_listener, protocol::session_port, wheel_timer {
 public:
  plain_connection(shard_state& s, transport_ptr t)
      : state_(s),
        transport_(std::move(t)),
        number_(s.next_number()),
        session_(*this, s.counters, s.rules, {0, number_}, actors::random_id(), s.home.now()) {}

  void on_text(std::string_view text) override {
    session_.text(text, state_.home.now());
    rearm();
  }
  void on_binary() override { session_.binary(); }
  void on_alive() override { session_.alive(state_.home.now()); }
  void on_blocked() override { session_.blocked(state_.home.now()); }
  void on_progress() override { session_.progressed(state_.home.now()); }
  void on_closed() override {
    session_.gone();
    state_.home.cancel_timer(*this);
  }

 private:
  void send(frame_ptr f) override { transport_->output().push(std::move(f)); }
  std::size_t buffered() const override { return transport_->output().buffered(); }
  outbox& output() override { return transport_->output(); }
  bool deflates() const override { return transport_->deflates(); }
  void pause_reading(bool paused) override { transport_->pause_reading(paused); }
  void favour(bool yes) override { transport_->favour(yes); }
  void close(close_code code) override { transport_->close(code); }
  void close_discarding(close_code code) override { transport_->close_discarding(code); }
  bool input_waits() const override { return transport_->input_waits(); }
  bool takes_output() const override { return transport_->takes_output(); }
  void request(protocol::room_request r) override { state_.joins.request(number_, std::move(r)); }
  void enter(protocol::seat& s) override { state_.sessions.enter(s); }
  void exit(protocol::seat& s) override { state_.sessions.exit(s); }
  void queue_for_page() override { state_.catch_ups.push(number_, state_.rules->outbox.page_bytes()); }
  void deadline_moved() override { rearm(); }
  void queue_to_tell() override { state_.infos.push(number_); }
  std::uint64_t next_stamp() override { return state_.stamps->next(); }
  void on_timer(time_point now) override {
    session_.tick(now);
    rearm();
  }
  void rearm() { state_.home.set_timer(*this, session_.deadline()); }

  shard_state& state_;
  transport_ptr transport_;
  std::uint64_t number_;
  protocol::session session_;
};

/// Bytes a session, made on the shard by `make`.
std::size_t measure(node& n, std::size_t count, const std::function<listener_ptr(shard_state&)>& make) {
  std::promise<std::size_t> measured;
  std::vector<listener_ptr> sessions;
  sessions.reserve(count);
  n.on_shard(0, [&] {
    const auto before = ::mallinfo2().uordblks;
    for (std::size_t i = 0; i < count; ++i) {
      sessions.push_back(make(n.state(0)));
      sessions.back()->on_text(R"({"hello":{"user":")" + std::to_string(i) + R"("},"id":1})");
    }
    measured.set_value((::mallinfo2().uordblks - before) / count);
  });
  const auto bytes = measured.get_future().get();
  std::promise<void> ended;
  n.on_shard(0, [&] {
    for (const auto& s : sessions) s->on_closed();
    sessions.clear();
    ended.set_value();
  });
  ended.get_future().wait();
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::size_t count = argc > 1 ? std::stoul(argv[1]) : 10'000;
    if (count == 0) throw std::invalid_argument("usage: bench_memory [SESSIONS]");
    config::settings settings;
    settings.server.threads = 1;
    node n(std::make_shared<const config::settings>(settings), choose_engine(settings));
    const auto nowhere = std::make_shared<null_transport>();
    const auto actor = measure(n, count, [&](shard_state& s) { return open_connection(s, nowhere); });
    const auto plain =
        measure(n, count, [&](shard_state& s) { return std::make_shared<plain_connection>(s, nowhere); });
    std::cout << count << " sessions, greeted: " << actor << " bytes each as an actor, " << plain
              << " as a plain object, " << actor - plain << " less\n";
  } catch (const std::exception& e) {
    std::cerr << "bench_memory: " << e.what() << '\n';
    return 1;
  }
}
