#include "core/text_hash.hpp"

#include <bit>
#include <cstring>

namespace roomd {
namespace {

constinit hash_key key_of_all{};

struct state {
  std::uint64_t a, b, c, d;

  void round() {
    a += b;
    b = std::rotl(b, 13) ^ a;
    a = std::rotl(a, 32);
    c += d;
    d = std::rotl(d, 16) ^ c;
    a += d;
    d = std::rotl(d, 21) ^ a;
    c += b;
    b = std::rotl(b, 17) ^ c;
    c = std::rotl(c, 32);
  }
  void take(std::uint64_t word) {
    d ^= word;
    round();
    a ^= word;
  }
};

/// The first `size` bytes, little end first whatever the machine, so that the test vectors hold.
std::uint64_t word_at(const char* bytes, std::size_t size) {
  std::uint64_t word = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&word, bytes, size);
  } else {
    for (std::size_t i = 0; i < size; ++i)
      word |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  }
  return word;
}

}  // namespace

std::uint64_t siphash13(const hash_key& key, std::string_view text) {
  state s{key.first ^ 0x736f6d6570736575, key.second ^ 0x646f72616e646f6d, key.first ^ 0x6c7967656e657261,
          key.second ^ 0x7465646279746573};
  const std::size_t whole = text.size() & ~std::size_t{7};
  for (std::size_t i = 0; i < whole; i += 8) s.take(word_at(text.data() + i, 8));
  const std::uint64_t rest = whole < text.size() ? word_at(text.data() + whole, text.size() - whole) : 0;
  s.take(rest | std::uint64_t{text.size()} << 56U);
  s.c ^= 0xff;
  for (int i = 0; i < 3; ++i) s.round();
  return s.a ^ s.b ^ s.c ^ s.d;
}

void set_text_hash_key(const hash_key& key) { key_of_all = key; }

std::size_t text_hash::operator()(std::string_view text) const { return siphash13(key_of_all, text); }

}  // namespace roomd
