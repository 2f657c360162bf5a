// What an operator is told of each word by which a fault of Redis is known.
#include <string>

#include "store/redis_advice.hpp"
#include "store/redis_reply.hpp"

#include "catch.hpp"

using namespace roomd::store;

namespace {

std::string word_of(const std::string& text) {
  return std::string(redis_reply{redis_reply::kind::error, 0, text, {}}.error_word());
}

}  // namespace

TEST_CASE("redis advice: what Redis refuses to write for has its own word, and is known as a refusal") {
  for (const auto& [said, word] :
       {std::pair{"OOM command not allowed when used memory > 'maxmemory'.", "oom"},
        {"NOREPLICAS Not enough good replicas to write.", "noreplicas"},
        {"MISCONF Redis is configured to save RDB snapshots, but …", "misconf"},
        {"NOPERM this user has no permissions to run the 'evalsha' command", "noperm"},
        {"ERR The user executing the script can't publish to the channel", "noperm"},
        {"ERR ACL failure in script: User x has no permissions", "noperm"},
        {"READONLY You can't write against a read only replica.", "readonly"}}) {
    CHECK(word_of(said) == word);
    CHECK(redis_refuses(word));
    CHECK_FALSE(redis_advice(word).empty());
  }
}

TEST_CASE("redis advice: what passes by itself, and what nobody knows, is no refusal") {
  for (const auto* said : {"LOADING Redis is loading the dataset in memory", "TRYAGAIN Multiple keys",
                           "ASK 1 a:1", "ERR whatever", "ERRATIC", "NOSCRIPT x"})
    CHECK_FALSE(redis_refuses(word_of(said)));
  CHECK(word_of("ERR whatever") == "error");
  CHECK(word_of("ERR The user") == "error");
  CHECK(redis_advice("error").empty());
  CHECK(redis_advice("").empty());
}
