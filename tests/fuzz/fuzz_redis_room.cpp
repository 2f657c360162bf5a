// The entry of a libFuzzer program: any bytes are what happens to rooms of the Redis engine, one thing after the other.
// The first byte says which world: one of nodes on a server that fails in every way but never lies, whose rooms must come
// to have its history; or one server that answers anything, whose rooms must hold their bounds, answer everybody, and
// serve again once it is honest. A broken promise aborts. A unit test runs the same entry over random bytes. To fuzz for
// longer: ./dev fuzz redis_room
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "unit/store/lying_server.hpp"
#include "unit/store/redis_walk.hpp"

namespace redis_room_fuzz {

template <class World>
void run(std::string_view bytes) {
  World world{roomd::dice(bytes)};
  while (!world.over()) world.step();
  const auto fault = world.end();
  if (fault.empty()) return;
  std::fprintf(stderr, "%s\n", fault.c_str());
  std::abort();
}

}  // namespace redis_room_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  using namespace roomd::store::test;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  data[0] % 2 == 0 ? redis_room_fuzz::run<redis_walk>(bytes) : redis_room_fuzz::run<lying_server>(bytes);
  return 0;
}
