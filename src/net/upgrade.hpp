// The rules for a request that wants to become a WebSocket: RFC 6455 section 4.2.1 and docs/protocol.md section 1.
// Pure.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "net/request.hpp"
#include "net/shard_context.hpp"

namespace roomd::net {

/// What the answer to an accepted upgrade says.
struct upgrade {
  std::string key;              ///< `Sec-WebSocket-Key`
  bool subprotocol = false;     ///< the client offered `roomd.v1`
  std::string extensions = {};  ///< `Sec-WebSocket-Extensions`; empty: none, and no message is compressed
};

struct upgrade_rules {
  bool tls = false;
  const std::vector<std::string>& allowed_origins;
  bool compression = false;  ///< permessage-deflate is taken where it is offered
};

/// Either the upgrade or the refusal, which ends the connection.
std::variant<upgrade, response> check_upgrade(const request& r, const upgrade_rules& rules);

/// The answer's bytes (RFC 6455 section 4.2.2).
std::string accept_upgrade(const upgrade& how);

/// Who asks.
peer describe_peer(const request& r);

}  // namespace roomd::net
