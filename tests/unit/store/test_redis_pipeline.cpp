#include <initializer_list>
#include <string>
#include <vector>

#include "store/redis_pipeline.hpp"

#include "catch.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

struct pipeline_rig {
  redis_pipeline pipeline{{3, 200, 2s, {1 << 20, 1000}}};
  time_point now{};
  std::vector<std::string> heard;

  bool submit(std::initializer_list<std::string_view> words) {
    const std::vector<std::string_view> all(words);
    return pipeline.submit(all, now, [this, name = std::string(all[0])](const result<redis_reply>& r) {
      heard.push_back(name + '=' + (r ? r->text : std::string(r.error().text())));
    });
  }
};

}  // namespace

TEST_CASE("redis pipeline: commands go out as Redis reads them, whatever bytes are in them") {
  pipeline_rig rig;
  CHECK(rig.submit({"GET", std::string_view("a\0\r\n", 4)}));
  CHECK(rig.submit({"PING", ""}));
  CHECK(rig.pipeline.take_output() == "*2\r\n$3\r\nGET\r\n$4\r\na\0\r\n\r\n*2\r\n$4\r\nPING\r\n$0\r\n\r\n"s);
  CHECK(rig.pipeline.take_output().empty());
}

TEST_CASE("redis pipeline: replies go to the commands in their order") {
  pipeline_rig rig;
  rig.submit({"A"});
  rig.submit({"B"});
  CHECK(rig.pipeline.receive("+one\r\n+t"));
  CHECK(rig.heard == std::vector<std::string>{"A=one"});
  CHECK(rig.pipeline.in_flight() == 1);
  CHECK(rig.pipeline.receive("wo\r\n"));
  CHECK(rig.heard == std::vector<std::string>{"A=one", "B=two"});
}

TEST_CASE("redis pipeline: no more is in flight than may be") {
  pipeline_rig rig;
  CHECK(rig.submit({"A"}));
  CHECK(rig.submit({"B"}));
  CHECK(rig.submit({"C"}));
  CHECK_FALSE(rig.submit({"D"}));
  CHECK(rig.pipeline.receive("+one\r\n"));
  CHECK(rig.submit({"D"}));
}

TEST_CASE("redis pipeline: what the socket does not take is bounded, but one command always goes") {
  pipeline_rig rig;
  const std::string big(500, 'x');
  CHECK(rig.submit({"A", big}));
  CHECK_FALSE(rig.submit({"B", "y"}));
  (void)rig.pipeline.take_output();
  CHECK(rig.submit({"B", "y"}));
}

TEST_CASE("redis pipeline: the deadline is the oldest command's") {
  pipeline_rig rig;
  CHECK_FALSE(rig.pipeline.deadline());
  rig.submit({"A"});
  rig.now += 1s;
  rig.submit({"B"});
  CHECK(rig.pipeline.deadline() == time_point{} + 2s);
  CHECK(rig.pipeline.receive("+one\r\n"));
  CHECK(rig.pipeline.deadline() == time_point{} + 3s);
}

TEST_CASE("redis pipeline: when the connection is gone everything in flight hears of it, once") {
  pipeline_rig rig;
  rig.submit({"A"});
  rig.submit({"B"});
  CHECK(rig.pipeline.receive("+one\r\n$5\r\nhal"));
  rig.pipeline.fail({errc::unavailable, "gone", {}});
  CHECK(rig.heard == std::vector<std::string>{"A=one", "B=gone"});
  CHECK(rig.pipeline.take_output().empty());
  rig.submit({"C"});
  CHECK(rig.pipeline.receive("+new\r\n"));
  CHECK(rig.heard.back() == "C=new");
}

TEST_CASE("redis pipeline: who is told of the end may ask again") {
  redis_pipeline pipeline({3, 200, 2s, {1000, 10}});
  const std::vector<std::string_view> ping{"PING"};
  bool again = false;
  pipeline.submit(ping, {}, [&](const result<redis_reply>&) {
    again = pipeline.submit(ping, {}, [](const result<redis_reply>&) {});
  });
  (void)pipeline.take_output();
  pipeline.fail({errc::unavailable, {}, {}});
  CHECK(again);
  CHECK(pipeline.in_flight() == 1);
  CHECK_FALSE(pipeline.take_output().empty());
}

TEST_CASE("redis pipeline: a reply that nobody asked for, or none at all, breaks the connection") {
  pipeline_rig rig;
  CHECK_FALSE(rig.pipeline.receive("+one\r\n"));
  CHECK_FALSE(rig.pipeline.fault().empty());
  rig.pipeline.fail({errc::unavailable, {}, {}});
  CHECK(rig.pipeline.fault().empty());
  rig.submit({"A"});
  CHECK_FALSE(rig.pipeline.receive("nonsense\r\n"));
  CHECK_FALSE(rig.pipeline.fault().empty());
  CHECK(rig.heard.empty());
}
