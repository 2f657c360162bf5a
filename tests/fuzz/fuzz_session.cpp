// The entry of a libFuzzer program: any bytes are what a session's client, its rooms, its socket and its clock do, one
// after the other. Every command is answered, in its room's order, messages come once and in order or a notice does, what
// waits for the client is bounded, and nothing is waited for in vain. A broken promise aborts. A unit test runs the same
// entry over random bytes. To fuzz for longer: ./dev fuzz session
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "unit/protocol/session_world.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace roomd::protocol::test;
  session_world world(roomd::dice(std::string_view(reinterpret_cast<const char*>(data), size)));
  while (!world.over()) world.step();
  world.end();
  if (world.fault().empty()) return 0;
  std::fprintf(stderr, "%s\n", world.fault().c_str());
  std::abort();
}
