// An entry of `http.allowed_origins`. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace roomd::config {

/// Why no browser sends `text` as its Origin (RFC 6454 section 6.2: scheme, host and a port that is not the
/// scheme's own, in lower case, without a path); nothing where it may, or where it is `*`.
std::optional<std::string> origin_fault(std::string_view text);

/// `null` and `file://`: what pages from files and sandboxed frames send, whoever wrote them. Allowed, it lets in pages
/// that nobody knows.
bool is_shared_origin(std::string_view text);

}  // namespace roomd::config
