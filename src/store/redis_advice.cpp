#include "store/redis_advice.hpp"

#include <algorithm>
#include <iterator>

namespace roomd::store {
namespace {

struct entry {
  std::string_view word, advice;
  bool refuses = false;
};

constexpr entry entries[] = {
    {"busy", "it is busy with a script that runs for too long", true},
    {"closed", "it ends the connection"},
    {"cluster", "it is part of a Redis Cluster, which redis.mode = \"cluster\" is for"},
    {"clusterdown", "its Redis Cluster is down: some slots have no server"},
    {"connect", "nothing answers at this address: is it running, and the address right?"},
    {"database", "it has no database of the number in redis.database"},
    {"deadline", "it does not answer in time"},
    {"denied", "it is in protected mode: it wants a password or a bind address"},
    {"eviction",
     "it drops keys when its memory is full: set maxmemory-policy noeviction, or redis.allow_eviction"},
    {"loading", "it loads its data and serves when that is done"},
    {"maxclients", "it takes no more clients: raise its maxclients"},
    {"misconf", "it takes no writes because it cannot save its data: its log says why", true},
    {"moved", "it is part of a Redis Cluster, which redis.mode = \"cluster\" is for", true},
    {"noauth", "it wants a password: redis.password_file"},
    {"nocluster", "it is no part of a Redis Cluster: redis.mode"},
    {"nopassword", "it has no password, but redis.password_file names one"},
    {"noperm", "its user lacks a right that roomd needs: docs/cluster.md names them", true},
    {"noreplicas", "it takes no writes because too few replicas are in step (min-replicas-to-write)", true},
    {"oom", "its memory is full (maxmemory)", true},
    {"password", "redis.password_file cannot be read"},
    {"protocol", "what it says is not the protocol of Redis: the address may be another program's"},
    {"readonly", "it takes no writes because it is a replica", true},
    {"replica", "it is a replica"},
    {"resolve", "its name is not found"},
    {"sentinel", "it is a sentinel, which redis.mode = \"sentinel\" is for"},
    {"tls", "TLS fails: redis.tls, redis.tls_ca, and the name in its certificate"},
    {"version", "it is older than Redis 7"},
    {"wrongpass", "it refuses the user or the password: redis.user, redis.password_file"},
};

const entry* find(std::string_view word) {
  const auto* found =
      std::find_if(std::begin(entries), std::end(entries), [&](const entry& e) { return e.word == word; });
  return found == std::end(entries) ? nullptr : found;
}

}  // namespace

std::string_view redis_advice(std::string_view word) {
  const auto* found = find(word);
  return found ? found->advice : std::string_view();
}

bool redis_refuses(std::string_view word) {
  const auto* found = find(word);
  return found && found->refuses;
}

}  // namespace roomd::store
