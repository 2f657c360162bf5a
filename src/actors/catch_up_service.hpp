// Hands out a shard's catch-up: sessions that are behind queue here and get their pages in turn, within a byte
// budget a turn, always after the turn's live messages (promise 7; core/catch_up.hpp). No timer: a session comes back when its page has gone out, and one whose outbox is still full steps out until the socket's
// progress brings it back.
#pragma once

#include <cstdint>

#include "actors/shard.hpp"
#include "core/catch_up.hpp"
#include "core/turn.hpp"

namespace roomd::protocol {
class session;
}

namespace roomd::actors {

class roster;

class catch_up_service final : public turn_end {
 public:
  /// `bytes`: one share.
  catch_up_service(shard& home, const roster& sessions, std::size_t bytes)
      : home_(home), sessions_(sessions), queue_(bytes) {}

  void push(std::uint64_t session, std::size_t page_bytes);
  void forget(std::uint64_t session) { queue_.forget(session); }
  /// The shard is about to end.
  void stop() { home_.turns().unmark(*this); }
  void on_turn_end() noexcept override;

 private:
  void serve(protocol::session& s) noexcept;

  shard& home_;
  const roster& sessions_;
  catch_up_queue queue_;
};

}  // namespace roomd::actors
