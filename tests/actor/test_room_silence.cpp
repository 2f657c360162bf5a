// Nobody falls silent: whatever servers, rooms and members do, every session in a room gets on to its head.
#include <cstdlib>

#include "silence_world.hpp"

using namespace roomd;
using namespace roomd::actors::testing;

namespace {

/// `ROOMD_SILENCE_SEEDS`: so many seeds in place of a few; `ROOMD_SILENCE_SEED`: this one alone.
std::pair<std::uint32_t, std::uint32_t> seeds() {
  const auto number = [](const char* name) {
    const char* text = std::getenv(name);
    return text ? static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10)) : 0;
  };
  if (const auto one = number("ROOMD_SILENCE_SEED")) return {one, one + 1};
  const auto many = number("ROOMD_SILENCE_SEEDS");
  return {1, many ? many + 1 : 21};
}

}  // namespace

TEST_CASE("room silence: through joins, leaves and resumes on servers that come and go nobody falls silent") {
  for (auto [seed, end] = seeds(); seed < end; ++seed) {
    CAPTURE(seed);
    silence_world w(seed);
    std::string fault;
    for (int i = 0; i < 300 && fault.empty(); ++i) fault = w.step();
    CHECK(fault == "");
    CHECK(w.end(deadline) == "");
  }
}
