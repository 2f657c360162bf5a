// Who is in a room, asked over HTTP.
#include "net/target.hpp"

#include "catch.hpp"
#include "net_harness.hpp"

using namespace roomd;
using namespace roomd::net_test;
using namespace std::chrono_literals;

namespace {

std::string ask(node& n, std::string_view request) {
  client c(n);
  c.send(request);
  return c.response();
}

}  // namespace

TEST_CASE("net users: a room's users are listed with their sessions") {
  node n;
  n.api.members = {{"ann", R"({"a":1})", {"s1", "s2"}}, {"b\"ob", "", {}}};
  const auto got = ask(n, get("/v1/rooms/caf%C3%A9%2Fone/users"));
  CHECK(n.api.asked == std::vector<std::string>{"café/one"});
  CHECK(body_of(got) == R"({"room":"café/one","users":[{"user":"ann","info":{"a":1},"sessions":["s1","s2"]},)"
                        R"({"user":"b\"ob","info":{},"sessions":[]}]})");
}

TEST_CASE("net users: the compatible address lists one row a session") {
  node n;
  n.api.members = {{"ann", "{}", {"s1", "s2"}}, {"bob", "{}", {"s3"}}};
  CHECK(
      body_of(ask(n, get("/lobby/users"))) ==
      R"([{"id_socket":"s1","id_user":"ann"},{"id_socket":"s2","id_user":"ann"},{"id_socket":"s3","id_user":"bob"}])");
}

TEST_CASE("net users: a long list of users comes in pages, each with the cursor of the next") {
  node n;
  for (int i = 1000; i < 3000; ++i)
    n.api.members.push_back(
        {"user/" + std::to_string(i), R"({"n":")" + std::string(500, 'x') + R"("})", {"s"}});
  std::size_t users = 0;
  std::string cursor;
  for (int pages = 0;; ++pages) {
    REQUIRE(pages < 20);
    const auto got = ask(n, get("/v1/rooms/a/users" + (cursor.empty() ? "" : "?cursor=" + cursor)));
    REQUIRE(status_of(got) == 200);
    const auto body = body_of(got);
    CHECK(body.size() <= 131072);
    for (auto at = body.find("\"user\":"); at != body.npos; at = body.find("\"user\":", at + 1)) ++users;
    const auto next = body.find(R"(,"next":")");
    if (next == body.npos) break;
    cursor = net::percent_encode(std::string_view(body).substr(next + 9, body.size() - next - 11));
  }
  CHECK(users == 2000);
}

TEST_CASE("net users: the compatible address says in a Link header where the next page is") {
  node n;
  n.api.members = {{"ann", "{}", {"s1"}}, {"bob", "{}", {"s2"}}};
  const auto got = ask(n, get("/caf%C3%A9/users?limit=1"));
  CHECK(body_of(got) == R"([{"id_socket":"s1","id_user":"ann"}])");
  CHECK(has(got, "Link: </caf%C3%A9/users?cursor=3%3Aann>; rel=\"next\"\r\n"));
  const auto rest = ask(n, get("/caf%C3%A9/users?cursor=3%3Aann"));
  CHECK(body_of(rest) == R"([{"id_socket":"s2","id_user":"bob"}])");
  CHECK_FALSE(has(rest, "Link:"));
}

TEST_CASE("net users: a cursor or a limit that makes no sense is 400") {
  node n;
  for (const char* query :
       {"cursor=ann", "cursor=", "cursor=%", "limit=0", "limit=-1", "limit=x", "limit="}) {
    INFO(query);
    CHECK(status_of(ask(n, get(std::string("/v1/rooms/a/users?") + query))) == 400);
  }
  CHECK(status_of(ask(n, get("/v1/rooms/a/users?limit=99999999999999999999999"))) == 200);
}

TEST_CASE("net users: a list that cannot be known is 503, and when to try again") {
  node n;
  n.api.members_fault = error{errc::unavailable, "the engine is away", 2500ms};
  const auto got = ask(n, get("/v1/rooms/a/users"));
  CHECK(status_of(got) == 503);
  CHECK(has(got, "Retry-After: 3\r\n"));
}

TEST_CASE("net users: answers that wait for their clients have a bound together") {
  constexpr std::size_t bound = 67108864;  // http.answer_bytes
  node n;
  n.api.members = {{"ann", "{}", {std::string(16 << 20, 's')}}};
  std::vector<std::unique_ptr<client>> deaf;
  for (int i = 0; i < 12; ++i) {
    deaf.push_back(std::make_unique<client>(n, 4096));
    deaf.back()->send(get("/v1/rooms/a/users"));
  }
  REQUIRE(n.until([&] { return n.api.asked.size() == 12; }));
  n.turn();
  CHECK(n.stats.outbox_bytes > bound / 2);
  CHECK(n.stats.outbox_bytes <= bound);
  const auto got = ask(n, get("/v1/rooms/a/users"));
  CHECK(status_of(got) == 503);
  CHECK(has(got, "Retry-After: 1\r\n"));
  CHECK(status_of(ask(n, get("/health"))) == 200);
  deaf.clear();
  CHECK(n.until([&] { return n.state.answer_bytes == 0; }));
}
