#include "actors/redis_map_question.hpp"

#include <array>
#include <memory>
#include <utility>

#include "actors/log.hpp"

namespace roomd::actors {
namespace {

using kind = store::redis_reply::kind;

std::optional<store::redis_cluster_map> read_map(const redis_server& asked, const store::redis_reply& slots,
                                                 const store::redis_reply& nodes) {
  auto map = store::parse_redis_cluster_map(slots, nodes, asked.host);
  if (map) return map;
  const auto* const error = slots.what == kind::error ? &slots : nodes.what == kind::error ? &nodes : nullptr;
  log().warn("redis.map_refused server={} reason={}", address_of(asked),
             error ? error->error_word() : "malformed");
  return {};
}

}  // namespace

bool ask_cluster_map(redis_link& link, map_answer tell) {
  static constexpr std::array<std::string_view, 2> who{"CLUSTER", "SLOTS"};
  static constexpr std::array<std::string_view, 2> since{"CLUSTER", "NODES"};
  const auto slots = std::make_shared<store::redis_reply>();
  const auto keep = [slots](result<store::redis_reply> r) {
    if (r) *slots = std::move(*r);
  };
  const auto answer = [slots, &link, tell = std::move(tell)](const result<store::redis_reply>& nodes) {
    if (nodes) tell(read_map(link.server(), *slots, *nodes));
  };
  return link.submit(who, keep) && link.submit(since, answer);
}

}  // namespace roomd::actors
