#include "core/liveness.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::liveness;
using roomd::liveness_limits;
using roomd::time_point;
using verdict = roomd::liveness::verdict;

namespace {

const time_point start{1h};
const liveness_limits limits{10s, 25s, 8s, 30s};

liveness open_session() {
  liveness session(limits, start);
  session.opened(start);
  return session;
}

}  // namespace

TEST_CASE("liveness: is small enough for every session") { STATIC_REQUIRE(sizeof(liveness) <= 32); }

TEST_CASE("liveness: a session without hello ends at the handshake time-out") {
  liveness session(limits, start);
  CHECK(session.deadline() == start + 10s);
  CHECK(session.check(start + 9999ms) == verdict::wait);
  CHECK(session.check(start + 10s) == verdict::handshake_timeout);
}

TEST_CASE("liveness: before hello nothing that is received counts") {
  liveness session(limits, start);
  session.received(start + 9s);
  CHECK(session.check(start + 10s) == verdict::handshake_timeout);
}

TEST_CASE("liveness: the first ping is due an interval after hello") {
  liveness session(limits, start);
  session.opened(start + 4s);
  CHECK(session.deadline() == start + 29s);
  CHECK(session.check(start + 28s) == verdict::wait);
  CHECK(session.check(start + 29s) == verdict::ping);
}

TEST_CASE("liveness: a ping that nothing answers ends the session at the ping time-out") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  CHECK(session.deadline() == start + 33s);
  CHECK(session.check(start + 32s) == verdict::wait);
  CHECK(session.check(start + 33s) == verdict::ping_timeout);
}

TEST_CASE("liveness: the ping time-out counts from when the ping was sent, not from when it was due") {
  auto session = open_session();
  REQUIRE(session.check(start + 40s) == verdict::ping);
  CHECK(session.deadline() == start + 48s);
}

TEST_CASE("liveness: anything received answers the ping, and the next one comes an interval after it") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  session.received(start + 27s);
  CHECK(session.deadline() == start + 50s);
  CHECK(session.check(start + 33s) == verdict::wait);
  CHECK(session.check(start + 50s) == verdict::ping);
}

TEST_CASE("liveness: what was received before the ping is no answer to it") {
  auto session = open_session();
  session.received(start + 24s);
  REQUIRE(session.check(start + 25s) == verdict::ping);
  CHECK(session.check(start + 33s) == verdict::ping_timeout);
}

TEST_CASE("liveness: no second ping goes out while one is unanswered") {
  const liveness_limits patient{10s, 5s, 60s, 30s};
  liveness session(patient, start);
  session.opened(start);
  REQUIRE(session.check(start + 5s) == verdict::ping);
  CHECK(session.check(start + 15s) == verdict::wait);
  session.received(start + 16s);
  CHECK(session.check(start + 16s) == verdict::ping);
}

TEST_CASE("liveness: bytes that wait for the write time-out end the session") {
  auto session = open_session();
  session.blocked(start + 3s);
  CHECK(session.deadline() == start + 33s);
  CHECK(session.check(start + 32s) == verdict::wait);
  CHECK(session.check(start + 33s) == verdict::slow_consumer);
}

TEST_CASE("liveness: any progress begins the write time-out anew") {
  auto session = open_session();
  session.blocked(start + 3s);
  session.progressed(start + 20s, true);
  CHECK(session.deadline() == start + 50s);
  session.blocked(start + 49s);
  CHECK(session.check(start + 50s) == verdict::slow_consumer);
}

TEST_CASE("liveness: sending does not save a session that does not read") {
  auto session = open_session();
  session.blocked(start + 3s);
  session.received(start + 32s);
  CHECK(session.check(start + 33s) == verdict::slow_consumer);
}

TEST_CASE("liveness: while bytes wait neither a ping nor its time-out comes") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  session.blocked(start + 26s);
  CHECK(session.check(start + 40s) == verdict::wait);
  session.progressed(start + 50s, true);
  CHECK(session.check(start + 75s) == verdict::wait);
}

