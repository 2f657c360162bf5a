// How the Redis engine finds a cluster, with servers that say what the test wants.
#include "fake_redis.hpp"
#include "redis_node.hpp"

namespace {

using namespace roomd::actors::testing;

/// All slots are at one server, which announces no host.
std::string map_to(std::uint16_t port) {
  const std::string nodes = "id 127.0.0.1:1@2 master - 0 0 1 connected 0-16383\n";
  return "*1\r\n*3\r\n:0\r\n:16383\r\n*3\r\n$-1\r\n:" + std::to_string(port) + "\r\n$2\r\nid\r\n$" +
         std::to_string(nodes.size()) + "\r\n" + nodes + "\r\n";
}

/// A seed is asked for the map.
redis_peer asked(const fake_redis& server, const std::string& role) {
  auto peer = server.accept();
  peer.until("replication\r\n");
  peer.send("+PONG\r\n" + redis_peer::replication(role, "0a1b"));
  peer.until("SLOTS\r\n");
  peer.until("NODES\r\n");
  return peer;
}

}  // namespace

TEST_CASE("redis seeds: who says nothing of use is left, and whoever does is believed, be it a replica") {
  fake_redis useless, replica, master;
  redis_node node(cluster_plan({at_port(useless.port()), at_port(replica.port())}));
  const auto unknown = "no server of the Redis Cluster says who serves its slots: 127.0.0.1:" +
                       std::to_string(useless.port()) + ", 127.0.0.1:" + std::to_string(replica.port());
  CHECK(node.problem() == unknown);
  for (const auto* answer : {"-NOPERM no\r\n+x\r\n", "*1\r\n:1\r\n+x\r\n", "*0\r\n+x\r\n"}) {
    auto peer = asked(useless, "master");
    peer.send(answer);
    peer.rest();  // it ends
  }
  CHECK(node.problem() == unknown);
  auto peer = asked(replica, "slave");
  peer.send(map_to(master.port()));
  peer.rest();
  const auto link = master.welcome();
  const auto channels = master.welcome();
  const auto unheard = "no messages come from Redis at 127.0.0.1:" + std::to_string(master.port());
  CHECK(node.problem_becomes(unheard) == unheard);
  CHECK(node.faults().empty());
}
