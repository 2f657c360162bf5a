// Names whose std::hash is one and the same where the standard library's is MurmurHash64A with a fixed seed, as
// libstdc++'s: whoever knows the seed can choose them. Printable ASCII, 24 letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace roomd::test {

class colliding_names {
 public:
  explicit colliding_names(std::uint64_t seed = 1) : random_(seed) {}

  /// One more; never the same again, with a random part of 48 bits.
  std::string next() {
    for (;;) {
      const std::uint64_t first = letters();
      const std::uint64_t second = unmixed(after(begin_, first) ^ (goal_ * inverse_));
      if (!printable(second)) continue;
      std::string name = form_;
      std::memcpy(name.data() + 8, &first, 8);
      std::memcpy(name.data() + 16, &second, 8);
      return name;
    }
  }
  std::vector<std::string> take(std::size_t n) {
    std::vector<std::string> all;
    while (all.size() < n) all.push_back(next());
    return all;
  }

 private:
  static constexpr std::uint64_t m = 0xc6a4a7935bd1e995;
  static constexpr std::uint64_t inverse_ = 0x5f7a0ea7e59b19bd;  ///< m's, modulo 2^64
  static constexpr std::uint64_t seed_ = 0xc70f6907;

  static std::uint64_t mixed(std::uint64_t k) {
    k *= m;
    k ^= k >> 47U;
    return k * m;
  }
  static std::uint64_t unmixed(std::uint64_t k) {
    k *= inverse_;
    k ^= k >> 47U;
    return k * inverse_;
  }
  static std::uint64_t after(std::uint64_t h, std::uint64_t k) { return (h ^ mixed(k)) * m; }
  static std::uint64_t word(const char* eight) {
    std::uint64_t k = 0;
    std::memcpy(&k, eight, 8);
    return k;
  }
  static bool printable(std::uint64_t k) {
    for (int i = 0; i < 8; ++i, k >>= 8U)
      if ((k & 0xffU) < 0x21 || (k & 0xffU) > 0x7e) return false;
    return true;
  }
  std::uint64_t letters() {
    std::uint64_t k = random_(), text = 0;
    for (int i = 0; i < 8; ++i, k >>= 6U) text = text << 8U | (0x3b + (k & 63U));
    return text;
  }

  std::string form_ = "a room: 1234567812345678";
  std::mt19937_64 random_;
  std::uint64_t begin_ = after(seed_ ^ (24 * m), word("a room: "));
  std::uint64_t goal_ = after(after(begin_, word("aaaaaaaa")), word("bbbbbbbb"));
};

}  // namespace roomd::test
