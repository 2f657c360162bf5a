// The HTTP addresses and who answers them. /v1/ws is not among them: the connection itself becomes the WebSocket.
#pragma once

#include <functional>
#include <string_view>

#include "config/settings.hpp"
#include "core/queries.hpp"
#include "net/response.hpp"

namespace roomd::net {

inline constexpr std::string_view websocket_path = "/v1/ws";

/// Answered also where there are no places for connections: what tells how the node is.
inline bool is_vital(std::string_view path) { return path == "/health" || path == "/ready"; }

/// A request as the routes see it: valid during the call only.
struct call {
  std::string_view method;
  std::string_view target;
  std::string_view origin = {};  ///< the page that asks; empty: none
};

struct route_context {
  queries& api;
  const config::settings& settings;
  std::string_view query = {};  ///< of the request's target
};

/// Called once, on the shard's thread: at once or later.
using responder = std::function<void(const response&)>;

void handle(const call& c, const route_context& context, responder respond);

}  // namespace roomd::net
