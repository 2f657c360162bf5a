// Members who are behind: a catch-up storm, readers who stop, and the floor's time for the same bytes. For servers
// that number and keep their messages (dialect: `sequence`, `epoch`, `returning`).
#pragma once

#include <cstddef>

#include <nlohmann/json_fwd.hpp>

#include "load/swarm.hpp"

namespace bench {

struct storm_plan {
  std::size_t returning = 2000;
  std::uint64_t behind = 1000;  ///< messages that each has missed
  std::size_t rate = 100;       ///< live messages a second, all the time
  std::size_t room = 1;         ///< 0: they return to the room of the others, and get the live messages too
};

/// Beside the members that are there, in room 0: publishes what will be missed, then live messages at `rate` for some
/// seconds, which gives the members' latency without a storm; then all who return ask at once for what they missed. Ends
/// when all have it. `before`: called when they are connected and about to ask.
nlohmann::json catch_up_storm(swarm& s, const storm_plan& plan, const std::function<void()>& before);

struct replay_plan {
  std::size_t returning = 2000;
  std::size_t bytes = 0;   ///< that each of them gets
  std::size_t a_turn = 1;  ///< clients that are sent to before the server looks at its other sockets again
  std::size_t rate = 100;  ///< live messages a second, to the others
  std::size_t room = 1;    ///< 0: whoever has everything becomes a member of the others' room
};

/// The same work for a floor.
nlohmann::json replay(swarm& s, const replay_plan& plan);

/// Members beside the others in room r0 who stop reading and, some of them, read on.
class slow_readers {
 public:
  /// Connects them; they read until `stall`.
  slow_readers(swarm& beside, std::size_t count);
  ~slow_readers();
  slow_readers(const slow_readers&) = delete;
  slow_readers& operator=(const slow_readers&) = delete;

  void stall();
  /// The first `count` read on; returns when they have all that the others have, with what was lost or repeated.
  nlohmann::json read_on(std::size_t count);

 private:
  swarm& beside_;
  swarm slow_;
};

}  // namespace bench
