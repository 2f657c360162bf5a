#include <string>

#include "store/redis_subscriptions.hpp"

#include "catch.hpp"

using namespace roomd::store;
using kind = redis_subscriptions::event::kind;

namespace {

redis_reply text_reply(std::string text) {
  redis_reply r;
  r.what = redis_reply::kind::text;
  r.text = std::move(text);
  return r;
}

redis_reply push(std::string word, std::string channel, std::string payload) {
  redis_reply r;
  r.what = redis_reply::kind::list;
  for (auto* text : {&word, &channel, &payload}) r.items.push_back(text_reply(std::move(*text)));
  return r;
}

/// The server's confirmation of a channel; what that means.
kind confirm(redis_subscriptions& s, const std::string& channel, const std::string& word = "ssubscribe") {
  return s.receive(push(word, channel, "1")).what;
}

redis_subscriptions with_channels(int count, redis_subscriptions::bounds b = {3, 100}) {
  redis_subscriptions s(b);
  for (int i = 0; i < count; ++i) s.subscribe("c" + std::to_string(i));
  return s;
}

const std::string ask_c0 = "*2\r\n$10\r\nSSUBSCRIBE\r\n$2\r\nc0\r\n";
const std::string leave_c0 = "*2\r\n$12\r\nSUNSUBSCRIBE\r\n$2\r\nc0\r\n";

}  // namespace

TEST_CASE("redis subscriptions: a channel is asked for once, and is heard of when it is confirmed") {
  auto s = with_channels(1);
  s.subscribe("c0");
  CHECK(s.take_output() == ask_c0);
  CHECK(s.take_output().empty());
  CHECK(confirm(s, "c0") == kind::subscribed);
  s.subscribe("c0");
  CHECK(s.take_output().empty());
}

TEST_CASE("redis subscriptions: many channels go into few commands") {
  auto s = with_channels(4);
  CHECK(s.take_output() ==
        "*4\r\n$10\r\nSSUBSCRIBE\r\n$2\r\nc0\r\n$2\r\nc1\r\n$2\r\nc2\r\n*2\r\n$10\r\nSSUBSCRIBE\r\n$"
        "2\r\nc3\r\n");
}

TEST_CASE("redis subscriptions: only so many channels are unconfirmed at a time") {
  auto s = with_channels(3, {10, 2});
  CHECK(s.take_output() == "*3\r\n$10\r\nSSUBSCRIBE\r\n$2\r\nc0\r\n$2\r\nc1\r\n");
  CHECK(s.take_output().empty());
  CHECK(confirm(s, "c0") == kind::subscribed);
  CHECK(s.take_output() == "*2\r\n$10\r\nSSUBSCRIBE\r\n$2\r\nc2\r\n");
}

TEST_CASE("redis subscriptions: messages of wanted channels only") {
  auto s = with_channels(1);
  (void)s.take_output();
  confirm(s, "c0");
  const auto message = push("smessage", "c0", "hello");
  const auto e = s.receive(message);
  CHECK(e.what == kind::message);
  CHECK(e.channel == "c0");
  CHECK(e.payload == "hello");
  CHECK(s.receive(push("smessage", "other", "x")).what == kind::nothing);
  s.unsubscribe("c0");
  CHECK(s.receive(push("smessage", "c0", "x")).what == kind::nothing);
}

TEST_CASE("redis subscriptions: a channel that was left is forgotten") {
  auto s = with_channels(1);
  (void)s.take_output();
  confirm(s, "c0");
  s.unsubscribe("c0");
  CHECK(s.take_output() == leave_c0);
  CHECK(confirm(s, "c0", "sunsubscribe") == kind::nothing);
  CHECK(s.take_output().empty());
  CHECK(s.size() == 0);
  s.unsubscribe("c0");
  CHECK(s.take_output().empty());
}

TEST_CASE("redis subscriptions: whoever changes their mind is served after the confirmation") {
  auto s = with_channels(1);
  (void)s.take_output();
  s.unsubscribe("c0");
  CHECK(s.take_output().empty());
  CHECK(confirm(s, "c0") == kind::nothing);
  CHECK(s.take_output() == leave_c0);
  s.subscribe("c0");
  CHECK(s.take_output().empty());
  CHECK(confirm(s, "c0", "sunsubscribe") == kind::nothing);
  CHECK(s.take_output() == ask_c0);
  CHECK(confirm(s, "c0") == kind::subscribed);
}

