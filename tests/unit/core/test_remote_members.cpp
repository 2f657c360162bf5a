#include "core/remote_members.hpp"

#include "catch.hpp"

using namespace std::chrono_literals;
using roomd::list_word;
using roomd::news_word;
using roomd::presence_word;
using roomd::remote_members;
using roomd::time_point;
using roomd::told_session;

namespace {

const time_point start{1h};
const std::string other = "node-other";

told_session session(std::string id, std::string user, std::uint64_t stamp = 1) {
  return {std::move(id), {std::move(user), "{}"}, stamp};
}
presence_word list(std::uint64_t life, std::vector<told_session> all, std::uint64_t part = 1,
                   std::uint64_t parts = 1) {
  return {other, list_word{life, part, parts, std::move(all)}};
}
presence_word came(std::uint64_t life, std::uint64_t number, told_session s) {
  return {other, news_word{life, number, {}, {std::move(s)}, {}}};
}
presence_word ask(std::string to) { return {other, roomd::ask_word{std::move(to)}}; }

std::string text(const remote_members::outcome& o) {
  std::string line;
  for (const auto& c : o.came) line += "+" + std::to_string(c.at.number) + c.who.id + ' ';
  for (const auto& u : o.updated) line += "~" + std::to_string(u.at.number) + u.info + ' ';
  for (const auto& g : o.gone) line += "-" + std::to_string(g.number) + ' ';
  for (const auto& a : o.ask) line += "ask " + a + ' ';
  return line + (o.asked ? "asked" : "");
}

struct rig {
  remote_members members{"node-own", 10s};
  time_point now = start;
  std::string take(presence_word w) { return text(members.take(std::move(w), now)); }
};

}  // namespace

TEST_CASE("remote members: a list seats every session at an address of its own, which no session here has") {
  rig r;
  const auto o = r.members.take(list(1, {session("s", "ann"), session("t", "ben")}), start);
  REQUIRE(o.came.size() == 2);
  CHECK(o.came[0].at.shard == remote_members::shard);
  CHECK(o.came[0].who.who.user == "ann");
  CHECK(o.came[0].at != o.came[1].at);
  CHECK(r.members.sessions() == 2);
  CHECK_FALSE(r.members.next_expiry());
}

TEST_CASE("remote members: news change what the list said") {
  rig r;
  r.take(list(1, {session("s", "ann"), session("t", "ben")}));
  const news_word n{1, 2, {"s"}, {session("u", "cid")}, {{"t", "{\"a\":1}", 2}}};
  CHECK(r.take({other, n}) == "+3u ~2{\"a\":1} -1 ");
  CHECK(r.members.sessions() == 2);
}

TEST_CASE("remote members: an info that is not newer changes nothing") {
  rig r;
  r.take(list(1, {session("s", "ann", 5)}));
  CHECK(r.take({other, news_word{1, 2, {}, {}, {{"s", "{\"a\":1}", 5}}}}) == "");
}

TEST_CASE("remote members: a word that is repeated changes nothing") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  r.take(came(1, 2, session("t", "ben")));
  CHECK(r.take(came(1, 2, session("t", "ben"))) == "");
  CHECK(r.take(list(1, {})) == "");
}

TEST_CASE("remote members: a missing number makes doubt, which a list ends") {
  rig r;
  r.take(list(1, {session("s", "ann"), session("t", "ben")}));
  CHECK(r.take(came(1, 3, session("v", "eve"))) == "ask node-other ");
  CHECK(r.take(came(1, 4, session("w", "fay"))) == "");
  CHECK(r.members.sessions() == 2);
  CHECK(r.take(list(2, {session("t", "ben"), session("v", "eve")})) == "+3v -1 ");
  CHECK(r.take(came(2, 2, session("w", "fay"))) == "+4w ");
}

TEST_CASE("remote members: who speaks without a list is asked for it once") {
  rig r;
  CHECK(r.take(came(7, 4, session("s", "ann"))) == "ask node-other ");
  CHECK(r.take(came(7, 5, session("t", "ben"))) == "");
  CHECK(r.members.sessions() == 0);
  CHECK(r.take(list(8, {session("s", "ann")})) == "+1s ");
}

TEST_CASE("remote members: a list in parts counts when the last is there") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  CHECK(r.take(list(2, {session("t", "ben")}, 1, 3)) == "");
  CHECK(r.take(list(2, {session("u", "cid")}, 2, 3)) == "");
  CHECK(r.take(list(2, {}, 3, 3)) == "+2t +3u -1 ");
  CHECK(r.take(came(2, 4, session("v", "eve"))) == "+4v ");
}

