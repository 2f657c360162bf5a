// The Redis engine as nodes use it, over real servers, however they stand: one list of scenarios for all topologies.
#include "redis_stories.hpp"
#include "redis_topologies.hpp"

namespace {

using namespace roomd;
using namespace roomd::actors::testing;
using texts_t = std::vector<std::string>;

constexpr int topology_rooms = 12;
const std::string any_room = "room7";

void open_topology_rooms(redis_node& node) {
  for (int i = 0; i < topology_rooms; ++i) node.open("room" + std::to_string(i));
  REQUIRE(node.eventually(all_open));
}

/// Two nodes that have the same rooms in use, on all of the servers.
struct two_nodes {
  explicit two_nodes(const redis_topology& redis) : one(redis.plan(true)), other(redis.plan(false)) {
    open_topology_rooms(one);
    open_topology_rooms(other);
  }
  template <class F>
  void each_room(F f) {
    for (int i = 0; i < topology_rooms; ++i) {
      const auto name = "room" + std::to_string(i);
      INFO(name);
      f(name);
    }
  }
  /// What each of both has heard in the room, once it is as much as it should be.
  void hear(const std::string& room, const texts_t& texts) {
    for (auto* node : {&one, &other}) {
      node->eventually([&](const auto& rooms) { return rooms.at(room).texts.size() >= texts.size(); });
      CHECK(node->look([&](const auto& rooms) { return rooms.at(room).texts; }) == texts);
    }
  }
  /// What the nodes have been told of the room's numbering, one behind the other.
  texts_t renumberings(const std::string& room) {
    texts_t all;
    for (auto* node : {&one, &other}) {
      const auto told = node->look([&](const auto& rooms) { return rooms.at(room).numberings; });
      all.insert(all.end(), told.begin(), told.end());
    }
    return all;
  }

  redis_node one, other;
};

void rooms_are_shared(redis_topology& redis) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) {
    const auto first = nodes.one.published(room, "first");
    REQUIRE(first);
    CHECK(first->at.seq == 1);
    CHECK_FALSE(first->duplicate);
    const auto second = nodes.other.published(room, "second");
    REQUIRE(second);
    CHECK(second->at == position{first->at.epoch, 2});
    nodes.hear(room, {"first", "second"});
  });
  for (const auto port : redis.ports()) CHECK(redis_client(port).demand({"DBSIZE"}).integer > 1);
  for (auto* node : {&nodes.one, &nodes.other}) {
    CHECK(node->problem_becomes("").empty());
    CHECK(node->faults().empty());
  }
}

void keys_count_on_all_nodes(redis_topology& redis) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) {
    const auto first = nodes.one.published(room, "once", "key");
    const auto second = nodes.other.published(room, "twice", "key");
    REQUIRE(first);
    REQUIRE(second);
    CHECK(second->at == first->at);
    CHECK(second->duplicate);
    REQUIRE(nodes.other.published(room, "end"));
    nodes.hear(room, {"once", "end"});
  });
}

void late_nodes_read_pages(redis_topology& redis) {
  constexpr sequence count = 700;  // more than a log begins with
  redis_node early(redis.plan(true));
  early.open(any_room);
  REQUIRE(early.eventually(all_open));
  for (sequence i = 1; i <= count; ++i) early.publish(any_room, std::to_string(i));
  REQUIRE(early.eventually(all_answered));

  redis_node late(redis.plan(false));
  late.open(any_room);
  REQUIRE(late.eventually(all_open));
  const auto stands = late.look([](const auto& rooms) {
    const auto& log = rooms.at(any_room).store->log({});
    return std::vector<sequence>{log.first(), log.held(), log.head()};
  });
  CHECK(stands == std::vector<sequence>{1, count - 512 + 1, count});
  CHECK(late.page(any_room, {1, 0, {3, 10000}}) == texts_t{"1", "2", "3"});
  CHECK(late.page(any_room, {0, 100, {2, 10000}}) == texts_t{"98", "99"});
  REQUIRE(early.published(any_room, "news"));
  CHECK(late.eventually([](const auto& rooms) { return rooms.at(any_room).texts == texts_t{"news"}; }));
}

