// How many rooms the sessions of each peer address may make: a creation_rate for every address that made one within the
// last minute. Bounded: over `most` addresses the others share one bucket, so that whoever has many addresses gains
// nothing by using more of them. An address is known here by its `text_hash`, which is seeded. One a shard, used on its
// thread; time comes in and never runs backwards.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <unordered_map>

#include "core/creation_rate.hpp"

namespace roomd {

class address_rates {
 public:
  explicit address_rates(std::size_t most = 65536) : most_(most) {}
  address_rates(const address_rates&) = delete;  // its parts refer to one another
  address_rates& operator=(const address_rates&) = delete;

  /// As creation_rate::take, of this address.
  std::optional<std::chrono::milliseconds> take(std::uint64_t address, std::uint32_t a_minute,
                                                time_point now);
  void give_back(std::uint64_t address, std::uint32_t a_minute);

  /// Addresses remembered.
  std::size_t size() const { return by_address_.size(); }

 private:
  struct entry {
    std::uint64_t address;
    creation_rate rate{};
  };

  creation_rate& of(std::uint64_t address, time_point now);
  void forget_full(time_point now);

  std::size_t most_;
  std::list<entry> by_use_;  ///< the one that made a room longest ago first: it is full first
  std::unordered_map<std::uint64_t, std::list<entry>::iterator> by_address_;
  creation_rate others_;
};

}  // namespace roomd
