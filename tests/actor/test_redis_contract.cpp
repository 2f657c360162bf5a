// The contract of every engine, kept over real servers, however they stand.
#include "redis_topologies.hpp"
#include "server_node.hpp"
#include "unit/store/dated_engine.hpp"
#include "unit/store/store_suite.hpp"

namespace {

using namespace roomd::actors::testing;
namespace store = roomd::store;

/// An engine whose rooms have other names in each section, so that they lie all over the servers and the slots.
template <class Topology>
class contract_setup {
 public:
  explicit contract_setup(store::test::suite_bounds b)
      : node_(
            redis_.ports(), [this](std::string_view key) { return redis_.place_of(key); },
            {"roomd:", roomd::retention{b.log, b.dedup}}, "suite-word") {
    redis_.clear();
    node_.set_clock(store::test::at(std::chrono::milliseconds(0)));
  }
  contract_setup& engine() { return *this; }
  std::unique_ptr<store::room_store> open(const std::string& name, store::room_observer& room) {
    return engine_.open(name + section_, room);
  }
  void settle() { node_.settle(); }

 private:
  static inline int sections = 0;

  Topology& redis_ = started<Topology>();
  std::string section_ = std::to_string(++sections);
  server_node node_;
  store::test::dated_engine engine_{node_.engine(), [this](store::moment when) { node_.set_clock(when); }};
};

}  // namespace

TEMPLATE_TEST_CASE("redis engine: it keeps the contract over real servers", "", one_server,
                   independent_servers, master_of_sentinels, promoted_replica, cluster_of_masters) {
  if (!redis_process::is_there()) return;
  store::test::store_suite<contract_setup<TestType>>();
}
