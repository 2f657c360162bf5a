// What may go wrong on a shard costs whoever did it and nobody else; and the traps of actors on Asio's threads.
#include <atomic>
#include <stdexcept>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "support.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::shard;
using go_atom = caf::atom_constant<caf::atom("go")>;
namespace asio = boost::asio;

caf::behavior idle(scripted&) {
  return {[](go_atom) {}};
}

/// An actor of shard 0 that says why `watched` ended.
outcome_ptr<caf::error> watch(runtime& rt, const caf::actor& watched) {
  auto heard = make_outcome<caf::error>();
  rt.spawn(0, [watched, heard](scripted& self) {
    self.set_down_handler([heard](caf::down_msg& down) { heard->set(down.reason); });
    self.monitor(watched);
    return caf::behavior{[](go_atom) {}};
  });
  return heard;
}

bool alive(runtime& rt, const caf::actor& a) {
  caf::scoped_actor self(rt.system());
  bool yes = false;
  self->request(a, deadline, go_atom::value).receive([&] { yes = true; }, [](caf::error&) {});
  return yes;
}

class rings final : public roomd::wheel_timer {
 public:
  explicit rings(std::function<void()> f) : f_(std::move(f)) {}
  void on_timer(roomd::time_point) override { f_(); }

 private:
  std::function<void()> f_;
};

class marks final : public roomd::turn_end {
 public:
  std::atomic<int> calls = 0;
  void on_turn_end() noexcept override { ++calls; }
};

}  // namespace

TEST_CASE("runtime: an exception in a message handler ends that actor only") {
  runtime rt(1);
  auto neighbour = rt.spawn(0, idle);
  auto clumsy = rt.spawn(
      0, [](scripted&) { return caf::behavior{[](go_atom) { throw std::runtime_error("slipped"); }}; });
  auto heard = watch(rt, clumsy);
  caf::anon_send(clumsy, go_atom::value);
  CHECK(heard->await() == caf::sec::runtime_error);
  CHECK(alive(rt, neighbour));
  REQUIRE(rt.faults().size() == 1);
  CHECK_THAT(rt.faults()[0], Catch::Matchers::StartsWith("actor.exception scripted#"));
  CHECK_THAT(rt.faults()[0], Catch::Matchers::EndsWith(": slipped"));
}

TEST_CASE("runtime: an exception in make_behavior ends that actor only") {
  runtime rt(1);
  auto stillborn = rt.spawn(0, [](scripted&) -> caf::behavior { throw 1; });
  CHECK(watch(rt, stillborn)->await() == caf::sec::runtime_error);
  CHECK_THAT(rt.faults().at(0), Catch::Matchers::EndsWith("not a std::exception"));
}

TEST_CASE("runtime: an exception in on_exit is reported, and monitors hear of the end all the same") {
  runtime rt(2);
  auto stubborn = rt.spawn(1, idle, [](scripted&) { throw std::runtime_error("not yet"); });
  auto heard = watch(rt, stubborn);
  caf::anon_send_exit(stubborn, caf::exit_reason::user_shutdown);
  CHECK(heard->await());
  const auto faults = rt.faults();
  REQUIRE(!faults.empty());
  CHECK(faults.back() == "actor.exception not yet");
}

TEST_CASE("runtime: an exception in a completion handler costs that handler only") {
  runtime rt(1);
  auto neighbour = rt.spawn(0, idle);
  rt.at(0).post([] { throw std::runtime_error("first"); });
  rt.at(0).post([] { throw 2; });
  CHECK(rt.on(0, [] { return true; }));
  CHECK(alive(rt, neighbour));
  CHECK(rt.faults() ==
        std::vector<std::string>{"shard.exception first", "shard.exception not a std::exception"});
}

TEST_CASE("runtime: an exception in a timer leaves the other timers alone") {
  runtime rt(1);
  auto done = make_outcome<bool>();
  rings bad([] { throw std::runtime_error("late"); });
  rings good([done] { done->set(true); });
  rt.on(0, [&] {
    const auto due = rt.at(0).now() + 1ms;
    rt.at(0).set_timer(bad, due);
    rt.at(0).set_timer(good, due);
    return true;
  });
  CHECK(done->await());
  CHECK(rt.faults() == std::vector<std::string>{"shard.exception late"});
}

TEST_CASE("runtime: a fault handler that throws ends nothing") {
  roomd::actors::runtime_config config(1, [](std::string_view, std::string_view) { throw 1; });
  caf::actor_system system(config);
  auto& home = roomd::actors::shard_scheduler::of(system).at(0);
  auto done = make_outcome<bool>();
  home.post([] { throw 2; });
  home.post([done] { done->set(true); });
  CHECK(done->await());
}

TEST_CASE("runtime: messages that nobody takes are reported and dropped, and nothing is printed") {
  runtime rt(1);
  auto deaf = rt.spawn(0, idle);
  auto other = rt.spawn(0, idle);
  caf::anon_send(deaf, std::string(1000, 'x'));
  caf::anon_send(deaf, caf::make_error(caf::sec::runtime_error));
  caf::anon_send(deaf, caf::down_msg{other.address(), caf::exit_reason::kill});
  CHECK(alive(rt, deaf));
  const auto faults = rt.faults();
  REQUIRE(faults.size() == 3);
  for (const auto& line : faults) {
    CHECK_THAT(line, Catch::Matchers::StartsWith("actor.unexpected scripted#"));
    CHECK(line.size() < 200);
  }
  CHECK(!caf::actor_cast<caf::abstract_actor*>(deaf)->getf(caf::abstract_actor::has_used_aout_flag));
}

