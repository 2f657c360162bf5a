#include <set>
#include <string>
#include <thread>
#include <vector>

#include "actors/random_id.hpp"

#include "catch.hpp"

using roomd::actors::random_id;

TEST_CASE("random id: letters of base64url, as many as asked for") {
  for (std::size_t letters : {std::size_t{1}, std::size_t{22}, std::size_t{1000}}) {
    const auto id = random_id(letters);
    CHECK(id.size() == letters);
    CHECK(id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") ==
          id.npos);
  }
}

TEST_CASE("random id: none comes twice, on one thread or on several") {
  std::vector<std::vector<std::string>> made(4);
  std::vector<std::thread> threads;
  for (auto& mine : made) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 10000; ++i) mine.push_back(random_id());
    });
  }
  for (auto& t : threads) t.join();
  std::set<std::string> all;
  for (const auto& mine : made) all.insert(mine.begin(), mine.end());
  CHECK(all.size() == 40000);
}
