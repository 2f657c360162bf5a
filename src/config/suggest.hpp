// "Did you mean …?" Pure.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace roomd::config {

/// The candidate that `text` is most likely a misspelling of; nothing where none is near.
std::optional<std::string_view> nearest(std::string_view text,
                                        const std::vector<std::string_view>& candidates);

}  // namespace roomd::config
