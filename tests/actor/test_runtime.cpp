// The shards as a scheduler: mail, order, time, and where actors run.
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "support.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::wheel_timer;
using roomd::actors::shard;
using clock_type = std::chrono::steady_clock;
using go_atom = caf::atom_constant<caf::atom("go")>;

constexpr std::uint32_t crowd = 10000;
constexpr std::uint32_t letters = 25;
constexpr std::array<std::uint32_t, 4> distances = {1, 2, 4999, 5000};  // odd ones lead to the other shard

struct post_office {
  std::vector<caf::actor> all;
  std::atomic<std::uint64_t> delivered = 0;
  std::atomic<std::uint64_t> misplaced = 0;
  outcome<bool> complete;
};

/// Sends `letters` numbered messages to each of its four neighbours, and checks what its neighbours send.
caf::behavior correspond(scripted& self, post_office& office, std::uint32_t me) {
  auto written = std::make_shared<std::uint32_t>(0);
  auto read = std::make_shared<std::array<std::uint32_t, distances.size()>>();
  return {[&self, &office, me, written](go_atom) {
            for (std::uint32_t way = 0; way < distances.size(); ++way) {
              self.send(office.all[(me + distances[way]) % crowd], way, *written);
            }
            if (++*written < letters) self.send(&self, go_atom::value);
          },
          [&office, read](std::uint32_t way, std::uint32_t number) {
            if ((*read)[way]++ != number) ++office.misplaced;
            if (++office.delivered == std::uint64_t{crowd} * letters * distances.size())
              office.complete.set(true);
          }};
}

class ringing final : public wheel_timer {
 public:
  explicit ringing(std::function<void(roomd::time_point)> f) : f_(std::move(f)) {}
  void on_timer(roomd::time_point now) override { f_(now); }

 private:
  std::function<void(roomd::time_point)> f_;
};

class counted final : public roomd::turn_end {
 public:
  explicit counted(std::function<void()> f) : f_(std::move(f)) {}
  void on_turn_end() noexcept override { f_(); }

 private:
  std::function<void()> f_;
};

}  // namespace

TEST_CASE("runtime: a million messages among ten thousand actors arrive, each pair's in order") {
  post_office office;
  runtime rt(2);
  for (std::uint32_t me = 0; me < crowd; ++me) {
    office.all.push_back(
        rt.spawn(me % 2, [&office, me](scripted& self) { return correspond(self, office, me); }));
  }
  for (const auto& each : office.all) caf::anon_send(each, go_atom::value);
  const bool complete = office.complete.await();
  CHECK(complete);
  CHECK(office.misplaced == 0);
  CHECK(rt.faults().empty());
  office.all.clear();
}

TEST_CASE("runtime: a pinned actor runs at home, whoever wakes it") {
  runtime rt(2);
  std::atomic<int> away = 0;
  auto done = make_outcome<bool>();
  auto count = [&away](scripted& self) { away += shard::current() == &self.home() ? 0 : 1; };
  auto echo = rt.spawn(0, [](scripted&) { return caf::behavior{[](int i) { return i; }}; });
  auto body = [&, done](scripted& self) {
    count(self);  // the first turn
    return caf::behavior{[&, done](go_atom) {
                           count(self);
                           self.delayed_send(&self, 1ms, 1);
                         },
                         [&](int step) {
                           count(self);
                           self.request(echo, deadline, step).then([&](int) {
                             count(self);
                             caf::anon_send_exit(&self, caf::exit_reason::user_shutdown);
                           });
                         }};
  };
  auto last = [&, done](scripted& self) {
    count(self);
    done->set(true);
  };
  auto traveller = rt.spawn(1, body, last);
  caf::anon_send(traveller, go_atom::value);
  CHECK(done->await());
  CHECK(away == 0);
}

