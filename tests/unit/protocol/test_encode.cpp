// Replies and pushes, compared field for field: docs/protocol.md sections 2, 3 and 5.
#include <string>

#include <nlohmann/json.hpp>

#include "protocol/encode.hpp"
#include "protocol/member_text.hpp"
#include "protocol/message_text.hpp"

#include "catch.hpp"
#include "unit/protocol/frames.hpp"
#include "unit/protocol/unwrap.hpp"

using namespace roomd;
using namespace roomd::protocol;
using namespace nlohmann::literals;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

json said(const frame_ptr& f) {
  const std::string_view payload = test::unwrap(f->wire());
  CHECK(f->payload() == payload);
  return json::parse(payload);
}

/// Of a reply in one frame or two.
json said(const reply_frames& f) {
  std::string wire(f.first->wire());
  if (f.rest) wire += f.rest->wire();
  const auto messages = test::texts_of(wire);
  REQUIRE(messages.size() == 1);
  return json::parse(messages.front());
}

member_page_ptr page_of(const std::vector<listed_user>& users, std::optional<member_cursor> next = {}) {
  return write_member_page("a", {users, std::move(next)}, {});
}

message_ptr numbered(sequence seq, std::string_view data) {
  publish_command c;
  c.room = "a";
  c.event = "e";
  c.data = data;
  return seal(make_draft(c, "u", "s"), seq, 5);
}

}  // namespace

TEST_CASE("encode: the reply to hello") {
  CHECK(
      said(hello_reply(1, {"s-1", "bob", "roomd/1", 25s, 65536})) ==
      R"({"id":1,"hello":{"session":"s-1","user":"bob","server":"roomd/1","ping":25,"max_message":65536}})"_json);
}

TEST_CASE("encode: the ping interval is in seconds, with a fraction where it has one") {
  const auto ping = [](std::chrono::milliseconds t) {
    const auto f = hello_reply(1, {"s", "u", "r", t, 1});
    const std::string text(f->payload());
    const auto begin = text.find("\"ping\":") + 7;
    return text.substr(begin, text.find(',', begin) - begin);
  };
  CHECK(ping(25s) == "25");
  CHECK(ping(0s) == "0");
  CHECK(ping(2500ms) == "2.5");
  CHECK(ping(250ms) == "0.25");
  CHECK(ping(1005ms) == "1.005");
  CHECK(ping(10ms) == "0.01");
}

TEST_CASE("encode: the reply to join") {
  joined j;
  j.room = "a";
  j.head = {"e1", 42};
  j.recovered = false;
  j.missed = 3;
  CHECK(said(joined_reply(7, j)) ==
        R"({"id":7,"join":{"room":"a","epoch":"e1","seq":42,"recovered":false,"missed":3}})"_json);
}

TEST_CASE("encode: the reply to join lists the members that were asked for") {
  joined j;
  j.room = "a";
  j.head = {"e1", 0};
  j.members = page_of({});
  CHECK(said(joined_reply(7, j)) ==
        R"({"id":7,"join":{"room":"a","epoch":"e1","seq":0,"recovered":true,"missed":0,"members":[]}})"_json);
  j.members = page_of({{"bob", R"({"x":1})", {"s-1", "s-2"}}}, member_cursor{"bob", {}});
  CHECK(said(joined_reply(7, j))["join"]["members"] ==
        R"([{"user":"bob","info":{"x":1},"sessions":["s-1","s-2"]}])"_json);
  CHECK(said(joined_reply(7, j))["join"]["next"] == "3:bob");
}

TEST_CASE("encode: the reply to leave") {
  CHECK(said(left_reply(9007199254740991, "a\"")) ==
        R"({"id":9007199254740991,"leave":{"room":"a\""}})"_json);
}

TEST_CASE("encode: the reply to publish") {
  published p;
  p.room = "a";
  p.at = {"e1", 8};
  p.duplicate = true;
  CHECK(said(published_reply(2, p)) ==
        R"({"id":2,"publish":{"room":"a","epoch":"e1","seq":8,"duplicate":true}})"_json);
  p.at = {};
  CHECK(said(published_reply(2, p)) == R"({"id":2,"publish":{"room":"a"}})"_json);
}

TEST_CASE("encode: the reply to history pastes the messages as they were") {
  history_read h;
  h.room = "a";
  h.epoch = "e1";
  h.first = 1;
  h.head = 0;
  CHECK(said(history_reply(3, h)) ==
        R"({"id":3,"history":{"room":"a","epoch":"e1","first":1,"seq":0,"messages":[]}})"_json);
  h.head = 2;
  h.messages = {numbered(1, "1.0"), numbered(2, R"({"b":1,"a":1e400})")};
  const auto f = history_reply(3, h);
  CHECK(test::unwrap(f->wire()) ==
        R"({"id":3,"history":{"room":"a","epoch":"e1","first":1,"seq":2,"messages":[)"
        R"({"seq":1,"time":5,"room":"a","event":"e","user":"u","session":"s","data":1.0},)"
        R"({"seq":2,"time":5,"room":"a","event":"e","user":"u","session":"s","data":{"b":1,"a":1e400}}]}})");
}

