// Damages text at random: the raw material of tests that compare verdicts or look for crashes.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace roomd::protocol::test {

using generator = std::mt19937;

/// A number from 0 to `below`-1, the same on every platform.
inline std::size_t any(generator& rng, std::size_t below) { return rng() % below; }

/// One to four changes: a byte of `alphabet` put in or over another, or a piece cut out, doubled or cut off.
inline std::string mutated(std::string text, std::string_view alphabet, generator& rng) {
  for (std::size_t n = 1 + any(rng, 4); n > 0; --n) {
    const std::size_t at = any(rng, text.size() + 1);
    const std::size_t length = any(rng, 6);
    const char c = alphabet[any(rng, alphabet.size())];
    switch (any(rng, 5)) {
      case 0:
        text.insert(at, 1, c);
        break;
      case 1:
        text.replace(at, 1, 1, c);
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(at, length * 4));
        break;
      default:
        text.resize(any(rng, 8) == 0 ? at : text.size());
        break;
    }
  }
  return text;
}

}  // namespace roomd::protocol::test