TEST_CASE("runtime, trap 1: on_exit runs at home although the last reference is dropped elsewhere") {
  runtime rt(2);
  auto where = make_outcome<shard*>();
  auto ended =
      rt.system().spawn<scripted>(rt.at(1), idle, [where](scripted&) { where->set(shard::current()); });
  caf::anon_send_exit(ended, caf::exit_reason::user_shutdown);
  CHECK(where->await() == &rt.at(1));
  ended = nullptr;
  CHECK(rt.faults().empty());
}

TEST_CASE("runtime, trap 1: an actor that is forgotten but not ended is reported") {
  runtime rt(1);
  auto ready = make_outcome<bool>();
  auto forgotten = rt.system().spawn<scripted>(
      rt.at(0), [ready](scripted&) { return caf::behavior{[ready](go_atom) { ready->set(true); }}; });
  caf::anon_send(forgotten, go_atom::value);
  ready->await();
  rt.on(0, [] { return true; });  // a turn later the shard holds no reference any more
  forgotten = nullptr;
  REQUIRE(rt.faults().size() == 1);
  CHECK_THAT(rt.faults()[0], Catch::Matchers::StartsWith("actor.unreachable scripted#"));
}

TEST_CASE("runtime, trap 2: send_exit from a completion handler ends an actor in full") {
  runtime rt(1);
  std::atomic<bool> exited = false;
  auto quitting = rt.spawn(
      0,
      [](scripted& self) {
        return caf::behavior{[&self](go_atom) {
          asio::post(self.home().io(), [&self, held = caf::strong_actor_ptr(self.ctrl())] {
            self.send_exit(&self, caf::exit_reason::user_shutdown);
          });
        }};
      },
      [&exited](scripted&) { exited = true; });
  auto heard = watch(rt, quitting);
  caf::anon_send(quitting, go_atom::value);
  CHECK(heard->await() == caf::exit_reason::user_shutdown);
  CHECK(exited);
}

TEST_CASE("runtime, trap 3: a completion handler may send, ask and send later") {
  runtime rt(2);
  auto echo = rt.spawn(1, [](scripted&) { return caf::behavior{[](int i) { return i + 1; }}; });
  auto done = make_outcome<int>();
  auto from_handler = rt.spawn(0, [echo, done](scripted& self) {
    auto sum = std::make_shared<int>(0);
    auto add = [sum, done](int i) {
      *sum += i;
      if (*sum == 1111) done->set(*sum);
    };
    return caf::behavior{[&self, echo, add](go_atom) {
                           asio::post(self.home().io(), [&self, echo, add] {
                             self.send(&self, 1);
                             self.request(echo, deadline, 9).then(add);
                             self.request(echo, deadline, 99).await(add);
                             self.delayed_send(&self, 1ms, 1000);
                           });
                         },
                         add};
  });
  caf::anon_send(from_handler, go_atom::value);
  CHECK(done->await() == 1111);
}

TEST_CASE("runtime, trap 4: mail that comes while an actor awaits an answer is kept, in order") {
  runtime rt(2);
  auto slow = rt.spawn(1, [](scripted& self) {
    auto promise = std::make_shared<caf::typed_response_promise<int>>();
    return caf::behavior{[&self, promise](int) { return *promise = self.make_response_promise<int>(); },
                         [promise](go_atom) { promise->deliver(0); }};
  });
  auto done = make_outcome<std::vector<int>>();
  auto awaiting = rt.spawn(0, [slow, done](scripted& self) {
    auto seen = std::make_shared<std::vector<int>>();
    self.request(slow, deadline, 1).await([seen](int i) { seen->push_back(i); });
    for (int i : {1, 2, 3}) self.send(&self, i);
    self.delayed_send(slow, 1ms, go_atom::value);
    return caf::behavior{[seen, done](int i) {
      seen->push_back(i);
      if (i == 3) done->set(*seen);
    }};
  });
  CHECK(done->await() == std::vector{0, 1, 2, 3});
}

TEST_CASE("runtime, trap 7: what an actor unmarks in on_exit is not called any more") {
  runtime rt(1);
  marks output;
  auto heard = make_outcome<bool>();
  auto leaving = rt.spawn(
      0,
      [&output](scripted& self) {
        return caf::behavior{[&output, &self](go_atom) {
          self.home().turns().mark(output);
          self.quit();
        }};
      },
      [&output, heard](scripted& self) {
        self.home().turns().unmark(output);
        heard->set(true);
      });
  caf::anon_send(leaving, go_atom::value);
  heard->await();
  rt.on(0, [] { return true; });
  CHECK(output.calls == 0);
}

TEST_CASE(
    "runtime, trap 9: an actor that never runs out of mail starves neither sockets, timers nor others") {
  runtime rt(1);
  std::atomic<bool> enough = false;
  auto greedy = rt.spawn(0, [&enough](scripted& self) {
    return caf::behavior{[&enough, &self](go_atom) {
      if (!enough) self.send(&self, go_atom::value);
    }};
  });
  caf::anon_send(greedy, go_atom::value);
  auto modest = rt.spawn(0, idle);
  CHECK(rt.on(0, [] { return true; }));
  CHECK(alive(rt, modest));
  auto rang = make_outcome<bool>();
  rings timer([rang] { rang->set(true); });
  rt.on(0, [&] {
    rt.at(0).set_timer(timer, rt.at(0).now());
    return true;
  });
  CHECK(rang->await());
  enough = true;
}
