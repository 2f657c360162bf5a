#include "net/node_state.hpp"

#include <algorithm>

namespace roomd::net {
namespace {

// Of the descriptors: what HTTP may have, what sessions leave, and what is there beyond HTTP's limit.
constexpr std::size_t http_part = 2;
constexpr std::size_t left_part = 8;
constexpr std::size_t most_left = 1024;
constexpr std::size_t reserve_part = 16;
constexpr std::size_t largest_reserve = 64;

}  // namespace

std::size_t node_state::most_http(const config::limit_settings& l) const {
  return std::min<std::size_t>(l.http_connections, descriptors / http_part);
}

std::size_t node_state::most_sessions(const config::limit_settings& l) const {
  return std::min<std::size_t>(l.connections, descriptors - std::min(descriptors / left_part, most_left));
}

http_place node_state::take_http(const config::limit_settings& l) {
  const std::size_t taken = http.fetch_add(1, std::memory_order_relaxed);
  const std::size_t reserve = std::min(descriptors / reserve_part, largest_reserve);
  const std::size_t open = taken + sessions.load(std::memory_order_relaxed);
  if (taken < most_http(l) && open < descriptors - reserve) return http_place::full;
  if (taken < most_http(l) + reserve && open < descriptors) return http_place::reserve;
  give_http();
  return http_place::none;
}

bool node_state::take_memory(std::size_t bytes, std::size_t most) {
  const std::size_t before = answer_bytes.fetch_add(bytes, std::memory_order_relaxed);
  const bool fits = before == 0 || before + bytes <= most;
  if (!fits) give_memory(bytes);
  return fits;
}

bool node_state::take_session(const config::limit_settings& l) {
  const bool free = sessions.fetch_add(1, std::memory_order_relaxed) < most_sessions(l);
  if (!free) give_session();
  return free;
}

}  // namespace roomd::net