TEST_CASE("remote members: a missing part is noticed at the next part, or at the news") {
  rig r;
  r.take(list(1, {session("s", "ann")}, 1, 3));
  CHECK(r.take(list(1, {session("t", "ben")}, 3, 3)) == "ask node-other ");
  r.take(list(2, {session("s", "ann")}, 1, 2));
  CHECK(r.take(came(2, 3, session("t", "ben"))) == "ask node-other ");
  CHECK(r.take(list(3, {session("t", "ben")}, 2, 2)) == "");
  CHECK(r.members.sessions() == 0);
}

TEST_CASE("remote members: a session that comes twice is there once") {
  rig r;
  r.take(list(1, {session("s", "ann", 1)}));
  CHECK(r.take(came(1, 2, session("s", "ann", 2))) == "~1{} ");
  CHECK(r.take(came(1, 3, session("s", "ben", 3))) == "+2s -1 ");
  CHECK(r.members.sessions() == 1);
}

TEST_CASE("remote members: in doubt a node stays listed, but its words count only after its list") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  r.members.doubt(start);
  CHECK(r.members.sessions() == 1);
  CHECK(r.take(came(1, 2, session("t", "ben"))) == "");
  CHECK(r.take(list(2, {session("s", "ann"), session("t", "ben")})) == "+2t ");
  CHECK_FALSE(r.members.next_expiry());
}

TEST_CASE("remote members: who says no list is asked once more and then forgotten") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  r.members.doubt(start);
  CHECK(r.members.next_expiry() == start + 5s);
  CHECK(text(r.members.expire(start + 4999ms)) == "");
  CHECK(text(r.members.expire(start + 5s)) == "ask node-other ");
  CHECK(r.members.next_expiry() == start + 10s);
  CHECK(text(r.members.expire(start + 9s)) == "");
  CHECK(text(r.members.expire(start + 10s)) == "-1 ");
  CHECK(r.members.nodes() == 0);
  CHECK_FALSE(r.members.next_expiry());
}

TEST_CASE("remote members: a list that stays without its end is doubt, too") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  r.take(list(2, {session("s", "ann")}, 1, 2));
  CHECK(text(r.members.expire(start + 5s)) == "ask node-other ");
  CHECK(text(r.members.expire(start + 10s)) == "-1 ");
}

TEST_CASE("remote members: a node that was forgotten and speaks again is asked and listed again") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  CHECK(text(r.members.forget(other)) == "-1 ");
  CHECK(text(r.members.forget(other)) == "");
  CHECK(r.take(came(1, 2, session("t", "ben"))) == "ask node-other ");
  CHECK(r.take(list(2, {session("s", "ann")})) == "+2s ");
}

TEST_CASE("remote members: whoever asks all or us wants our list") {
  rig r;
  CHECK(r.take(ask("")) == "asked");
  CHECK(r.take(ask("node-own")) == "asked");
  CHECK(r.take(ask("node-third")) == "");
  CHECK(r.members.nodes() == 0);
}

TEST_CASE("remote members: our own words are not taken") {
  rig r;
  CHECK(r.take({"node-own", list_word{1, 1, 1, {session("s", "ann")}}}) == "");
  CHECK(r.take({"node-own", roomd::ask_word{}}) == "");
  CHECK(r.members.nonsense() == 0);
}

TEST_CASE("remote members: words that nobody can mean change nothing and are counted") {
  rig r;
  r.take(list(1, {session("s", "ann")}));
  CHECK(r.take(list(0, {})) == "");
  CHECK(r.take(list(2, {}, 0, 1)) == "");
  CHECK(r.take(list(2, {}, 3, 2)) == "");
  CHECK(r.take(list(2, {}, 1, roomd::max_list_parts + 1)) == "");
  CHECK(r.take(came(1, 0, session("t", "ben"))) == "");
  CHECK(r.take(ask("?")) == "");
  CHECK(r.take({"short", roomd::ask_word{}}) == "");
  CHECK(r.members.nonsense() == 7);
  CHECK(r.members.sessions() == 1);
}

TEST_CASE("remote members: there are only so many nodes") {
  rig r;
  for (std::size_t n = 0; n < remote_members::max_nodes; ++n)
    r.members.take({"node-" + std::to_string(1000 + n), list_word{1, 1, 1, {}}}, start);
  CHECK(r.take(list(1, {session("s", "ann")})) == "");
  CHECK(r.members.nodes() == remote_members::max_nodes);
  CHECK(r.members.nonsense() == 1);
}
