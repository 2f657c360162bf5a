#include "net/connection_context.hpp"

#include <string>
#include <utility>

#include "net/log.hpp"
#include "protocol/json_text.hpp"

namespace roomd::net {

namespace {

constexpr std::size_t logged_origin = 200;  // bytes of one that stand in the log

}  // namespace

connection_context::connection_context(shard_context shard, node_state& node,
                                       std::shared_ptr<const config::settings> settings)
    : shard_(std::move(shard)), node_(node), settings_(std::move(settings)) {}

void connection_context::log_refused_origin(std::string_view origin, std::string_view peer) {
  const auto more = refused_origins_.take(shard_.services.now());
  if (!more) return;
  std::string quoted;
  protocol::append_json_string(quoted, origin.substr(0, logged_origin));
  logger().info(
      "http.origin_refused origin={} peer={} more={} text=\"http.allowed_origins does not name it\"", quoted,
      peer, *more);
}

void connection_context::set_timer(wheel_timer& t, std::chrono::milliseconds after) {
  shard_.services.set_timer(t, shard_.services.now() + after);
}

void connection_context::cancel_timer(wheel_timer& t) { shard_.services.cancel_timer(t); }

}  // namespace roomd::net
