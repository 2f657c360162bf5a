// The Redis engine over a real Redis Cluster: its map, a slot that moves under load, a master that dies.
#include "redis_cluster_process.hpp"
#include "redis_stories.hpp"

namespace {

using namespace roomd::actors::testing;
using rooms_t = redis_node::rooms_t;

constexpr int cluster_rooms = 30;

void open_cluster_rooms(redis_node& node) {
  for (int i = 0; i < cluster_rooms; ++i) node.open("room" + std::to_string(i));
  REQUIRE(node.eventually(all_open));
}

}  // namespace

TEST_CASE("redis cluster: the rights that the documents name are enough") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster;
  for (std::size_t i = 0; i < 3; ++i) {
    cluster.client(i).demand(
        {"ACL",           "SETUSER",       "roomd",    "on",       ">secret",        "resetkeys",
         "resetchannels", "-@all",         "~roomd:*", "&roomd:*", "+evalsha",       "+eval",
         "+hget",         "+hmget",        "+hset",    "+hsetnx",  "+hdel",          "+hlen",
         "+hincrby",      "+hgetall",      "+xadd",    "+xtrim",   "+xrange",        "+xrevrange",
         "+unlink",       "+rename",       "+pexpire", "+time",    "+info",          "+spublish",
         "+ssubscribe",   "+sunsubscribe", "+ping",    "+wait",    "+cluster|slots", "+cluster|nodes",
         "+asking"});
    cluster.client(i).demand({"ACL", "SETUSER", "default", "off"});
  }
  auto seeds = cluster.seeds(1);
  seeds[0].access = {"roomd", "secret", 0};
  redis_node node(cluster_plan(seeds));
  open_cluster_rooms(node);
  node.publish_on(true);
  CHECK(all_publish(node));
  CHECK(node.problem_becomes("").empty());
}

TEST_CASE("redis cluster: servers that announce names of which they have none are reached all the same") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster;
  for (std::size_t i = 0; i < 3; ++i)
    cluster.client(i).demand({"CONFIG", "SET", "cluster-preferred-endpoint-type", "hostname"});
  redis_node node(cluster_plan(cluster.seeds()));
  open_cluster_rooms(node);
  node.publish_on(true);
  CHECK(all_publish(node));
  CHECK(node.problem_becomes("").empty());
}

TEST_CASE(
    "redis cluster: a slot moves with its rooms under load, and nothing is lost, repeated or acknowledged "
    "falsely") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster;
  redis_node publisher(cluster_plan(cluster.seeds()));
  redis_node listener(cluster_plan(cluster.seeds(1)));
  open_cluster_rooms(publisher);
  open_cluster_rooms(listener);
  publisher.publish_on(true);
  CHECK(all_publish(publisher));
  const auto room = redis_cluster_process::room_of(0);
  const auto slot = redis_cluster_process::slot_of(room);
  cluster.begin_migration(slot, 0, 2);
  cluster.migrate_keys(slot, 0, 2);
  cluster.end_migration(slot, 0, 2);
  CHECK(all_publish(publisher));
  cluster.begin_migration(slot, 2, 1);  // and on
  cluster.migrate_keys(slot, 2, 1);
  cluster.end_migration(slot, 2, 1);
  CHECK(all_publish(publisher));
  CHECK(cluster.client(1).ask({"EXISTS", "roomd:{r:" + room + "}"}).integer == 1);
  check_stories(publisher, listener);
  CHECK(publisher.problem_becomes("").empty());
}

TEST_CASE("redis cluster: while a slot moves its rooms go on, whether their keys have arrived or not") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster;
  redis_node node(cluster_plan(cluster.seeds()));
  redis_node listener(cluster_plan(cluster.seeds()));
  open_cluster_rooms(node);
  open_cluster_rooms(listener);
  const auto room = redis_cluster_process::room_of(0);
  const auto slot = redis_cluster_process::slot_of(room);
  node.insist(room, "before");
  const auto heard = [&](redis_node& who, const std::string& text) {
    return who.eventually([&](const rooms_t& rooms) {
      const auto& texts = rooms.at(room).texts;
      return std::find(texts.begin(), texts.end(), text) != texts.end();
    });
  };
  cluster.begin_migration(slot, 0, 1);
  node.insist(room, "not yet");  // with a key, of which there is no older half: TRYAGAIN
  CHECK(heard(listener, "not yet"));
  cluster.migrate_keys(slot, 0, 1);
  node.insist(room, "arrived");
  CHECK(heard(listener, "arrived"));
  listener.insist(room, "from elsewhere");
  CHECK(heard(node, "from elsewhere"));
  node.send(room, "passing");
  CHECK(heard(listener, "passing"));
  CHECK(node.insist(room, "arrived").duplicate);
  CHECK(node.page(room, {.from = 1, .bounds = {10, 10000}}).size() == 4);
  std::string unborn;  // in the same slot
  for (int i = 0; unborn.empty(); ++i) {
    const auto name = "new" + std::to_string(i);
    if (redis_cluster_process::slot_of(name) == slot) unborn = name;
  }
  for (auto* each : {&node, &listener}) {
    each->open(unborn);
    REQUIRE(each->eventually(all_open));
  }
  node.insist(unborn, "the first");
  CHECK(cluster.client(0).demand({"CLUSTER", "COUNTKEYSINSLOT", std::to_string(slot)}).integer == 0);
  cluster.end_migration(slot, 0, 1);
  node.publish_on(true);
  CHECK(all_publish(node));
  check_stories(node, listener);
  CHECK(node.problem_becomes("").empty());
}

