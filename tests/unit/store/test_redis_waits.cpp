#include <stdexcept>
#include <string>
#include <vector>

#include "store/redis_waits.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;

namespace {

redis_reply waits_number(std::int64_t n) { return {redis_reply::kind::integer, n, {}, {}}; }

struct waits_rig {
  redis_waits waits{{2, 500ms}};
  std::vector<std::string> heard;

  redis_waits::handler write(const std::string& name) {
    waits.wrote();
    return waits.hold([this, name](const result<redis_reply>& r) {
      heard.push_back(name + (!r                                    ? "?"
                              : r->what == redis_reply::kind::error ? "!"
                                                                    : '=' + std::to_string(r->integer)));
    });
  }
};

using lines = std::vector<std::string>;

}  // namespace

TEST_CASE("redis waits: a write is answered when enough replicas have it") {
  waits_rig r;
  const auto a = r.write("a");
  CHECK(r.waits.is_due());
  CHECK(r.waits.command() == std::array<std::string_view, 3>{"WAIT", "2", "500"});
  r.waits.sent();
  a(waits_number(7));
  CHECK(r.heard.empty());
  r.waits.take(waits_number(2));
  CHECK(r.heard == lines{"a=7"});
  CHECK_FALSE(r.waits.is_due());
}

TEST_CASE("redis waits: a repeat is confirmed as well") {
  waits_rig r;
  const auto a = r.write("a");
  r.waits.sent();
  a(waits_number(-7));
  CHECK(r.heard.empty());
  r.waits.take(waits_number(3));
  CHECK(r.heard == lines{"a=-7"});
}

TEST_CASE("redis waits: where too few have it the write is not acknowledged") {
  waits_rig r;
  const auto a = r.write("a");
  r.waits.sent();
  a(waits_number(7));
  r.waits.take(waits_number(1));
  CHECK(r.heard == lines{"a?"});
}

TEST_CASE("redis waits: what wrote nothing is answered at once") {
  waits_rig r;
  const auto a = r.write("a");
  const auto b = r.write("b");
  const auto c = r.write("c");
  r.waits.sent();
  a(waits_number(0));
  b(redis_reply{redis_reply::kind::error, 0, "OOM", {}});
  c(error{errc::unavailable, {}, {}});
  CHECK(r.heard == lines{"a=0", "b!", "c?"});
}

TEST_CASE("redis waits: one is out at a time, and covers all that was written before it") {
  waits_rig r;
  const auto a = r.write("a");
  const auto b = r.write("b");
  r.waits.sent();
  const auto c = r.write("c");
  CHECK_FALSE(r.waits.is_due());
  a(waits_number(1));
  b(waits_number(2));
  r.waits.take(waits_number(2));
  CHECK(r.heard == lines{"a=1", "b=2"});
  CHECK(r.waits.is_due());
  r.waits.sent();
  c(waits_number(3));
  r.waits.take(waits_number(0));
  CHECK(r.heard == lines{"a=1", "b=2", "c?"});
}

TEST_CASE("redis waits: a write that is sent again is covered by the next") {
  waits_rig r;
  const auto a = r.write("a");
  r.waits.sent();
  r.waits.wrote();  // the script was not known, its text is sent
  r.waits.take(waits_number(2));
  CHECK(r.heard.empty());
  CHECK(r.waits.is_due());
  r.waits.sent();
  a(waits_number(1));
  r.waits.take(waits_number(2));
  CHECK(r.heard == lines{"a=1"});
}

TEST_CASE("redis waits: an answer that makes no sense, or none, confirms nothing") {
  for (const result<redis_reply>& answer :
       {result<redis_reply>(redis_reply{redis_reply::kind::error, 0, "NOPERM", {}}),
        result<redis_reply>(error{errc::unavailable, {}, {}})}) {
    waits_rig r;
    const auto a = r.write("a");
    r.waits.sent();
    a(waits_number(1));
    r.waits.take(answer);
    CHECK(r.heard == lines{"a?"});
  }
}

TEST_CASE("redis waits: when the connection is lost everyone is told, also where one throws") {
  waits_rig r;
  const auto bad = r.waits.hold([](const result<redis_reply>&) { throw std::runtime_error("x"); });
  const auto a = r.write("a");
  bad(waits_number(1));
  a(waits_number(2));
  CHECK_THROWS_AS(r.waits.fail(), std::runtime_error);
  CHECK(r.heard == lines{"a?"});
  CHECK_FALSE(r.waits.is_due());
}

TEST_CASE("redis waits: where no replicas are wanted nothing is held back") {
  redis_waits waits({});
  std::vector<std::string> heard;
  const auto a = waits.hold([&](const result<redis_reply>&) { heard.push_back("a"); });
  waits.wrote();
  CHECK_FALSE(waits.is_due());
  a(waits_number(1));
  CHECK(heard == lines{"a"});
}
