#include <string>

#include "store/redis_reader.hpp"

#include "catch.hpp"

using roomd::store::redis_reader;
using roomd::store::redis_reply;
using kind = redis_reply::kind;

namespace {

constexpr redis_reader::bounds plenty{1 << 20, 1000};

redis_reply read_one(std::string_view bytes) {
  redis_reader reader(plenty);
  reader.feed(bytes);
  auto reply = reader.next();
  REQUIRE(reply);
  CHECK_FALSE(reader.next());
  CHECK(reader.fault().empty());
  return std::move(*reply);
}

std::string fault_of(std::string_view bytes, redis_reader::bounds b = plenty) {
  redis_reader reader(b);
  reader.feed(bytes);
  CHECK_FALSE(reader.next());
  return reader.fault();
}

}  // namespace

TEST_CASE("redis reader: each kind of reply") {
  CHECK(read_one("$5\r\nhello\r\n").text == "hello");
  CHECK(read_one("+OK\r\n").what == kind::text);
  CHECK(read_one(":-7\r\n").integer == -7);
  CHECK(read_one("$-1\r\n").what == kind::nil);
  CHECK(read_one("*-1\r\n").what == kind::nil);
  const auto error = read_one("-NOSCRIPT No matching script.\r\n");
  CHECK(error.is_error("NOSCRIPT"));
  CHECK_FALSE(error.is_error("NO"));
  CHECK_FALSE(read_one("$8\r\nNOSCRIPT\r\n").is_error("NOSCRIPT"));
}

TEST_CASE("redis reader: texts may hold any bytes") {
  using namespace std::literals;
  CHECK(read_one("$6\r\n\0\r\n$1\xff\r\n"sv).text == "\0\r\n$1\xff"sv);
  CHECK(read_one("$0\r\n\r\n").text.empty());
}

TEST_CASE("redis reader: lists in lists keep their order") {
  const auto r = read_one("*3\r\n*2\r\n:1\r\n:2\r\n*0\r\n*1\r\n*1\r\n$1\r\nx\r\n");
  REQUIRE(r.what == kind::list);
  REQUIRE(r.items.size() == 3);
  REQUIRE(r.items[0].items.size() == 2);
  CHECK(r.items[0].items[1].integer == 2);
  CHECK(r.items[1].items.empty());
  CHECK(r.items[2].items.at(0).items.at(0).text == "x");
}

TEST_CASE("redis reader: it does not matter where the bytes are cut") {
  const std::string bytes = "*2\r\n$5\r\nhello\r\n*1\r\n:42\r\n+OK\r\n";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    redis_reader reader(plenty);
    std::size_t replies = 0;
    for (std::size_t at = 0; at < bytes.size(); at += cut) {
      reader.feed(std::string_view(bytes).substr(at, cut));
      while (reader.next()) ++replies;
    }
    CHECK(replies == 2);
  }
}

TEST_CASE("redis reader: what is no reply breaks the stream for good") {
  CHECK_FALSE(fault_of("hello\r\n").empty());
  CHECK_FALSE(fault_of("$x\r\n").empty());
  CHECK_FALSE(fault_of("*1\r\n!1\r\n").empty());
  redis_reader reader(plenty);
  reader.feed("?\r\n");
  CHECK_FALSE(reader.next());
  reader.feed("+OK\r\n");
  CHECK_FALSE(reader.next());
}

TEST_CASE("redis reader: a declared length is not believed before it comes") {
  CHECK(fault_of("$536870912\r\nx").empty());
  CHECK(fault_of("*2000000000\r\n:1\r\n").empty());
}

TEST_CASE("redis reader: over the bounds the stream is broken") {
  CHECK_FALSE(fault_of("$5000\r\n" + std::string(2000, 'x'), {1000, 10}).empty());
  CHECK(fault_of("$5000\r\n" + std::string(900, 'x'), {1000, 10}).empty());
  std::string many = "*20\r\n";
  for (int i = 0; i < 20; ++i) many += ":1\r\n";
  CHECK_FALSE(fault_of(many, {1000, 20}).empty());
  redis_reader reader({1000, 21});
  for (int i = 0; i < 3; ++i) {  // the bound is one reply's
    reader.feed(many);
    CHECK(reader.next());
  }
}

TEST_CASE("redis reader: lists may not be nested without end") {
  std::string deepest;
  for (std::size_t i = 0; i < redis_reader::most_depth; ++i) deepest += "*1\r\n";
  CHECK(read_one(deepest + ":1\r\n").what == kind::list);
  // Our own words: hiredis 0.14 stops one deeper by itself, 1.2 nowhere.
  CHECK(fault_of(deepest + "*1\r\n:1\r\n") == "lists are nested deeper than may be");
  CHECK(fault_of(deepest + "*0\r\n") == "lists are nested deeper than may be");
  std::string endless;
  for (int i = 0; i < 100000; ++i) endless += "*1\r\n";
  CHECK(fault_of(endless) == "lists are nested deeper than may be");
}
