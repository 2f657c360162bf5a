// What a shard makes of its sentinels: of good ones, dead, silent, lying and refusing ones. The servers that they name
// need not be there.
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "sentinel_rig.hpp"

namespace {

using namespace roomd::actors::testing;
using roomd::actors::redis_sentinel_plan;

/// Three scripted sentinels, up, of which all name port 1 as the master of election 0.
struct sentinel_trio {
  fake_redis servers[3];
  sentinels_rig rig;
  sentinel_peer one, two, three;

  explicit sentinel_trio(const roomd::actors::redis_timing& timing = calm())
      : rig(sentinels_at({servers[0].port(), servers[1].port(), servers[2].port()}), timing),
        one(servers[0]),
        two(servers[1]),
        three(servers[2]) {
    one.answer(1, 0);
    two.answer(1, 0);
    three.answer(1, 0);
    CHECK(rig.news.next() == "127.0.0.1:1");
  }
};

}  // namespace

TEST_CASE("redis sentinels: what most of them have said is considered, not what the first one says") {
  fake_redis servers[3];
  sentinels_rig rig(sentinels_at({servers[0].port(), servers[1].port(), servers[2].port()}));
  sentinel_peer behind(servers[0]);
  behind.answer(1, 0);
  sentinel_peer other(servers[1]);
  other.answer(2, 1);
  CHECK(rig.news.next() == "127.0.0.1:2");
  CHECK(rig.faults().empty());
}

TEST_CASE("redis sentinels: with the dead and the silent ones nobody waits for long") {
  fake_redis silent;
  fake_redis good;
  const auto dead = fake_redis().port();
  auto timing = calm();
  timing.connect = 50ms;
  sentinels_rig rig(sentinels_at({dead, silent.port(), good.port()}), timing);
  sentinel_peer peer(good);
  peer.answer(1, 0);
  CHECK(rig.news.next() == "127.0.0.1:1");
  peer.announce();
  peer.answer(2, 1);
  CHECK(rig.news.next() == "127.0.0.1:2");
}

TEST_CASE("redis sentinels: an announcement of any of them is followed, whatever the others say") {
  sentinel_trio all;
  all.two.announce();
  all.two.answer(2, 1);
  CHECK(all.rig.news.next() == "127.0.0.1:2");
  all.one.announce();
  all.one.answer(1, 0);  // it has not heard of the election
  all.three.announce();
  all.three.answer(2, 1);
  all.two.announce();
  all.two.answer(3, 2);
  CHECK(all.rig.news.next() == "127.0.0.1:3");
}

TEST_CASE("redis sentinels: one that names the old master when the others are gone is not followed") {
  sentinel_trio all;
  all.two.announce();
  all.two.answer(2, 1);
  CHECK(all.rig.news.next() == "127.0.0.1:2");
  all.two.peer.close();
  all.three.peer.close();
  all.one.announce();
  all.one.answer(1, 0);
  sentinel_peer again(all.servers[1]);
  again.answer(3, 2);
  CHECK(all.rig.news.next() == "127.0.0.1:3");
}

TEST_CASE(
    "redis sentinels: most of them name an older master, and are believed where the newer one is gone") {
  sentinel_trio all;
  all.two.announce();
  all.two.answer(2, 1);
  CHECK(all.rig.news.next() == "127.0.0.1:2");
  all.rig.master_serves = false;
  all.two.peer.close();
  CHECK(all.rig.news.next() == "127.0.0.1:1");
}

TEST_CASE("redis sentinels: they are asked when told to, and every so often") {
  auto timing = calm();
  sentinel_trio quiet(timing);
  quiet.rig.ask();
  quiet.one.answer(2, 1);
  CHECK(quiet.rig.news.next() == "127.0.0.1:2");
  timing.watchdog = 1ms;
  sentinel_trio asked(timing);
  asked.three.answer(2, 1);
  CHECK(asked.rig.news.next() == "127.0.0.1:2");
}

TEST_CASE("redis sentinels: one that lies in its answer, or answers nothing, is given up and tried again") {
  auto timing = calm();
  timing.reply = 50ms;
  fake_redis server;
  sentinels_rig rig(sentinels_at({server.port()}), timing);
  for (const auto& answer :
       {sentinel_peer::left + "+OK\r\n", std::string("-ERR unknown command 'UNSUBSCRIBE'\r\n"),
        sentinel_peer::left + resp_words({"config-epoch", "1"}) + resp_words({"no host", "1"}),
        "*999999\r\n" + std::string(200000, ':'), std::string()}) {
    sentinel_peer peer(server);
    peer.await_question();
    peer.peer.send(answer);
    peer.peer.rest();
  }
  sentinel_peer peer(server);
  peer.answer(1, 0);
  CHECK(rig.news.next() == "127.0.0.1:1");
  CHECK(rig.faults().empty());
}

TEST_CASE("redis sentinels: they have credentials of their own, and none of them gets into the log") {
  const auto log = std::make_shared<std::ostringstream>();
  auto& sinks = spdlog::default_logger()->sinks();
  sinks.push_back(std::make_shared<spdlog::sinks::ostream_sink_mt>(*log, true));
  fake_redis server;
  {
    auto plan = sentinels_at({server.port()});
    plan.servers[0].access = {"me", "secret", 0};
    sentinels_rig rig(plan);
    {
      auto peer = server.accept();
      CHECK(peer.until("PING\r\n") == "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$6\r\nsecret\r\n*1\r\n$4\r\nPING\r\n");
      peer.send("-WRONGPASS secret is not it\r\n");
      peer.rest();
    }
    CHECK(rig.problem() == "none of the 1 sentinels answers");
    auto peer = server.accept();
    peer.until("PING\r\n");
    peer.send("+OK\r\n+PONG\r\n");
    peer.until("\r\nSUBSCRIBE\r\n$14\r\n+switch-master\r\n");
    peer.send(sentinel_peer::left + "-NOPERM secret\r\n");
    peer.rest();
  }
  spdlog::default_logger()->flush();
  sinks.pop_back();
  CHECK(log->str().find("reason=wrongpass") != std::string::npos);
  CHECK(log->str().find("reason=noperm") != std::string::npos);
  CHECK(log->str().find("secret") == std::string::npos);
}

TEST_CASE("redis sentinels: why there is no master is said for people") {
  fake_redis server;
  sentinels_rig rig(sentinels_at({server.port()}));
  CHECK(rig.problem() == "none of the 1 sentinels answers");
  sentinel_peer peer(server);
  peer.answer_unknown();
  rig.ask();
  peer.answer_unknown();  // so the first answer is taken
  CHECK(rig.problem() == "no sentinel knows a master \"maths\"");
  rig.ask();
  peer.answer(1, 0);
  CHECK(rig.news.next() == "127.0.0.1:1");
  CHECK(rig.problem().empty());
}
