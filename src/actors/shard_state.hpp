// What the actors of one shard share: its roster, settings, counters, its part of the engine, and the addresses of
// every shard's directory and hub. Made by the daemon before the first actor, destroyed after the last one; all but
// the address lists (fixed once the shards run) is used on the shard's thread only.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "actors/catch_up_service.hpp"
#include "actors/fan_out.hpp"
#include "actors/info_service.hpp"
#include "actors/interfaces.hpp"
#include "actors/join_gate.hpp"
#include "actors/refusals.hpp"
#include "actors/roster.hpp"
#include "actors/shard.hpp"
#include "actors/stamp_clock.hpp"
#include "core/address_rates.hpp"
#include "core/member_page_cache.hpp"
#include "core/page_keeper.hpp"
#include "core/stats.hpp"
#include "protocol/session_port.hpp"
#include "store/store.hpp"

namespace roomd::actors {

class directory;
class hub;

struct shard_state {
  /// `clock`: the node's.
  shard_state(shard& h, settings_ptr s, std::unique_ptr<store::room_engine> e, sealer seal_fn,
              std::shared_ptr<stamp_clock> clock = std::make_shared<stamp_clock>());
  ~shard_state();

  shard& home;
  settings_ptr settings;
  std::shared_ptr<const protocol::session_rules> rules;  ///< what `settings` says of new sessions
  std::unique_ptr<store::room_engine> engine;
  sealer seal;  ///< the engine's too
  roster sessions;
  protocol::session_counters counters;
  fan_out deliveries;
  catch_up_service catch_ups;
  page_keeper pages;
  member_page_cache member_pages;
  join_gate joins;  ///< through which sessions ask rooms
  info_service infos;
  std::shared_ptr<stamp_clock> stamps;
  refusals answers;                                     ///< of the directory, to the shard's sessions
  address_rates new_rooms;                              ///< that the peers of the shard's sessions put to use
  shard_stats stats;                                    ///< the counters that are not the sessions'
  std::function<void(shard_stats&)> add_process_stats;  ///< first shard: what the daemon counts. Any thread
  std::atomic<std::uint64_t> memory{0};                 ///< in use, in bytes, once a second. Any thread
  bool draining = false;                                ///< sessions that begin now are asked to go at once

  // The shard's own, while they live: who is on the shard calls them, and saves a mailbox.
  directory* directory_here = nullptr;
  hub* hub_here = nullptr;
  std::vector<directory_actor> directories;  ///< by shard
  std::vector<hub_actor> hubs;               ///< by shard
  std::vector<inquiry_actor> inquiries;      ///< by shard

  /// The shard whose directory knows `room`.
  std::size_t shard_of(std::string_view room) const;
  /// The shard's part of `limits.new_rooms_per_address`, with which one session gets as far as it may.
  std::uint32_t new_rooms_per_address() const;
  /// A number that is never used twice on this node.
  std::uint64_t next_number() { return ++last_number_ * 1024 + home.index(); }
  /// For the lives of core/presence_word.hpp: greater than the lists that all rooms of this shard have said so far. The
  /// steady clock in nanoseconds: a room says fewer lists.
  std::uint64_t next_life();
  void apply(settings_ptr s);

 private:
  void send(protocol::room_request&& r) const;

  std::uint64_t last_number_ = 0;
  std::uint64_t last_life_ = 0;
};

}  // namespace roomd::actors
