#include <random>
#include <string>

#include "protocol/deflater.hpp"

#include "catch.hpp"
#include "unit/protocol/raw_deflate.hpp"
#include "unit/protocol/unwrap.hpp"

using namespace roomd::protocol;
using namespace roomd::protocol::test;

namespace {

constexpr unsigned char deflated_text = 0xc1;

std::string noise(std::size_t size, unsigned seed) {
  std::mt19937 rng(seed);
  std::string text;
  while (text.size() < size) text += static_cast<char>(rng());
  return text;
}

}  // namespace

TEST_CASE("deflater: a payload under the threshold stays as it is") {
  deflater d;
  CHECK_FALSE(d.text_frame(""));
  CHECK_FALSE(d.text_frame(std::string(deflater::min_payload - 1, 'a')));
  CHECK(d.text_frame(std::string(deflater::min_payload, 'a')));
}

TEST_CASE("deflater: a payload that does not shrink stays as it is") {
  deflater d;
  CHECK_FALSE(d.text_frame(noise(300, 1)));
  CHECK_FALSE(d.text_frame(noise(70000, 2)));
}

TEST_CASE("deflater: the frame is a final text frame with RSV1, and inflates to the payload") {
  deflater d;
  for (const std::size_t size : {200u, 1000u, 10000u, 65536u, 1000000u}) {
    INFO(size);
    std::mt19937 rng(3);
    std::string text;
    while (text.size() < size) text += "{\"n\":" + std::to_string(rng() % 1000) + "},";
    const auto f = d.text_frame(text);
    REQUIRE(f);
    CHECK(unwrap(f->wire(), deflated_text) == f->payload());
    CHECK(f->payload().size() < text.size());
    CHECK_FALSE(f->payload().ends_with(flush_tail));
    CHECK(inflated(f->payload(), 15, text.size()) == text);
  }
}

TEST_CASE("deflater: what it refers back to lies within the window it promises") {
  deflater d;
  const std::string far = noise(3000, 4);
  const std::string text = far + std::string(3000, 'a') + far + far;  // 6000 bytes back, and 3000
  const auto f = d.text_frame(text);
  REQUIRE(f);
  CHECK(inflated(f->payload(), deflater::window_bits, text.size()) == text);
}

TEST_CASE("deflater: a frame knows nothing of the frames before it") {
  const std::string text = "{\"text\":\"" + std::string(500, 'x') + "\"}";
  deflater fresh;
  const auto first = fresh.text_frame(text);
  REQUIRE(first);
  deflater used;
  CHECK(used.text_frame(std::string(100000, 'x')));
  CHECK_FALSE(used.text_frame(noise(5000, 5)));
  const auto later = used.text_frame(text);
  REQUIRE(later);
  CHECK(later->wire() == first->wire());
}

TEST_CASE("deflater: any text that it compresses comes back") {
  deflater d;
  int compressed = 0;
  for (unsigned seed = 1; seed <= 300; ++seed) {
    INFO("seed " << seed);
    std::mt19937 rng(seed);
    const std::string text = any_text(rng, deflater::min_payload + rng() % 9000);
    const auto f = d.text_frame(text);
    if (!f) continue;
    ++compressed;
    CHECK(inflated(unwrap(f->wire(), deflated_text), deflater::window_bits, text.size()) == text);
  }
  CHECK(compressed > 200);
}
