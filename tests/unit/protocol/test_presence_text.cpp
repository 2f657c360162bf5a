#include <nlohmann/json.hpp>

#include "core/local_members.hpp"
#include "protocol/presence_text.hpp"

#include "catch.hpp"

using roomd::presence_word;
using roomd::protocol::read_presence;
using roomd::protocol::write_presence;

namespace {

const std::string node = "node-one";

/// The word with this in the place of its sessions.
std::string with_sessions(const std::string& sessions) {
  return R"({"node":"node-one","life":1,"number":2,"sessions":)" + sessions + "}";
}

}  // namespace

TEST_CASE("presence text: news") {
  const presence_word w{
      node, roomd::news_word{5, 3, {"gone"}, {{"new", {"ann", R"({"a": 1})"}, 7}}, {{"old", "{}", 8}}}};
  const std::string text = R"({"node":"node-one","life":5,"number":3,"sessions":{"gone":null,)"
                           R"("new":{"user":"ann","stamp":7,"info":{"a": 1}},"old":{"stamp":8,"info":{}}}})";
  CHECK(write_presence(w) == text);
  const auto back = read_presence(text);
  REQUIRE(back);
  const auto& n = std::get<roomd::news_word>(back->what);
  CHECK(back->node == node);
  CHECK(n.life == 5);
  CHECK(n.number == 3);
  CHECK(n.left == std::vector<std::string>{"gone"});
  REQUIRE(n.came.size() == 1);
  CHECK(n.came[0].id == "new");
  CHECK(n.came[0].who.user == "ann");
  CHECK(n.came[0].stamp == 7);
  REQUIRE(n.updated.size() == 1);
  CHECK(n.updated[0].id == "old");
  CHECK(n.updated[0].stamp == 8);
}

TEST_CASE("presence text: a part of a list") {
  const presence_word w{node, roomd::list_word{5, 1, 2, {{"s", {"ann", "{}"}, 7}}}};
  const std::string text =
      R"({"node":"node-one","life":5,"part":1,"parts":2,"sessions":{"s":{"user":"ann","stamp":7,"info":{}}}})";
  CHECK(write_presence(w) == text);
  const auto back = read_presence(text);
  REQUIRE(back);
  CHECK(std::get<roomd::list_word>(back->what).parts == 2);
  CHECK(write_presence(*back) == text);
}

TEST_CASE("presence text: an ask") {
  CHECK(write_presence({node, roomd::ask_word{}}) == R"({"node":"node-one","ask":""})");
  const auto back = read_presence(R"({"ask":"node-two","node":"node-one"})");
  REQUIRE(back);
  CHECK(std::get<roomd::ask_word>(back->what).to == "node-two");
}

TEST_CASE("presence text: an info arrives byte for byte") {
  const std::string info = R"({ "b":1e5,"a":"\u00e4\/", "a":[-0.0,  {}] })";
  const presence_word w{node, roomd::list_word{1, 1, 1, {{"s", {"ann", info}, 1}}}};
  const auto back = read_presence(write_presence(w));
  REQUIRE(back);
  CHECK(std::get<roomd::list_word>(back->what).sessions.at(0).who.info == info);
}

TEST_CASE("presence text: ids and users of any letters, numbers of 64 bits") {
  const presence_word w{
      node, roomd::news_word{UINT64_MAX, UINT64_MAX, {}, {{"ä\"\\", {"\"😀\\", "{}"}, UINT64_MAX}}, {}}};
  const auto text = write_presence(w);
  CHECK(nlohmann::json::accept(text));
  const auto back = read_presence(text);
  REQUIRE(back);
  CHECK(write_presence(*back) == text);
}

TEST_CASE("presence text: members of other names are read over") {
  const auto back = read_presence(
      R"({"node":"node-one","new":[{}],"life":1,"number":2,"sessions":{"s":{"x":1,"user":"ann","stamp":1,"info":{}}}})");
  REQUIRE(back);
  CHECK(std::get<roomd::news_word>(back->what).came.size() == 1);
}

TEST_CASE("presence text: what is no word is none") {
  CHECK(read_presence(with_sessions("{}")));
  for (const auto* text :
       {"", "{}", "[]", "null", R"({"node":"node-one"})", R"({"node":"node-one","life":1})",
        R"({"node":"short","ask":""})", R"({"node":"node-one","ask":1})", R"({"node":"node-one","ask":""} x)",
        R"({"node":"node-one","life":0,"number":1,"sessions":{}})",
        R"({"node":"node-one","life":1,"number":-1,"sessions":{}})",
        R"({"node":"node-one","life":1.0,"number":1,"sessions":{}})",
        R"({"node":"node-one","life":18446744073709551616,"number":1,"sessions":{}})",
        R"({"node":"node-one","life":1,"part":2,"parts":1,"sessions":{}})",
        R"({"node":"node-one","life":1,"part":1,"parts":1,"sessions":{"s":null}})",
        R"({"node":"node-one","life":1,"part":1,"sessions":{}})"}) {
    INFO(text);
    CHECK_FALSE(read_presence(text));
  }
}

TEST_CASE("presence text: sessions that none can be are no word") {
  for (const auto* sessions :
       {"1", "[]", R"({"s":1})", R"({"":null})", R"({"\ud800":null})", R"({"s":{}})", R"({"s":{"stamp":1}})",
        R"({"s":{"info":{}}})", R"({"s":{"stamp":1,"info":[]}})", R"({"s":{"stamp":"1","info":{}}})",
        R"({"s":{"user":"","stamp":1,"info":{}}})", R"({"s":{"user":7,"stamp":1,"info":{}}})",
        "{\"s\":{\"user\":\"\xff\",\"stamp\":1,\"info\":{}}}",
        "{\"s\":{\"stamp\":1,\"info\":{\"a\":\"\xff\"}}}", R"({"s":null)"}) {
    INFO(sessions);
    CHECK_FALSE(read_presence(with_sessions(sessions)));
  }
  CHECK_FALSE(read_presence(with_sessions("{\"" + std::string(65, 's') + "\":null}")));
  const std::string large = "{\"a\":\"" + std::string(4096, 'a') + "\"}";
  CHECK_FALSE(read_presence(with_sessions(R"({"s":{"stamp":1,"info":)" + large + "}}")));
}

TEST_CASE("presence text: a word has a bound, which those that we make keep") {
  const std::string full = with_sessions("{}");
  CHECK(read_presence(full + std::string(65536 - full.size(), ' ')));
  CHECK_FALSE(read_presence(full + std::string(65537 - full.size(), ' ')));
  roomd::local_members m(node, 0);
  const std::string info = "{\"a\":\"" + std::string(4088, 'a') + "\"}";
  for (int i = 0; i < 100; ++i) m.join({std::to_string(i), {std::string(255, '"'), info}, 1});
  const auto words = m.take_words();
  CHECK(words.size() > 1);
  for (const auto& w : words) CHECK(read_presence(write_presence(w)));
}
