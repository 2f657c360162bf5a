// A second opinion about compressed payloads: zlib by itself, used as RFC 7692 section 7.2 describes a peer.
#pragma once

#include <cstddef>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "catch.hpp"
#define ZLIB_CONST
#include <zlib.h>

namespace roomd::protocol::test {

inline constexpr std::string_view flush_tail("\x00\x00\xff\xff", 4);

/// How a client compresses: with its level and window, flushed after every `block` bytes.
struct client_style {
  int level = 6;
  int window_bits = 15;
  std::size_t block = std::string::npos;
};

/// A message's payload, without the tail that is left out.
inline std::string deflated(std::string_view text, const client_style& style = {}) {
  z_stream z{};
  REQUIRE(deflateInit2(&z, style.level, Z_DEFLATED, -style.window_bits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out;
  char chunk[4096];
  do {
    const std::string_view block = text.substr(0, style.block);
    text.remove_prefix(block.size());
    z.next_in = reinterpret_cast<const Bytef*>(block.data());
    z.avail_in = static_cast<uInt>(block.size());
    do {
      z.next_out = reinterpret_cast<Bytef*>(chunk);
      z.avail_out = sizeof chunk;
      deflate(&z, Z_SYNC_FLUSH);
      out.append(chunk, sizeof chunk - z.avail_out);
    } while (z.avail_out == 0);
  } while (!text.empty());
  deflateEnd(&z);
  REQUIRE(out.ends_with(flush_tail));
  out.resize(out.size() - flush_tail.size());
  return out;
}

/// What a payload says. None where it does not inflate within this window, or to more than `expected` bytes. On any
/// thread.
inline std::optional<std::string> inflated(std::string_view payload, int window_bits, std::size_t expected) {
  const std::string input = std::string(payload).append(flush_tail);
  std::string out;
  char chunk[256];  // what is in it may be referred to besides the window
  z_stream z{};
  if (inflateInit2(&z, -window_bits) != Z_OK) return {};
  z.next_in = reinterpret_cast<const Bytef*>(input.data());
  z.avail_in = static_cast<uInt>(input.size());
  int result = Z_OK;
  do {
    z.next_out = reinterpret_cast<Bytef*>(chunk);
    z.avail_out = sizeof chunk;
    result = inflate(&z, Z_SYNC_FLUSH);
    out.append(chunk, sizeof chunk - z.avail_out);
  } while (result == Z_OK && z.avail_out == 0 && out.size() <= expected);
  inflateEnd(&z);
  if ((result != Z_OK && result != Z_BUF_ERROR) || z.avail_in > 0 || out.size() > expected) return {};
  return out;
}

/// Text of `size` bytes that repeats itself much as JSON does, or hardly where the seed says so.
inline std::string any_text(std::mt19937& rng, std::size_t size) {
  constexpr std::string_view words[] = {R"({"id":)", R"(,"name":")", R"(","at":)", "},",
                                        "hello ",    "12",           "7",          "ä"};
  const bool noise = rng() % 8 == 0;
  std::string text;
  while (text.size() < size) {
    if (noise) {
      text += static_cast<char>(rng());
    } else {
      text += words[rng() % std::size(words)];
    }
  }
  text.resize(size);
  return text;
}

}  // namespace roomd::protocol::test
