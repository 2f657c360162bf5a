// The engines that roomd has, and the one that the settings choose: the only place that knows them by name.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "actors/interfaces.hpp"
#include "actors/shard.hpp"
#include "actors/shard_state.hpp"
#include "config/settings.hpp"
#include "core/message.hpp"
#include "store/store.hpp"

namespace roomd {

/// Makes the part of the engine that one of so many shards has.
using engine_factory = std::function<std::unique_ptr<store::room_engine>(
    actors::shard& home, std::size_t shards, const sealer& seal)>;

/// The factory or, in words for the operator, why there is none. Reads files (a password, certificates) now.
struct chosen_engine {
  engine_factory make;
  std::string problem;
  /// Spawns the reader of the stream by which a backend publishes, on the first shard, whose engine is made here. Empty:
  /// there is no such stream.
  std::function<actors::ingest_actor(caf::actor_system&, actors::shard_state&)> spawn_ingest = {};
};
chosen_engine choose_engine(const config::settings& s);

}  // namespace roomd
