// The hash of every table whose keys others choose: clients name rooms, users and sessions' peers, Redis names channels
// and nodes. SipHash-1-3 (Aumasson and Bernstein) under a random key, so that nobody outside can choose many names that
// meet in one place of a table: such a table would take time in the square of its size.
//
// The key is one for the process, because rooms find their shard by it. The daemon sets it once, before the first shard
// and the first table exist; after that it is only read, from any thread. Tests that set none have a key of zeros.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace roomd {

struct hash_key {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

/// SipHash with one round a word and three at the end.
std::uint64_t siphash13(const hash_key& key, std::string_view text);

/// What `text_hash` uses from now on. Every table made before is of no use any more.
void set_text_hash_key(const hash_key& key);

/// Not noexcept on purpose: libstdc++ then keeps the hash beside each key, and compares it before the text.
struct text_hash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const;
};

template <class T>
using text_map = std::unordered_map<std::string, T, text_hash, std::equal_to<>>;

}  // namespace roomd
