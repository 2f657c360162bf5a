// The rooms of one shard: those in use whose names hash to it. Every command passes through here on its way to the
// room, so a room's end cannot race with a message to it: a room that asks to end is let go only when it has seen
// all that was passed on. Other shards send to it; sessions of its own shard call it, and save a mailbox and a copy. One
// a shard, for as long as the node runs.
//
// What all rooms have to be told of other nodes is told in portions, a part of each turn. A room may be told twice; one that
// is made meanwhile need not be told.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <variant>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"
#include "core/text_hash.hpp"
#include "core/turn.hpp"

namespace roomd::actors {

class directory final : public pinned<directory_actor::base>, private turn_end {
 public:
  directory(caf::actor_config& cfg, shard_state& s);
  const char* name() const override { return "directory"; }
  behavior_type make_behavior() override;
  void on_exit() override;

  /// What a session of this shard asks of a room; on the shard's thread.
  void pass_on(protocol::room_request&& r);

 private:
  struct entry {
    room_actor actor;
    room_number number = 0;
    std::uint64_t passed_on = 0;
  };

  /// Null: there are as many rooms as may be.
  entry* find_or_make(const std::string& room);
  template <class T>
  void hand_on(T m);
  void hand_on(leave_room m);
  void hand_on(const update_info& m);
  template <class T>
  void refuse(const T& m, error why);
  caf::result<users_listed> users(const list_users& m);
  using node_news = std::variant<node_ended, node_lapsed, node_returned>;
  void tell_all(node_news what);
  void on_turn_end() noexcept override;
  bool tell_more();
  void let_go(const room_idle& m);
  void room_down(const caf::down_msg& m);
  void sweep();

  shard_state& state_;
  text_map<entry> rooms_;
  std::deque<node_news> news_;    ///< the first one is being told
  std::size_t bucket_ = 0;        ///< of `rooms_`: the rooms before it have been told
  std::size_t bucket_count_ = 0;  ///< when that began; where it has changed since, it begins anew
};

}  // namespace roomd::actors
