#include "store/redis_replication.hpp"

namespace roomd::store {
namespace {

constexpr std::size_t longest_generation = 64;

/// The value of a line `name:value`; empty: there is none.
std::string_view field(std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() == text.size() ? line.size() : line.size() + 1);
    if (!line.starts_with(name) || line.size() == name.size() || line[name.size()] != ':') continue;
    const auto value = line.substr(name.size() + 1);
    return value.substr(0, value.find('\r'));
  }
  return {};
}

}  // namespace

std::optional<redis_replication> parse_redis_replication(std::string_view text) {
  const auto role = field(text, "role");
  const auto generation = field(text, "master_replid");
  if (role.empty() || generation.empty() || generation.size() > longest_generation ||
      generation.find_first_not_of("0123456789abcdef") != generation.npos)
    return {};
  return redis_replication{role == "master", generation};
}

}  // namespace roomd::store