void rooms_keep_what_their_names_say(redis_topology& redis) {
  redis_node early(redis.plan(true)), late(redis.plan(false));
  for (const char* room : {"few", "many"}) early.open(room);
  REQUIRE(early.eventually(all_open));
  for (int i = 1; i <= 10; ++i) {
    for (const char* room : {"few", "many"}) early.publish(room, std::to_string(i));
  }
  REQUIRE(early.eventually([](const auto& rooms) {
    return rooms.at("few").texts.size() == 10 && rooms.at("many").texts.size() == 10;
  }));
  for (const char* room : {"few", "many"}) late.open(room);
  REQUIRE(late.eventually(all_open));
  for (auto* node : {&early, &late}) {
    const auto first = [&](const char* room) {
      return node->look([&](const auto& rooms) { return rooms.at(room).store->log({}).first(); });
    };
    CHECK(first("few") == 8);
    CHECK(first("many") == 1);
  }
}

void ephemeral_messages_pass(redis_topology& redis) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) {
    nodes.one.send(room, "passing");
    const auto kept = nodes.one.published(room, "kept");
    REQUIRE(kept);
    CHECK(kept->at.seq == 1);
    nodes.hear(room, {"passing", "kept"});
  });
}

void words_reach_all_nodes(redis_topology& redis) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) {
    nodes.one.say(room, "one");
    nodes.one.say(room, "two");
    for (auto* node : {&nodes.one, &nodes.other})
      CHECK(node->eventually([&](const auto& rooms) {
        return rooms.at(room).words == texts_t{"one", "two"};
      }));
  });
}

/// Whatever was there, and every node is told that none of it is known any more.
void rooms_begin_anew(redis_topology& redis, void (*strike)(redis_topology&)) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) {
    REQUIRE(nodes.one.published(room, "lost"));
    nodes.hear(room, {"lost"});
  });
  strike(redis);
  nodes.each_room([&](const std::string& room) {
    CHECK(nodes.one.insist(room, "new").at.seq == 1);
    nodes.hear(room, {"lost", "new"});
    const auto told = nodes.renumberings(room);
    CHECK(std::count_if(told.begin(), told.end(), [](const auto& t) { return t.starts_with("new "); }) == 2);
  });
}

void rooms_are_flushed(redis_topology& redis) {
  rooms_begin_anew(redis, [](redis_topology& each) { each.tell_all({"FLUSHALL"}); });
}

void servers_come_back_empty(redis_topology& redis) {
  rooms_begin_anew(redis, [](redis_topology& each) { each.lose_all(); });
}

void servers_are_others(redis_topology& redis) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) {
    REQUIRE(nodes.one.published(room, "before"));
    nodes.hear(room, {"before"});
  });
  redis.renew();
  for (auto* node : {&nodes.one, &nodes.other})
    REQUIRE(node->eventually([](const auto& rooms) {
      return std::none_of(rooms.begin(), rooms.end(),
                          [](const auto& r) { return r.second.numberings.empty(); });
    }));
  nodes.each_room([&](const std::string& room) {
    const auto r = nodes.other.insist(room, "after");
    CHECK(r.at.seq == 2);
    nodes.hear(room, {"before", "after"});
    CHECK(nodes.renumberings(room) == texts_t{"child " + r.at.epoch + "@1", "child " + r.at.epoch + "@1"});
  });
}

