// The end of the actor system, again and again, with something under way each time. The traps 5 and 6 show
// themselves here: as a hang, or to the sanitizers.
#include <atomic>

#include <boost/asio/steady_timer.hpp>

#include "support.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::shard;
using go_atom = caf::atom_constant<caf::atom("go")>;
namespace asio = boost::asio;

constexpr int rounds = 40;
constexpr auto far = 60min;

caf::behavior stays_idle(scripted&) {
  return {[](go_atom) {}};
}

/// Waits for a time that never comes, with a pending operation that holds the actor, as a session's socket does.
class waiting final : public roomd::actors::pinned<caf::event_based_actor> {
 public:
  waiting(caf::actor_config& config, shard& home, bool tidy, std::atomic<int>& cancelled)
      : pinned(config, home), tidy_(tidy), cancelled_(cancelled) {}
  caf::behavior make_behavior() override {
    timer_ = std::make_unique<asio::steady_timer>(home().io(), far);
    timer_->async_wait([held = caf::strong_actor_ptr(ctrl()), this](boost::system::error_code ec) {
      if (ec == asio::error::operation_aborted) ++cancelled_;
    });
    return {[](go_atom) {}};
  }
  void on_exit() override {
    if (tidy_) timer_.reset();
  }

 private:
  const bool tidy_;
  std::atomic<int>& cancelled_;
  std::unique_ptr<asio::steady_timer> timer_;
};

}  // namespace

TEST_CASE("runtime: an actor system ends that was never used") {
  for (int i = 0; i < rounds; ++i) runtime rt(static_cast<std::size_t>(1 + i % 3));
  SUCCEED();
}

TEST_CASE("runtime, trap 6: the end comes with actors alive on every shard") {
  for (int i = 0; i < rounds; ++i) {
    std::atomic<int> exits = 0;
    {
      runtime rt(2);
      for (std::size_t a = 0; a < 50; ++a) rt.spawn(a % 2, stays_idle, [&exits](scripted&) { ++exits; });
    }
    REQUIRE(exits == 50);
  }
}

TEST_CASE("runtime, trap 6: the end comes with mail under way between the shards") {
  for (int i = 0; i < rounds; ++i) {
    runtime rt(2);
    const auto bounce = [](scripted& self) {
      return caf::behavior{
          [&self](const caf::actor& partner, int n) { self.send(partner, caf::actor(&self), n + 1); }};
    };
    for (int pair = 0; pair < 20; ++pair) {
      const auto left = rt.spawn(0, bounce);
      const auto right = rt.spawn(1, bounce);
      caf::anon_send(left, right, 0);
    }
  }
  SUCCEED();
}

TEST_CASE("runtime, trap 5: the end comes with requests, delayed messages and receive time-outs pending") {
  for (int i = 0; i < rounds; ++i) {
    runtime rt(2);
    const auto silent = rt.spawn(0, [](scripted& self) {
      return caf::behavior{[&self](int) { return self.make_response_promise<int>(); }};
    });
    for (std::size_t a = 0; a < 20; ++a) {
      rt.spawn(a % 2, [silent](scripted& self) {
        self.request(silent, far, 1).then([](int) {});
        self.delayed_send(silent, far, 1);
        self.delayed_send(&self, far, go_atom::value);
        return caf::behavior{[](go_atom) {}, caf::after(far) >> [] {}};
      });
    }
    caf::delayed_anon_send(silent, far, 1);
  }
  SUCCEED();
}

TEST_CASE("runtime, trap 5: actors that are destroyed unended cancel their time-outs wherever that happens") {
  runtime rt(2);
  for (int i = 0; i < rounds; ++i) {
    auto dropped = rt.system().spawn<unpinned>([](unpinned& self) {
      self.delayed_send(&self, 1ms, go_atom::value);
      return caf::behavior{[](go_atom) {}};
    });
    caf::anon_send(dropped, go_atom::value);
  }
  CHECK(rt.on(0, [] { return true; }));
  CHECK(rt.faults().empty());
}

TEST_CASE("runtime, trap 6: cancelled operations are told so before the end") {
  for (int i = 0; i < rounds; ++i) {
    std::atomic<int> cancelled = 0;
    {
      runtime rt(2);
      for (std::size_t a = 0; a < 20; ++a) {
        auto each = rt.system().spawn<waiting>(rt.at(a % 2), true, cancelled);
        caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
      }
    }
    REQUIRE(cancelled == 20);
  }
}

TEST_CASE("runtime, trap 6: operations that nobody cancelled are dropped while the system still exists") {
  for (int i = 0; i < rounds; ++i) {
    std::atomic<int> cancelled = 0;
    runtime rt(2);
    for (std::size_t a = 0; a < 20; ++a) {
      auto each = rt.system().spawn<waiting>(rt.at(a % 2), false, cancelled);
      caf::anon_send_exit(each, caf::exit_reason::user_shutdown);
    }
  }
  SUCCEED();
}

TEST_CASE("runtime: the end comes while detached actors say their last words") {
  for (int i = 0; i < rounds; ++i) {
    runtime rt(2);
    const auto hearer = rt.spawn(0, stays_idle);
    for (int a = 0; a < 5; ++a) {
      rt.system().spawn<unpinned, caf::detached>([hearer](unpinned& self) {
        self.delayed_send(&self, far, go_atom::value);
        self.send(hearer, go_atom::value);
        return caf::behavior{};
      });
    }
  }
  SUCCEED();
}

TEST_CASE("runtime: what is posted after the end is dropped") {
  auto ran = std::make_shared<bool>(false);
  struct last_words {
    last_words(shard& h, std::shared_ptr<bool> f) : home(h), flag(std::move(f)) {}
    last_words(const last_words&) = delete;
    ~last_words() {
      home.post([f = flag] { *f = true; });
    }
    shard& home;
    std::shared_ptr<bool> flag;
  };
  {
    runtime rt(1);
    rt.on(0, [&] {
      auto timer = std::make_shared<asio::steady_timer>(rt.at(0).io(), far);
      timer->async_wait([timer, last = std::make_shared<last_words>(rt.at(0), ran)](auto) {});
      return true;
    });
  }
  CHECK(!*ran);
  CHECK(ran.use_count() == 1);
}
