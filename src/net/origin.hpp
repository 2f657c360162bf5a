// Which web pages may open a WebSocket here. A browser sends the page's origin with the upgrade and would lend the
// page its cookies and its place in the network; nothing but this check stands against that. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace roomd::net {

/// `allowed`: setting http.allowed_origins. `host`: the request's own Host; `tls`: it came over TLS. The same origin
/// passes only where its host is `localhost` or an IP address, which no foreign DNS name can be made to be.
bool origin_allowed(std::string_view origin, std::string_view host, bool tls,
                    const std::vector<std::string>& allowed);

}  // namespace roomd::net
