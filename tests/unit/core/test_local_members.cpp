#include <algorithm>

#include "core/local_members.hpp"

#include "catch.hpp"

using roomd::list_word;
using roomd::local_members;
using roomd::news_word;
using roomd::presence_word;

namespace {

const std::string own = "node-own";

std::string text(const list_word& l) {
  std::string line =
      "list " + std::to_string(l.life) + ' ' + std::to_string(l.part) + '/' + std::to_string(l.parts);
  auto all = l.sessions;
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  for (const auto& s : all) line += " +" + s.id + s.who.info;
  return line;
}
std::string text(const news_word& n) {
  std::string line = "news " + std::to_string(n.life) + ' ' + std::to_string(n.number);
  for (const auto& s : n.came) line += " +" + s.id + s.who.info;
  for (const auto& u : n.updated) line += " ~" + u.id + u.info;
  for (const auto& id : n.left) line += " -" + id;
  return line;
}
std::string text(const roomd::ask_word& a) { return "ask " + a.to; }

std::string text(const std::vector<presence_word>& words) {
  std::string line;
  for (const auto& w : words) {
    REQUIRE(is_sensible(w));
    CHECK(w.node == own);
    if (!line.empty()) line += ", ";
    line += std::visit([](const auto& what) { return text(what); }, w.what);
  }
  return line;
}

/// Two sessions, listed.
local_members two() {
  local_members m(own, 0);
  m.join({"s", {"ann", "{}"}, 1});
  m.join({"t", {"ben", "{}"}, 2});
  CHECK(text(m.take_words()) == "list 1 1/1 +s{} +t{}");
  return m;
}

}  // namespace

TEST_CASE("local members: the first word is a list, also of nobody") {
  local_members m(own, 41);
  CHECK(m.due());
  CHECK(text(m.take_words()) == "list 42 1/1");
  CHECK_FALSE(m.due());
  CHECK(m.take_words().empty());
}

TEST_CASE("local members: what sessions do after the list is news, counted from the list on") {
  auto m = two();
  m.join({"u", {"cid", "{}"}, 3});
  m.leave("s");
  m.update("t", "{\"a\":1}", 4);
  CHECK(text(m.take_words()) == "news 1 2 +u{} ~t{\"a\":1} -s");
  m.leave("t");
  CHECK(text(m.take_words()) == "news 1 3 -t");
}

TEST_CASE("local members: what happened to a session since the last word is told as what became of it") {
  auto m = two();
  m.join({"u", {"cid", "{}"}, 3});
  m.update("u", "{\"a\":1}", 4);
  m.update("s", "{\"b\":1}", 5);
  m.update("s", "{\"c\":1}", 6);
  m.leave("t");
  m.join({"t", {"dan", "{}"}, 7});
  CHECK(text(m.take_words()) == "news 1 2 +u{\"a\":1} +t{} ~s{\"c\":1}");
  m.update("s", "{}", 8);
  m.leave("s");
  CHECK(text(m.take_words()) == "news 1 3 -s");
}

TEST_CASE("local members: an older info and an unknown session are no news") {
  auto m = two();
  m.update("s", "{\"a\":1}", 1);
  m.update("x", "{}", 9);
  m.leave("x");
  CHECK_FALSE(m.due());
}

TEST_CASE("local members: a list that is wanted takes in the news and begins a life") {
  auto m = two();
  m.leave("s");
  m.want_list();
  m.update("t", "{\"a\":1}", 4);
  CHECK(text(m.take_words()) == "list 2 1/1 +t{\"a\":1}");
  CHECK_FALSE(m.due());
  m.update("t", "{}", 5);
  CHECK(text(m.take_words()) == "news 2 2 ~t{}");
}

TEST_CASE("local members: words are split where they would be too large") {
  local_members m(own, 0, {2, 32768});
  for (const char* id : {"a", "b", "c", "d", "e"}) m.join({id, {"ann", "{}"}, 1});
  const auto words = m.take_words();
  REQUIRE(words.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& l = std::get<list_word>(words[i].what);
    CHECK(l.part == i + 1);
    CHECK(l.parts == 3);
    CHECK(l.sessions.size() == (i < 2 ? 2 : 1));
  }
  for (const char* id : {"a", "b", "c"}) m.leave(id);
  CHECK(text(m.take_words()) == "news 1 4 -a -b, news 1 5 -c");
}

TEST_CASE("local members: large infos split words, too, but each has one session at least") {
  local_members m(own, 0, {100, 1000});
  m.take_words();
  m.join({"a", {"ann", std::string(3000, ' ')}, 1});
  m.join({"b", {"ben", std::string(400, ' ')}, 1});
  m.join({"c", {"cid", std::string(400, ' ')}, 1});
  const auto words = m.take_words();
  REQUIRE(words.size() == 2);
  CHECK(std::get<news_word>(words[0].what).came.size() == 1);
  CHECK(std::get<news_word>(words[1].what).came.size() == 2);
}

TEST_CASE("local members: news that grow longer than a list become one") {
  auto m = two();
  for (int i = 0; i < 10000; ++i) {
    const auto id = std::to_string(i);
    m.join({id, {"ann", "{}"}, 3});
    m.leave(id);
  }
  CHECK(text(m.take_words()) == "list 2 1/1 +s{} +t{}");
}

TEST_CASE("local members: ask one node or all") {
  const local_members m(own, 0);
  CHECK(text({m.ask(), m.ask("node-other")}) == "ask , ask node-other");
}
