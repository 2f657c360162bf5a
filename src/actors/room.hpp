// A room that is in use: its members, their presence, and its log, opened in the engine. Everything that happens in
// the room passes through this one actor, so its order is the room's order. Spawned by the directory on the shard
// that the name hashes to; ends when nobody has been there and nothing was asked for `rooms.linger`, or by a fault,
// which the directory hears of.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"
#include "core/membership.hpp"
#include "core/page_cache.hpp"
#include "core/presence.hpp"

namespace roomd::actors {

class room final : public pinned<room_actor::base> {
 public:
  room(caf::actor_config& cfg, shard_state& s, directory_actor owner, std::string name, room_number number);
  const char* name() const override { return "room"; }
  behavior_type make_behavior() override;
  void on_exit() override;

 private:
  void on(const join_room& m);
  void on(const leave_room& m);
  void on(const publish_message& m);
  void on(const read_history& m);
  void on(const list_members& m);
  void on(const read_page& m);
  void on(const update_info& m);
  member_list on(const list_users& m);
  void on_due();

  void stored(const origin& from, result<store::receipt> r);
  void broadcast(message_ptr m);
  void announce(presence_change change, std::optional<session_address> except = {});
  template <class T>
  void answer(T what);
  const room_log& log() { return open_->log(moment()); }
  store::moment moment() const;
  bool idle() const { return members_.empty() && presence_.empty(); }
  void touch();
  void schedule();

  shard_state& state_;
  directory_actor directory_;
  std::string name_;
  room_number number_;
  std::unique_ptr<store::room_store> open_;  ///< null: closed, having asked to end
  membership members_;
  presence presence_;
  page_cache pages_;
  std::uint64_t handled_ = 0;      ///< messages from the directory
  time_point used_;                ///< when the last of them came
  std::optional<time_point> due_;  ///< when the timer will fire
};

}  // namespace roomd::actors
