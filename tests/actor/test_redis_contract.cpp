// The contract of every engine, kept over a real redis-server.
#include "redis_process.hpp"
#include "server_node.hpp"
#include "unit/store/dated_engine.hpp"
#include "unit/store/store_suite.hpp"

namespace {

using roomd::actors::testing::redis_process;
using roomd::actors::testing::server_node;
namespace store = roomd::store;

class contract_setup {
 public:
  explicit contract_setup(store::test::suite_bounds b)
      : node_(server_.port(), {"roomd:", roomd::retention{b.log, b.dedup}}, "suite-word") {
    node_.set_clock(store::test::at(std::chrono::milliseconds(0)));
  }
  store::test::dated_engine& engine() { return engine_; }
  void settle() { node_.settle(); }

 private:
  redis_process server_;
  server_node node_;
  store::test::dated_engine engine_{node_.engine(), [this](store::moment when) { node_.set_clock(when); }};
};

}  // namespace

TEST_CASE("redis engine: it keeps the contract over a real server") {
  if (redis_process::program().empty()) {
    WARN("skipped: redis-server is not installed (./dev setup --test installs it)");
    return;
  }
  store::test::store_suite<contract_setup>();
}