TEST_CASE("liveness: a ping that stood behind waiting bytes gets its whole time once they are gone") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  session.blocked(start + 26s);
  session.progressed(start + 50s, false);
  CHECK(session.deadline() == start + 58s);
  CHECK(session.check(start + 58s) == verdict::ping_timeout);
}

TEST_CASE("liveness: progress where nothing waited does not put the ping time-out off") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  session.progressed(start + 30s, false);
  CHECK(session.deadline() == start + 33s);
}

TEST_CASE("liveness: a ping that fell due while bytes waited goes out when they are gone") {
  auto session = open_session();
  session.blocked(start + 20s);
  session.progressed(start + 45s, false);
  CHECK(session.check(start + 45s) == verdict::ping);
}

TEST_CASE("liveness: before hello only the handshake time-out rules") {
  liveness session(limits, start);
  session.blocked(start + 1s);
  CHECK(session.check(start + 10s) == verdict::handshake_timeout);
}

TEST_CASE("liveness: the first ping can come early, and the others keep its time") {
  liveness session(limits, start);
  session.opened(start, 10s);
  CHECK(session.deadline() == start + 15s);
  REQUIRE(session.check(start + 15s) == verdict::ping);
  session.received(start + 16s);
  CHECK(session.deadline() == start + 40s);
}

TEST_CASE("liveness: sessions that were pinged late are not pinged together ever after") {
  liveness one(limits, start);
  liveness other(limits, start);
  one.opened(start, 1s);
  other.opened(start, 9s);
  for (auto* session : {&one, &other}) {
    REQUIRE(session->check(start + 60s) == verdict::ping);  // after a standstill of a minute
    session->received(start + 61s);
  }
  CHECK(one.deadline() == start + 74s);
  CHECK(other.deadline() == start + 66s);
}

TEST_CASE("liveness: unread input spares a session whose ping is unanswered") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  REQUIRE(session.check(start + 33s) == verdict::ping_timeout);
  CHECK(session.spare(start + 33s));
  CHECK(session.check(start + 33s) == verdict::wait);
  CHECK(session.check(start + 50s) == verdict::ping);
}

TEST_CASE("liveness: before hello unread input spares a session once, for a whole time-out") {
  liveness session(limits, start);
  REQUIRE(session.check(start + 12s) == verdict::handshake_timeout);
  CHECK(session.spare(start + 12s));
  CHECK(session.check(start + 21s) == verdict::wait);
  REQUIRE(session.check(start + 22s) == verdict::handshake_timeout);
  CHECK_FALSE(session.spare(start + 22s));
}

TEST_CASE("liveness: time in which nothing is read is not held against the peer") {
  auto session = open_session();
  REQUIRE(session.check(start + 25s) == verdict::ping);
  session.reading(false);
  CHECK(session.check(start + 33s) == verdict::wait);
  CHECK(session.check(start + 41s) == verdict::wait);
  session.reading(true);
  CHECK(session.check(start + 49s) == verdict::wait);  // a whole time-out, whenever reading went on
  CHECK(session.deadline() == start + 57s);
  CHECK(session.check(start + 57s) == verdict::ping_timeout);
}

TEST_CASE("liveness: a ping that goes out while nothing is read is not held against the peer") {
  auto session = open_session();
  session.reading(false);
  REQUIRE(session.check(start + 25s) == verdict::ping);
  session.reading(true);
  CHECK(session.check(start + 33s) == verdict::wait);
  CHECK(session.check(start + 41s) == verdict::ping_timeout);
}

TEST_CASE("liveness: a pause before the ping is none of its business") {
  auto session = open_session();
  session.reading(false);
  session.reading(true);
  REQUIRE(session.check(start + 25s) == verdict::ping);
  CHECK(session.check(start + 33s) == verdict::ping_timeout);
}

TEST_CASE("liveness: while nothing is read, bytes that wait are still judged") {
  auto session = open_session();
  session.reading(false);
  session.blocked(start + 3s);
  CHECK(session.check(start + 33s) == verdict::slow_consumer);
}