TEST_CASE("encode: the reply to members") {
  members_listed m;
  m.room = "a";
  m.page = page_of({{"bob", "{}", {"s-1"}}, {"eve \"e\"", "", {}}});
  CHECK(said(members_reply(4, m)) ==
        R"({"id":4,"members":{"room":"a","members":[{"user":"bob","info":{},"sessions":["s-1"]},
            {"user":"eve \"e\"","info":{},"sessions":[]}]}})"_json);
}

TEST_CASE("encode: the reply to identity") {
  CHECK(said(identity_reply(5)) == R"({"id":5,"identity":{}})"_json);
}

TEST_CASE("encode: an error is a reply where it has an id, else a push") {
  const json body = {{"code", 400}, {"reason", "bad_request"}, {"message", "`x`: \"y\""}, {"retry", false}};
  const error e{errc::bad_request, "`x`: \"y\"", {}};
  CHECK(said(error_reply(6, e)) == json{{"id", 6}, {"error", body}});
  CHECK(said(error_reply(0, e)) == json{{"error", body}});
}

TEST_CASE("encode: an error says when to try again") {
  const auto e = said(error_reply(6, {errc::rate_limited, "slow", 1500ms}))["error"];
  CHECK(e == R"({"code":429,"reason":"rate_limited","message":"slow","retry":true,"after":1500})"_json);
}

TEST_CASE("encode: an error without words of its own has the table's") {
  CHECK(said(error_reply(6, {errc::timeout, "", {}}))["error"]["message"] == describe(errc::timeout).message);
}

TEST_CASE("encode: gap and epoch pushes") {
  CHECK(said(gap_push("a", {3, 9})) == R"({"gap":{"room":"a","from":3,"to":9}})"_json);
  CHECK(said(epoch_push("a", {"e2", 0})) == R"({"epoch":{"room":"a","epoch":"e2","seq":0}})"_json);
}

TEST_CASE("encode: a members push has its three lists, empty or not") {
  presence_change change;
  change.joined = {{"bob", R"({"x":1})"}, {"eve", "{}"}};
  change.left = {{"ann", "{}"}};
  change.updated = {{"joe", R"({"y":[]})"}};
  const auto pushes = members_pushes("a", change, 1000);
  REQUIRE(pushes.size() == 1);
  CHECK(said(pushes[0]) ==
        R"({"members":{"room":"a","joined":[{"user":"bob","info":{"x":1}},{"user":"eve","info":{}}],
            "left":[{"user":"ann","info":{}}],"updated":[{"user":"joe","info":{"y":[]}}]}})"_json);
}

TEST_CASE("encode: a long page of members is the last frame of every reply that has it") {
  members_listed m;
  m.room = "a";
  const std::string info = R"({"x":")" + std::string(5000, 'x') + R"("})";
  m.page = page_of({{"bob", info, {"s-1"}}});
  const auto one = members_reply(4, m);
  const auto two = members_reply(5, m);
  REQUIRE(one.rest);
  CHECK(one.rest == two.rest);
  CHECK(said(one)["id"] == 4);
  CHECK(said(two)["members"]["members"][0]["user"] == "bob");
}

TEST_CASE("encode: a change that is long is told in several pushes, none longer than the bound") {
  presence_change change;
  for (int i = 0; i < 100; ++i) {
    change.joined.push_back({"joined" + std::to_string(i), "{}"});
    change.updated.push_back({"updated" + std::to_string(i), "{}"});
    change.left.push_back({"left" + std::to_string(i), "{}"});
  }
  std::size_t told = 0;
  const auto pushes = members_pushes("a", change, 1000);
  for (const auto& push : pushes) {
    CHECK(push->size() <= 1100);
    const auto m = said(push)["members"];
    told += m["joined"].size() + m["left"].size() + m["updated"].size();
  }
  CHECK(told == 300);
  CHECK(pushes.size() > 10);
}

TEST_CASE("encode: a removed push says why") {
  CHECK(said(removed_push("a", 403, "forbidden")) ==
        R"({"removed":{"room":"a","code":403,"reason":"forbidden"}})"_json);
}

TEST_CASE("encode: the ping is one shared frame") {
  CHECK(said(ping_push()) == R"({"ping":{}})"_json);
  CHECK(ping_push() == ping_push());
}
