// Every connection of a shard, so that a drain can end the idle ones and a stop all of them. Owns none of them: a
// connection adds itself when it starts and takes itself out when it ends. Used on the shard's thread only.
#pragma once

#include <cstddef>
#include <vector>

namespace roomd::net {

class connection_registry;

class connection {
 public:
  connection() = default;
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Ends the socket now.
  virtual void abort() = 0;
  /// The node drains: a connection that owes nobody an answer ends, one that does ends after it. WebSocket
  /// sessions have their own, spread drain, so they ignore this.
  virtual void drain() {}

 protected:
  ~connection() = default;

 private:
  friend class connection_registry;
  static constexpr std::size_t absent = static_cast<std::size_t>(-1);
  std::size_t slot_ = absent;
};

class connection_registry {
 public:
  void add(connection& c);
  /// Nothing where it is not in it. O(1).
  void remove(connection& c);
  std::size_t size() const { return all_.size(); }
  void drain_all();
  void abort_all();

 private:
  template <class F>
  void for_each(F f);

  std::vector<connection*> all_;
};

}  // namespace roomd::net
