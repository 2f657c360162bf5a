#include "store/redis_info.hpp"

#include <charconv>
#include <cstdint>

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

/// The number with which the text begins; 0: none.
std::uint64_t number_of(std::string_view text) {
  std::uint64_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

/// Without a bound on its memory it has no reason to.
bool is_evicting(std::string_view text) {
  const auto policy = field(text, "maxmemory_policy");
  return !policy.empty() && policy != "noeviction" && number_of(field(text, "maxmemory")) > 0;
}

/// None: not such a number, or later than ten digits of seconds can say.
std::optional<std::chrono::microseconds> parse_clock(std::string_view text) {
  constexpr std::int64_t most = 9'999'999'999'999'999;
  std::int64_t micros = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), micros);
  if (failed != std::errc() || end != text.data() + text.size() || micros < 0 || micros > most) return {};
  return std::chrono::microseconds(micros);
}

}  // namespace

std::optional<redis_info> parse_redis_info(std::string_view text) {
  const auto role = field(text, "role");
  const auto generation = field(text, "master_replid");
  const auto clock = parse_clock(field(text, "server_time_usec"));
  if (role.empty() || generation.empty() || generation.size() > longest_generation || !clock ||
      generation.find_first_not_of("0123456789abcdef") != generation.npos)
    return {};
  return redis_info{.master = role == "master",
                    .generation = generation,
                    .clock = *clock,
                    .version = number_of(field(text, "redis_version")),
                    .evicts = is_evicting(text)};
}

bool redis_is_sentinel(std::string_view text) { return field(text, "redis_mode") == "sentinel"; }

}  // namespace roomd::store
