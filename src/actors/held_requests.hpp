// Requests of sessions that wait in a room, in the order in which they came: what a session asks while one of its
// requests waits, waits behind it. Owned by the room and used on its shard.
#pragma once

#include <cstddef>
#include <deque>
#include <unordered_map>
#include <utility>
#include <variant>

#include "core/ids.hpp"
#include "protocol/session_port.hpp"

namespace roomd::actors {

class held_requests {
 public:
  void push(protocol::room_request r) {
    ++of_session_[session_of(r)];
    all_.push_back(std::move(r));
  }
  protocol::room_request pop() {
    protocol::room_request first = std::move(all_.front());
    all_.pop_front();
    const auto count = of_session_.find(session_of(first));
    if (--count->second == 0) of_session_.erase(count);
    return first;
  }
  bool has(session_address session) const { return !all_.empty() && of_session_.contains(session); }
  bool empty() const { return all_.empty(); }
  std::size_t size() const { return all_.size(); }

 private:
  static session_address session_of(const protocol::room_request& r) {
    return std::visit([](const auto& m) { return m.from.session; }, r);
  }

  std::deque<protocol::room_request> all_;
  std::unordered_map<session_address, std::size_t> of_session_;
};

}  // namespace roomd::actors
