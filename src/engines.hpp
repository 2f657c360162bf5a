// The engines that roomd has, and the one that the settings choose: the only place that knows them by name.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "actors/ingest.hpp"
#include "actors/shard.hpp"
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
  std::optional<actors::ingest_plan> ingest = {};  ///< where a backend may publish by a stream
};
chosen_engine choose_engine(const config::settings& s);

}  // namespace roomd