TEST_CASE("redis cluster: a room under load loses nothing and keeps its order while its slot moves") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster;
  redis_node publisher(cluster_plan(cluster.seeds()));
  redis_node other(cluster_plan(cluster.seeds(1)));
  open_cluster_rooms(publisher);
  open_cluster_rooms(other);
  for (auto* each : {&publisher, &other}) each->publish_on(true);
  CHECK(all_publish(publisher));
  const auto slot = redis_cluster_process::slot_of(redis_cluster_process::room_of(0));
  cluster.begin_migration(slot, 0, 2);
  CHECK(all_publish(publisher));
  cluster.migrate_keys(slot, 0, 2);
  CHECK(all_publish(publisher));  // before the move has ended
  CHECK(all_publish(other));
  cluster.end_migration(slot, 0, 2);
  CHECK(all_publish(publisher));
  other.publish_on(false);
  check_stories(publisher, other);
}

TEST_CASE("redis cluster: a master dies, its replica takes its rooms, and the others have not noticed") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster(true);
  redis_node node(cluster_plan(cluster.seeds()));
  open_cluster_rooms(node);
  node.publish_on(true);
  CHECK(all_publish(node));
  const auto away = "no commands reach Redis at 127.0.0.1:" + std::to_string(cluster.port(0));
  cluster.server(0).kill();
  CHECK(node.problem_becomes(away) == away);
  CHECK(all_publish(node));  // also those of the master that is gone
  CHECK(node.problem_becomes("").empty());
  CHECK(node.look([](const rooms_t& rooms) {
    return std::all_of(rooms.begin(), rooms.end(), [](const auto& r) {
      return (redis_cluster_process::first_owner(r.first) == 0) == !r.second.numberings.empty();
    });
  }));
  CHECK(node.faults().empty());
}

TEST_CASE("redis cluster: slots that no server serves are told of, and their rooms come back with them") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster;
  for (std::size_t i = 0; i < 3; ++i)
    cluster.client(i).demand({"CONFIG", "SET", "cluster-require-full-coverage", "no"});
  redis_node node(cluster_plan(cluster.seeds()));
  open_cluster_rooms(node);
  REQUIRE(node.problem_becomes("").empty());
  const auto slot = std::to_string(redis_cluster_process::slot_of("room1"));
  for (std::size_t i = 0; i < 3; ++i) cluster.client(i).demand({"CLUSTER", "DELSLOTS", slot});
  node.publish("room1", "into the void");
  const std::string orphan = "no server of the Redis Cluster serves 1 of its slots";
  CHECK(node.problem_becomes(orphan) == orphan);
  cluster.client(redis_cluster_process::first_owner("room1")).demand({"CLUSTER", "ADDSLOTS", slot});
  CHECK(node.problem_becomes("").empty());
  node.publish_on(true);
  CHECK(all_publish(node));
}

TEST_CASE(
    "redis cluster: what is published where a slot arrives is answered once that server's replica has it") {
  if (!redis_process::is_there()) return;
  redis_cluster_process cluster(true);  // the first master has a replica, the others have none
  auto plan = cluster_plan(cluster.seeds());
  plan.waits = {1, 300ms};
  redis_node node(plan);
  open_cluster_rooms(node);
  const auto room = redis_cluster_process::room_of(1);
  const auto slot = redis_cluster_process::slot_of(room);
  CHECK_FALSE(node.published(room, "no replica has it", "k0"));
  cluster.begin_migration(slot, 1, 0);
  cluster.migrate_keys(slot, 1, 0);
  node.insist(room, "arrived");
  cluster.server(3).pause();
  CHECK_FALSE(node.published(room, "not there yet", "k1"));
  cluster.server(3).go_on();
  node.insist(room, "there");
  CHECK(node.published(room, "not there yet", "k1")->duplicate);
  cluster.end_migration(slot, 1, 0);
  node.insist(room, "at home");
  CHECK(node.look([&](const rooms_t& rooms) { return rooms.at(room).sound; }));
}