TEST_CASE("runtime: a typed actor can be pinned") {
  using adder = caf::typed_actor<caf::replies_to<int, int>::with<int>>;
  struct adding final : roomd::actors::pinned<adder::base> {
    adding(caf::actor_config& config, shard& home) : pinned(config, home) {}
    behavior_type make_behavior() override {
      return {[](int a, int b) { return a + b; }};
    }
  };
  runtime rt(2);
  auto sum = make_outcome<int>();
  {
    adder service = rt.system().spawn<adding>(rt.at(1));
    caf::scoped_actor self(rt.system());
    self->request(service, deadline, 2, 3)
        .receive([&](int s) { sum->set(s); }, [&](caf::error&) { sum->set(-1); });
    caf::anon_send_exit(service, caf::exit_reason::user_shutdown);
  }
  CHECK(sum->await() == 5);
}

TEST_CASE("runtime: actors that are not pinned run on the shards, and scoped actors talk to them") {
  runtime rt(2);
  auto somewhere = rt.system().spawn<unpinned>(
      [](unpinned&) { return caf::behavior{[](int i) { return shard::current() ? i + 1 : -1; }}; });
  int answer = 0;
  caf::scoped_actor self(rt.system());
  self->request(somewhere, deadline, 41).receive([&](int i) { answer = i; }, [](caf::error&) {});
  CHECK(answer == 42);
  caf::anon_send_exit(somewhere, caf::exit_reason::user_shutdown);
}

TEST_CASE("runtime, trap 8: a detached actor may block without stopping a shard") {
  runtime rt(1);
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  auto done = make_outcome<bool>();
  auto blocking = rt.system().spawn<unpinned, caf::detached>([opened, done](unpinned&) {
    return caf::behavior{
        [opened, done](go_atom) { done->set(opened.wait_for(deadline) == std::future_status::ready); }};
  });
  caf::anon_send(blocking, go_atom::value);
  auto opener =
      rt.spawn(0, [&gate](scripted&) { return caf::behavior{[&gate](go_atom) { gate.set_value(); }}; });
  caf::anon_send(opener, go_atom::value);
  CHECK(done->await());
  caf::anon_send_exit(blocking, caf::exit_reason::user_shutdown);
}

TEST_CASE("runtime: delayed messages come in the order of their times, and not early") {
  runtime rt(2);
  auto done = make_outcome<std::vector<int>>();
  std::atomic<int> early = 0;
  const auto start = clock_type::now();
  auto sleeper = rt.spawn(1, [&, done](scripted& self) {
    for (int ms : {40, 10, 30, 20}) self.delayed_send(&self, std::chrono::milliseconds(ms), ms);
    auto order = std::make_shared<std::vector<int>>();
    return caf::behavior{[&, done, order](int ms) {
      if (clock_type::now() < start + std::chrono::milliseconds(ms)) ++early;
      order->push_back(ms);
      if (order->size() == 5) done->set(*order);
    }};
  });
  caf::delayed_anon_send(sleeper, 200ms, 200);  // from a thread that is no shard's
  CHECK(done->await() == std::vector{10, 20, 30, 40, 200});
  CHECK(early == 0);
}

TEST_CASE("runtime: a request to a silent actor times out, also from another thread") {
  runtime rt(2);
  auto silent = rt.spawn(0, [](scripted& self) {
    return caf::behavior{[&self](int) { return self.make_response_promise<int>(); }};
  });
  auto done = make_outcome<caf::error>();
  auto asking = rt.spawn(1, [silent, done](scripted& self) {
    self.request(silent, 5ms, 1).then([](int) {}, [done](caf::error& e) { done->set(e); });
    return caf::behavior{[](go_atom) {}};
  });
  CHECK(done->await() == caf::sec::request_timeout);
  caf::scoped_actor self(rt.system());
  caf::error why;
  self->request(silent, 5ms, 1).receive([](int) {}, [&](caf::error& e) { why = e; });
  CHECK(why == caf::sec::request_timeout);
}

