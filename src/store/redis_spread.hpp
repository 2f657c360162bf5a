// Which of several independent servers has a room: consistent hashing over the room's name, by the highest of the
// weights that the name has with each server (rendezvous). A server more takes its share of the rooms, and no room moves
// between others; a server less gives its rooms away, and no other moves. All nodes must agree, so the hash is fixed
// (FNV-1a, mixed), and neither the order of the servers nor the machine matters. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace roomd::store {

class redis_spread {
 public:
  /// `servers`: one at least, each once; what they are called is what counts.
  explicit redis_spread(const std::vector<std::string>& servers);

  /// By the key's tag, so that all keys of a room are at one place.
  std::size_t place_of(std::string_view key) const;

 private:
  std::vector<std::uint64_t> servers_;  ///< their hashes
};

}  // namespace roomd::store
