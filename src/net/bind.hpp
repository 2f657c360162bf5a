// The sockets that the node listens on: for each address one socket a shard (SO_REUSEPORT), so that the kernel
// deals the connections out and no shard waits for another.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "net/unique_fd.hpp"

namespace roomd::net {

struct bound_address {
  std::string address;  ///< with the port that port 0 became
  bool tls = false;
  std::vector<unique_fd> sockets;  ///< one a shard, listening
};

/// All addresses, or in words for the operator which one could not be had and why.
struct bound {
  std::vector<bound_address> addresses;
  std::string problem;
};

/// Addresses are `ADDRESS:PORT`, `[ADDRESS]:PORT` or `localhost:PORT`. `[::]` is every address of both families, unless
/// the same list has `0.0.0.0` with its port. `localhost` is 127.0.0.1 and, where the machine has IPv6, [::1] with the
/// same port. Every shard's socket must be accepted from: the kernel deals to all of them.
bound bind_listeners(const std::vector<std::string>& plain, const std::vector<std::string>& tls,
                     std::size_t shards);

/// Why one of the addresses could not be listened on now; empty: it could. Disturbs nobody who listens there.
std::string bind_problem(const std::string& address);

}  // namespace roomd::net
