#include <random>
#include <string>
#include <vector>

#include "store/redis_reader.hpp"
#include "store/redis_sentinel_talk.hpp"

#include "catch.hpp"

using namespace roomd::store;
using news = redis_sentinel_talk::news;

namespace {

std::string words(const std::vector<std::string>& all) {
  std::string out = '*' + std::to_string(all.size()) + "\r\n";
  for (const auto& word : all) out += '$' + std::to_string(word.size()) + "\r\n" + word + "\r\n";
  return out;
}

const std::string left = "*3\r\n$11\r\nunsubscribe\r\n$14\r\n+switch-master\r\n:0\r\n";
const std::string listening = "*3\r\n$9\r\nsubscribe\r\n$14\r\n+switch-master\r\n:1\r\n";
const std::string six = words({"name", "maths", "ip", "10.0.0.6", "config-epoch", "6", "flags", "master"});
const std::string its_address = words({"10.0.0.6", "6379"});
const redis_master the_sixth{{"10.0.0.6", 6379}, 6};

/// One talk, and what it makes of bytes: the last news.
struct talk_rig {
  redis_sentinel_talk talk{"maths"};
  redis_reader reader{{65536, 256}};

  news hear(const std::string& bytes) {
    reader.feed(bytes);
    news last = news::nothing;
    while (const auto reply = reader.next()) {
      last = talk.receive(*reply);
      if (last == news::broken) break;
    }
    return last;
  }
  /// What an answer to a question is refused for.
  std::string refusal(const std::string& bytes) {
    talk.ask();
    return hear(bytes) == news::broken ? talk.problem() : "not refused";
  }
};

std::string announcement(const std::string& text) { return words({"message", "+switch-master", text}); }

}  // namespace

TEST_CASE("redis sentinel: a question leaves the channel, asks for election and address, and listens again") {
  redis_sentinel_talk talk("maths");
  CHECK_FALSE(talk.asking());
  CHECK(talk.ask() == words({"UNSUBSCRIBE", "+switch-master"}) + words({"SENTINEL", "MASTER", "maths"}) +
                          words({"SENTINEL", "GET-MASTER-ADDR-BY-NAME", "maths"}) +
                          words({"SUBSCRIBE", "+switch-master"}));
  CHECK(talk.asking());
}

TEST_CASE("redis sentinel: an answer is complete when the sentinel is listened to again") {
  talk_rig rig;
  rig.talk.ask();
  CHECK(rig.hear(left + six + its_address) == news::nothing);
  CHECK(rig.talk.asking());
  CHECK(rig.hear(listening) == news::answered);
  CHECK_FALSE(rig.talk.asking());
  CHECK(rig.talk.master() == the_sixth);
}

TEST_CASE("redis sentinel: who knows no such master says so, and may know it later") {
  talk_rig rig;
  rig.talk.ask();
  CHECK(rig.hear(left + "-ERR No such master with that name\r\n*-1\r\n" + listening) == news::answered);
  CHECK_FALSE(rig.talk.master());
  rig.talk.ask();
  CHECK(rig.hear(left + six + its_address + listening) == news::answered);
  CHECK(rig.talk.master() == the_sixth);
  rig.talk.ask();
  CHECK(rig.hear(left + "-ERR No such master with that name\r\n" + its_address + listening) ==
        news::answered);
  CHECK_FALSE(rig.talk.master());
}

TEST_CASE("redis sentinel: an announcement about our master is a reason to ask") {
  talk_rig rig;
  rig.talk.ask();
  rig.hear(left + six + its_address + listening);
  CHECK(rig.hear(announcement("maths 10.0.0.6 6379 10.0.0.7 6379")) == news::announced);
  CHECK(rig.hear(announcement("maths2 10.0.0.6 6379 10.0.0.7 6379")) == news::nothing);
  CHECK(rig.hear(announcement("maths")) == news::nothing);
  CHECK(rig.hear(announcement("")) == news::nothing);
}

TEST_CASE("redis sentinel: an announcement before the answer to a question is no news") {
  talk_rig rig;
  rig.talk.ask();
  CHECK(rig.hear(announcement("maths 10.0.0.6 6379 10.0.0.7 6379")) == news::nothing);
  CHECK(rig.hear(left + six + its_address + listening) == news::answered);
}

TEST_CASE("redis sentinel: who refuses is broken, with one word why") {
  CHECK(talk_rig().refusal("-NOAUTH Authentication required.\r\n") == "noauth");
  CHECK(talk_rig().refusal(left + "-NOPERM no permissions\r\n") == "noperm");
  CHECK(talk_rig().refusal(left + "-ERR unknown command 'SENTINEL'\r\n") == "no_sentinel");
  CHECK(talk_rig().refusal(left + six + "-NOPERM no permissions\r\n") == "noperm");
  CHECK(talk_rig().refusal(left + six + its_address + "-NOPERM no permissions\r\n") == "noperm");
}

TEST_CASE("redis sentinel: what is no answer is broken") {
  for (const auto& answer :
       {std::string("+OK\r\n"), listening, left + its_address, left + ":6\r\n",
        left + words({"config-epoch"}), left + words({"config-epoch", "-1"}),
        left + words({"config-epoch", "6x"}), left + words({"config-epoch", "99999999999999999999"}),
        left + six + six, left + six + "+10.0.0.6\r\n", left + six + words({"10.0.0.6", "0"}),
        left + six + words({"10.0.0.6 ", "6379"}), left + six + words({"", "6379"}),
        left + six + its_address + left})
    CHECK(talk_rig().refusal(answer) == "protocol");
  talk_rig rig;
  CHECK(rig.hear("+OK\r\n") == news::broken);  // nothing was asked
}

TEST_CASE("redis sentinel: whatever comes, what is named was well formed") {
  const std::string whole = left + six + its_address + listening;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    std::mt19937 random(seed);
    std::string bytes = whole;
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    talk_rig rig;
    rig.talk.ask();
    rig.hear(bytes);
    if (const auto& m = rig.talk.master())
      REQUIRE(make_redis_place(m->at.host, std::to_string(m->at.port)) == m->at);
  }
}
