// Which web pages may read what HTTP answers here (the Fetch standard's CORS protocol): those of the origins in
// http.allowed_origins. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/response.hpp"

namespace roomd::net {

/// Adds what lets a page of `origin` read the answer; nothing but `Vary` where the settings do not name it, or it is
/// empty. Only the list counts: a page of the same origin needs no leave.
void allow_origin(response& r, std::string_view origin, const std::vector<std::string>& allowed);

/// The answer to a browser's OPTIONS. Nothing: the settings do not name the origin.
std::optional<response> preflight(std::string_view origin, const std::vector<std::string>& allowed);

}  // namespace roomd::net