TEST_CASE("redis subscriptions: what was taken back before it was sent costs nothing") {
  auto s = with_channels(1);
  s.unsubscribe("c0");
  CHECK(s.take_output().empty());
  CHECK(s.size() == 0);
}

TEST_CASE("redis subscriptions: a new connection is asked for everything wanted again") {
  auto s = with_channels(3, {10, 2});
  (void)s.take_output();
  confirm(s, "c0");
  s.unsubscribe("c1");
  s.restart();
  std::string asked = s.take_output();
  CHECK(asked.find("c0") != asked.npos);
  CHECK(asked.find("c1") == asked.npos);
  CHECK(asked.find("c2") != asked.npos);
  CHECK(s.size() == 2);
}

TEST_CASE("redis subscriptions: a PING is answered in either form") {
  auto s = with_channels(0);
  CHECK(s.receive(text_reply("PONG")).what == kind::pong);
  auto r = push("pong", "", "");
  r.items.pop_back();
  CHECK(s.receive(r).what == kind::pong);
}

TEST_CASE("redis subscriptions: what was not asked for breaks the connection, and says why") {
  const auto why = [](const redis_reply& r) {
    auto s = with_channels(1);
    (void)s.take_output();
    const auto e = s.receive(r);
    CHECK(e.what == kind::broken);
    return std::string(e.payload);
  };
  CHECK(why(push("ssubscribe", "other", "1")) == "protocol");
  CHECK(why(push("sunsubscribe", "c0", "0")) == "unsubscribed");
  CHECK(why(push("surprise", "c0", "0")) == "protocol");
  CHECK(why(text_reply("OK")) == "protocol");
  CHECK(why({}) == "protocol");
  auto error = text_reply("MOVED 1 127.0.0.1:1");
  error.what = redis_reply::kind::error;
  CHECK(why(error) == "moved");
}

TEST_CASE("redis subscriptions: in a cluster a refused channel is forgotten, and the next one is not") {
  auto s = with_channels(3, {1, 100});
  (void)s.take_output();
  redis_reply moved;
  moved.what = redis_reply::kind::error;
  moved.text = "MOVED 1 127.0.0.1:1";
  CHECK(confirm(s, "c0") == kind::subscribed);
  const auto e = s.receive(moved);
  CHECK(e.what == kind::refused);
  CHECK(e.channel == "c1");
  CHECK(confirm(s, "c2") == kind::subscribed);
  CHECK_FALSE(s.wanted("c1"));
  CHECK(s.take_output().empty());
  s.subscribe("c1");
  CHECK_FALSE(s.take_output().empty());
  CHECK(confirm(s, "c1") == kind::subscribed);
}

TEST_CASE("redis subscriptions: in a cluster the server takes a channel away whose slot has moved") {
  auto s = with_channels(2, {1, 100});
  (void)s.take_output();
  confirm(s, "c0");
  confirm(s, "c1");
  const auto taken = push("sunsubscribe", "c0", "1");
  const auto e = s.receive(taken);
  CHECK(e.what == kind::refused);
  CHECK(e.channel == "c0");
  CHECK(s.is_there("c1"));
  CHECK(s.receive(taken).what == kind::nothing);
  s.unsubscribe("c1");
  CHECK(s.receive(push("sunsubscribe", "c1", "0")).what == kind::nothing);  // before ours went out
  CHECK(s.take_output().empty());
  CHECK(s.size() == 0);
}

TEST_CASE("redis subscriptions: in a cluster a channel that is being left may be refused as well") {
  auto s = with_channels(1, {1, 100});
  (void)s.take_output();
  confirm(s, "c0");
  s.unsubscribe("c0");
  CHECK(s.take_output() == leave_c0);
  redis_reply moved;
  moved.what = redis_reply::kind::error;
  moved.text = "MOVED 1 127.0.0.1:1";
  CHECK(s.receive(moved).what == kind::nothing);
  CHECK(s.size() == 0);
  CHECK(s.receive(moved).what == kind::broken);  // nothing was asked
}

TEST_CASE("redis subscriptions: in a cluster other errors end the connection, as anywhere") {
  auto s = with_channels(1, {1, 100});
  (void)s.take_output();
  redis_reply refused;
  refused.what = redis_reply::kind::error;
  refused.text = "NOPERM no";
  CHECK(s.receive(refused).what == kind::broken);
}
