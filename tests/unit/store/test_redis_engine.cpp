// The Redis engine over a server in memory: the contract that every engine keeps, and its rooms' coming and going.
#include "catch.hpp"
#include "unit/store/dated_engine.hpp"
#include "unit/store/fake_node.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using namespace roomd::store::test;

namespace {

class setup {
 public:
  explicit setup(suite_bounds b) : node_(server_, {"roomd:", retention{b.log, b.dedup}}, "suite-word") {}
  dated_engine& engine() { return engine_; }
  void settle() { node_.pump(); }

 private:
  fake_redis server_;
  fake_node node_;
  dated_engine engine_{node_.engine(), [this](moment when) {
                         server_.wall = when.wall;
                         node_.clock = when.now;
                       }};
};

}  // namespace

TEST_CASE("redis engine: it keeps the contract") { store_suite<setup>(); }
