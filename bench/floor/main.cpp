// The floor: what a server costs that does nothing but send. A bare epoll loop on one thread; a member's room is its
// path, a publisher's text is `ROOM DATA`. No limits, no checks, no protocol: a yardstick, not a server.
//
//   bench_floor --port PORT --mode each|turn
//     each  one send() for each frame and member
//     turn  what came in one turn of the loop leaves in one send() for each member
//   A publisher's `!replay ROOM BYTES MEMBERS [THEN]` sends every member of the room so many bytes of frames, to so many
//   members a turn of the loop. Who has all of it becomes a member of the room THEN.
#include <cstring>
#include <iostream>
#include <stdexcept>

#include "floor/server.hpp"

int main(int argc, char** argv) {
  try {
    if (argc != 5 || std::strcmp(argv[1], "--port") != 0 || std::strcmp(argv[3], "--mode") != 0)
      throw std::invalid_argument("usage: bench_floor --port PORT --mode each|turn");
    const std::string_view mode = argv[4];
    if (mode != "each" && mode != "turn") throw std::invalid_argument("--mode is each or turn");
    bench::floor_server server(static_cast<std::uint16_t>(std::stoul(argv[2])), mode == "turn");
    server.run();
  } catch (const std::exception& e) {
    std::cerr << "bench_floor: " << e.what() << '\n';
    return 1;
  }
}