TEST_CASE("runtime: after an answer in time its time-out is silent") {
  runtime rt(1);
  auto prompt = rt.spawn(0, [](scripted&) { return caf::behavior{[](int i) { return i; }}; });
  auto done = make_outcome<std::vector<std::string>>();
  auto asking = rt.spawn(0, [prompt, done](scripted& self) {
    auto heard = std::make_shared<std::vector<std::string>>();
    self.request(prompt, 500ms, 1)
        .then([heard](int) { heard->push_back("answer"); },
              [heard](caf::error&) { heard->push_back("error"); });
    self.delayed_send(&self, 600ms, go_atom::value);
    return caf::behavior{[heard, done](go_atom) { done->set(*heard); }};
  });
  CHECK(done->await() == std::vector<std::string>{"answer"});
}

TEST_CASE("runtime: a monitor on another shard hears of an actor's end and its reason") {
  runtime rt(2);
  auto watched = rt.spawn(1, [](scripted&) { return caf::behavior{[](go_atom) {}}; });
  auto heard = make_outcome<caf::error>();
  auto watcher = rt.spawn(0, [watched, heard](scripted& self) {
    self.set_down_handler([heard](caf::down_msg& down) { heard->set(down.reason); });
    self.monitor(watched);
    caf::anon_send_exit(watched, caf::exit_reason::kill);
    return caf::behavior{[](go_atom) {}};
  });
  CHECK(heard->await() == caf::exit_reason::kill);
}

TEST_CASE("runtime: the first handler after a sleep sees the time as it is") {
  runtime rt(1);
  auto fresh = make_outcome<bool>();
  std::optional<boost::asio::steady_timer> alarm;
  rt.on(0, [&] {
    alarm.emplace(rt.at(0).io(), 30ms);
    alarm->async_wait([&](boost::system::error_code) { fresh->set(rt.at(0).now() >= alarm->expiry()); });
    return true;
  });
  CHECK(fresh->await());
  rt.on(0, [&] { return alarm.reset(), true; });
}

TEST_CASE("runtime: a wheel timer rings on its shard, not early, and a cancelled one does not") {
  runtime rt(2);
  auto done = make_outcome<bool>();
  std::atomic<bool> cancelled_rang = false;
  roomd::time_point due;
  ringing cancelled([&](roomd::time_point) { cancelled_rang = true; });
  ringing kept([&](roomd::time_point now) {
    done->set(shard::current() == &rt.at(1) && now >= due && clock_type::now() >= due);
  });
  rt.on(1, [&] {
    due = rt.at(1).now() + 60ms;
    rt.at(1).set_timer(cancelled, due - 50ms);
    rt.at(1).set_timer(kept, due);
    rt.at(1).cancel_timer(cancelled);
    return true;
  });
  CHECK(done->await());
  CHECK(!cancelled_rang);
}

TEST_CASE(
    "runtime: what is marked for a turn's end is called once, and what is marked for the next turn keeps the "
    "shard awake") {
  runtime rt(1);
  std::atomic<int> ends = 0;
  auto done = make_outcome<int>();
  counted later([&] { done->set(ends); });
  counted now([&] {
    ++ends;
    rt.at(0).turns().mark_next(later);
  });
  rt.on(0, [&] {
    rt.at(0).turns().mark(now);
    rt.at(0).turns().mark(now);
    return true;
  });
  CHECK(done->await() == 1);
}

TEST_CASE("runtime: a shard counts the actors that wait") {
  runtime rt(1);
  auto waiting = rt.spawn(0, [](scripted&) { return caf::behavior{[](int i) { return i; }}; });
  caf::scoped_actor self(rt.system());
  self->request(waiting, deadline, 1).receive([](int) {}, [](caf::error&) {});
  CHECK(rt.on(0, [&] {
    caf::anon_send(waiting, 2);
    return rt.at(0).depth();
  }) == 1);
}

TEST_CASE("runtime: a shard counts its turns and how long they took") {
  runtime rt(1);
  auto turns = make_outcome<std::uint64_t>();
  counted later([&] { turns->set(rt.at(0).loop_latency().count()); });
  rt.on(0, [&] { return rt.at(0).turns().mark_next(later), true; });
  CHECK(turns->await() >= 1);
}
