// What one key alone cannot tell: rules between settings, addresses and origins. Pure: the same settings give
// the same problems, all of them at once. load.hpp has checked each value that it read; settings that were
// made otherwise have their bounds checked here too.
#pragma once

#include <vector>

#include "config/address.hpp"
#include "config/problem.hpp"
#include "config/settings.hpp"

namespace roomd::config {

/// `insecure_allowed`: the operator said `--insecure`. `sockets_given`: systemd handed listeners over, so
/// that none needs to be set; `inherited` are their addresses, and they obey the same rules. `where` is left
/// empty: located() fills it in.
std::vector<problem> validate(const settings& s, bool insecure_allowed, bool sockets_given = false,
                              const std::vector<address>& inherited = {});

}  // namespace roomd::config
