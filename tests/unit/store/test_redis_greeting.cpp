#include <string>

#include "store/redis_advice.hpp"
#include "store/redis_greeting.hpp"
#include "store/redis_info.hpp"

#include "catch.hpp"

using namespace roomd::store;
using outcome = redis_greeting::outcome;

namespace {

const std::string ping_and_info =
    "*1\r\n$4\r\nPING\r\n*4\r\n$4\r\nINFO\r\n$6\r\nserver\r\n$6\r\nmemory\r\n$11\r\nreplication\r\n";

std::string bulk(const std::string& text) {
  return '$' + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

std::string info(const std::string& role, const std::string& more = {}) {
  return bulk("# Server\r\n" + more + "server_time_usec:1700000000123456\r\n\r\n# Replication\r\nrole:" +
              role + "\r\nconnected_slaves:0\r\nmaster_replid:0a1b\r\nmaster_replid2:00\r\n");
}

std::string refused(const std::string& bytes, const redis_access& access = {}) {
  redis_greeting g(access);
  return g.receive(bytes) == outcome::refused ? g.problem() : "not refused";
}

}  // namespace

TEST_CASE("redis greeting: where it need not be a master, a replica is welcome") {
  redis_greeting g({}, redis_greeting::server::any);
  CHECK(g.receive("+PONG\r\n" + info("slave")) == outcome::welcome);
}

TEST_CASE("redis greeting: without credentials it asks whether the server serves, and what it is") {
  redis_greeting g({});
  CHECK(g.take_output() == ping_and_info);
  CHECK(g.take_output().empty());
}

TEST_CASE("redis greeting: password, ACL user and database come first") {
  CHECK(redis_greeting({{}, "pw", 0}).take_output() == "*2\r\n$4\r\nAUTH\r\n$2\r\npw\r\n" + ping_and_info);
  CHECK(redis_greeting({"me", "pw", 12}).take_output() ==
        "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$2\r\npw\r\n*2\r\n$6\r\nSELECT\r\n$2\r\n12\r\n" + ping_and_info);
}

TEST_CASE("redis greeting: a master that serves is welcome, wherever its answer is cut") {
  const std::string answer = "+OK\r\n+PONG\r\n" + info("master");
  for (std::size_t cut = 0; cut < answer.size(); ++cut) {
    redis_greeting g({{}, "pw", 0});
    CHECK(g.receive(answer.substr(0, cut)) == outcome::waiting);
    CHECK(g.receive(answer.substr(cut)) == outcome::welcome);
    CHECK(g.generation() == "0a1b");
    CHECK(g.clock() == std::chrono::microseconds(1700000000123456));
  }
}

TEST_CASE("redis greeting: a sentinel has no role to ask for") {
  redis_greeting g({"me", "pw", 0}, redis_greeting::server::sentinel);
  CHECK(g.take_output() == "*3\r\n$4\r\nAUTH\r\n$2\r\nme\r\n$2\r\npw\r\n*1\r\n$4\r\nPING\r\n");
  CHECK(g.receive("+OK\r\n") == outcome::waiting);
  CHECK(g.receive("+PONG\r\n") == outcome::welcome);
  CHECK(g.generation().empty());
}

TEST_CASE("redis greeting: who does not serve is refused, with one word why") {
  CHECK(refused("-WRONGPASS invalid username-password pair or user is disabled.\r\n", {{}, "pw", 0}) ==
        "wrongpass");
  CHECK(refused("-NOAUTH Authentication required.\r\n") == "noauth");
  CHECK(refused("-LOADING Redis is loading the dataset in memory\r\n") == "loading");
  CHECK(refused("+PONG\r\n" + info("slave")) == "replica");
}

TEST_CASE("redis greeting: each mistake of an operator's has its own word, and each word its advice") {
  const auto word = [](const std::string& bytes, const redis_access& access = {}) {
    const auto found = refused(bytes, access);
    CHECK_FALSE(redis_advice(found).empty());
    return found;
  };
  CHECK(word("-ERR max number of clients reached\r\n") == "maxclients");
  CHECK(word("-ERR AUTH <password> called without any password configured for the default user. Are you sure "
             "your configuration is correct?\r\n",
             {{}, "pw", 0}) == "nopassword");
  CHECK(word("-ERR Client sent AUTH, but no password is set\r\n", {{}, "pw", 0}) == "nopassword");
  CHECK(word("-ERR DB index is out of range\r\n", {{}, {}, 99}) == "database");
  CHECK(word("-ERR SELECT is not allowed in cluster mode\r\n", {{}, {}, 1}) == "cluster");
  CHECK(word("-NOPERM this user has no permissions to run the 'select' command\r\n", {{}, {}, 1}) ==
        "noperm");
  CHECK(word("+PONG\r\n-ERR syntax error\r\n") == "version");  // Redis 6 takes one section
  CHECK(word("+PONG\r\n" + info("master", "redis_version:6.2.14\r\n")) == "version");
  CHECK(word("+PONG\r\n" + bulk("redis_version:7.0.15\r\nredis_mode:sentinel\r\n")) == "sentinel");
}

TEST_CASE(
    "redis greeting: a master that drops keys when its memory is full is refused, unless that is allowed") {
  const std::string bounded = "maxmemory:1000\r\nmaxmemory_policy:";
  for (const auto* policy : {"allkeys-lru", "volatile-lru", "volatile-ttl", "allkeys-random"}) {
    const auto answer = "+PONG\r\n" + info("master", bounded + policy + "\r\n");
    CHECK(refused(answer) == "eviction");
    CHECK(redis_greeting({{}, {}, 0, true}).receive(answer) == outcome::welcome);
    CHECK(redis_greeting({}, redis_greeting::server::any).receive(answer) == outcome::welcome);
  }
  CHECK(refused("+PONG\r\n" + info("master", bounded + "noeviction\r\n")) == "not refused");
  CHECK(refused("+PONG\r\n" + info("master", "maxmemory:0\r\nmaxmemory_policy:allkeys-lru\r\n")) ==
        "not refused");
}

TEST_CASE("redis greeting: nothing that the server was sent comes back as a reason") {
  CHECK(refused("-PW is your password\r\n", {{}, "PW", 0}) == "error");
}

TEST_CASE("redis greeting: what is no answer to it is refused") {
  CHECK(refused("HTTP/1.1 400 Bad Request\r\n") == "protocol");
  CHECK(refused(":1\r\n") == "protocol");
  CHECK(refused("+PONG\r\n" + bulk("role:master\r\n")) == "protocol");
  CHECK(refused("+PONG\r\n" + info("master") + "+more\r\n") == "protocol");
  CHECK(refused("$1000000\r\n" + std::string(100000, 'x')) == "protocol");
}

TEST_CASE("redis info: role, generation and clock, whatever stands around them") {
  const auto r = parse_redis_info("role:master\nx\nserver_time_usec:17\nmaster_replid:ff00");
  REQUIRE(r);
  CHECK(r->master);
  CHECK(r->generation == "ff00");
  CHECK(r->clock == std::chrono::microseconds(17));
  CHECK_FALSE(parse_redis_info("server_time_usec:17\r\nrole:slave\r\nmaster_replid:ff00\r\n")->master);
}

TEST_CASE("redis info: without all three it is none") {
  const std::string clock = "server_time_usec:17\r\n", role = "role:master\r\n",
                    id = "master_replid:ff00\r\n";
  CHECK(parse_redis_info(clock + role + id));
  for (const auto& text : {std::string(), clock + role, clock + id, role + id, clock + 'x' + role + id,
                           clock + role + "master_replid:\r\n", clock + role + "master_replid:no hex\r\n"})
    CHECK_FALSE(parse_redis_info(text));
  for (const char* number : {"", "-1", "1x", "1.5", "99999999999999999999", "10000000000000000"})
    CHECK_FALSE(parse_redis_info("server_time_usec:" + std::string(number) + "\r\n" + role + id));
}