void scripts_are_forgotten(redis_topology& redis) {
  two_nodes nodes(redis);
  nodes.each_room([&](const std::string& room) { REQUIRE(nodes.one.published(room, "0")); });
  redis.tell_all({"SCRIPT", "FLUSH"});
  nodes.each_room([&](const std::string& room) {
    for (int i = 1; i < 10; ++i) nodes.one.publish(room, std::to_string(i));
    nodes.hear(room, {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"});
    CHECK(nodes.one.look([&](const auto& rooms) { return rooms.at(room).acknowledged.size(); }) == 10);
  });
}

void both_publish(redis_topology& redis) {
  two_nodes nodes(redis);
  for (auto* node : {&nodes.one, &nodes.other}) node->publish_on(true);
  for (auto* node : {&nodes.one, &nodes.other}) CHECK(all_publish(*node));
  check_stories(nodes.one, nodes.other);
}

void connections_are_killed(redis_topology& redis, std::string_view kind) {
  two_nodes nodes(redis);
  for (auto* node : {&nodes.one, &nodes.other}) node->publish_on(true);
  for (int i = 0; i < 2; ++i) {
    CHECK(all_publish(nodes.one));
    redis.tell_all({"CLIENT", "KILL", "TYPE", kind});
    CHECK(all_publish(nodes.other));
  }
  check_stories(nodes.one, nodes.other);
  nodes.each_room([&](const std::string& room) { CHECK(nodes.renumberings(room).empty()); });
}

void channels_are_killed(redis_topology& redis) { connections_are_killed(redis, "pubsub"); }
void links_are_killed(redis_topology& redis) { connections_are_killed(redis, "normal"); }

void ends_are_seen(redis_topology& redis) {
  redis_node one(redis.plan(true));
  redis_node third(redis.plan(true));
  const std::string leases = "roomd:{leases}";
  redis_client client(redis.ports()[redis.place_of(leases)]);
  {
    const redis_node other(redis.plan(false));
    REQUIRE(comes_true([&] { return client.demand({"HLEN", leases}).integer == 3; }));
  }
  for (auto* node : {&one, &third}) CHECK(comes_true([&] { return node->ended() == 1; }));
}

struct scenario {
  const char* sentence;
  void (*play)(redis_topology&);
};

void publishers_are_told_last(redis_topology& redis) {
  two_nodes nodes(redis);
  for (int i = 0; i < 100; ++i) REQUIRE(nodes.one.published(any_room, "text" + std::to_string(i)));
  CHECK(nodes.one.look([](const auto& rooms) { return rooms.at(any_room).early; }) == 0);
}

const scenario scenarios[] = {
    {"rooms are numbered once for all nodes, and all hear what any publishes", rooms_are_shared},
    {"a room hears of a message before its publisher does", publishers_are_told_last},
    {"a key that was published by one node is known to the others", keys_count_on_all_nodes},
    {"a node that opens a room late has its newest messages, and reads the others", late_nodes_read_pages},
    {"a room keeps what its name says, in the server and on each node", rooms_keep_what_their_names_say},
    {"ephemeral messages reach all nodes, and have no number", ephemeral_messages_pass},
    {"words reach all nodes that have the room in use, in their order", words_reach_all_nodes},
    {"after FLUSHALL rooms begin anew, and all nodes are told", rooms_are_flushed},
    {"servers that come back empty have their rooms begin anew", servers_come_back_empty},
    {"servers that are others with the data of the old ones go on in a child epoch, and nothing is lost",
     servers_are_others},
    {"SCRIPT FLUSH is not noticed", scripts_are_forgotten},
    {"two nodes that publish into the same rooms at once hear one order", both_publish},
    {"connections for channels may be lost under load, and nothing is missed", channels_are_killed},
    {"connections for commands may be lost under load, and nothing acknowledged is", links_are_killed},
    {"a node's end is seen by the others when its lease is over, and no other's", ends_are_seen},
};

}  // namespace

TEMPLATE_TEST_CASE("redis engine: it serves its nodes over real servers", "", one_server, independent_servers,
                   master_of_sentinels, cluster_of_masters) {
  if (!redis_process::is_there()) return;
  for (const auto& each : scenarios) {
    DYNAMIC_SECTION(each.sentence) {
      auto& redis = started<TestType>();
      redis.clear();
      each.play(redis);
    }
  }
}
