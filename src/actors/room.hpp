// A room that is in use: its members, their presence, and its log, opened in the engine. Everything that happens in
// the room passes through this one actor, so its order is the room's order. Spawned by the directory on the shard
// that the name hashes to; ends when nobody has been there and nothing was asked for `rooms.linger`, or by a fault,
// which the directory hears of.
//
// Until the engine has opened the log, what is asked waits, in its order. The engine calls the room directly, on their
// shard, from its own completions.
#pragma once

#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/held_requests.hpp"
#include "actors/hub.hpp"
#include "actors/interfaces.hpp"
#include "actors/moment.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"
#include "core/local_members.hpp"
#include "core/membership.hpp"
#include "core/page_cache.hpp"
#include "core/presence.hpp"
#include "core/presence_digest.hpp"
#include "core/remote_members.hpp"
#include "core/turn.hpp"
#include "store/page_service.hpp"

namespace roomd::actors {

class room final : public pinned<room_actor::base>,
                   private store::room_observer,
                   private store::page_service::host,
                   private turn_end {
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
  caf::result<users_listed> on(const list_users& m);
  void on(const node_ended& m);
  void on(const node_lapsed& m);
  void on(const node_returned& m);
  void on_due();

  // The engine (room.cpp).
  void on_open() override;
  void on_unavailable(const error& why) override;
  void on_message(const message_ptr& m) override;
  void on_numbering(const position& at, bool child) override;
  void on_word(std::string_view text) override;
  void on_words() override;
  bool wants_deflated() const override { return members_.deflating() > 0; }
  /// An exception in what the engine says ends the room, as one in a handler does.
  template <class F>
  void guarded(F&& step) noexcept {
    try {
      step();
    } catch (const std::exception& fault) {
      fail(fault.what());
    }
  }
  void fail(const char* what);

  template <class T>
  void take(const T& m);
  template <class T>
  void refuse(const T& m, const error& why);
  bool take_waiting();
  void refuse_waiting(const error& why);
  // Positions that the log does not know (room_doubts.cpp).
  bool waits(session_address session) const;
  void wait_behind(protocol::room_request r);
  void doubt(const join_room& m);
  void refresh();
  bool release();
  void release(const join_room& m);
  void remember_unknown(const roomd::epoch& e);
  bool is_unknown(const roomd::epoch& e) const;
  void admit(const join_room& m);

  // The other nodes (room_presence.cpp).
  void came(const join_room& m);
  void list_for(const join_room& m, joined& a);
  void went(session_address session);
  void absorb(remote_members::outcome o, bool dead = false);
  void speak();
  void say(const presence_word& word);
  void on_turn_end() noexcept override;
  void ask_others();
  bool gathered() const;
  bool await_others();
  void list(const list_members& m);
  void answer_askers();
  void refuse_askers();

  void answer_publish(const origin& from, const publish_answer& tell, result<published> r);

  // What sessions read (room_pages.cpp).
  const room_log& page_log() override { return log(); }
  void read_from_engine(const store::page_range& what) override;
  void answer_page(page_read page) override { answer(std::move(page)); }
  void answer_history(const read_history& m, store::room_store::pages messages);
  void announce(presence_change change);
  void tell_observers();
  member_page_ptr members_page(member_query q);
  /// Through the hub of the session's shard, behind everything that the room said before.
  template <class T>
  void answer(T what) {
    const std::size_t there = what.to.session.shard;
    tell_sessions(state_, there, std::move(what));
  }
  const room_log& log() { return open_->log(moment_of(home())); }
  bool idle() const;
  std::chrono::milliseconds linger() const;
  void put_to_use(const origin& by);
  /// What goes back to a session that was charged for putting the room to use: everybody's but the first one's.
  template <class T>
  bool refund(const T& m) const {
    return m.charged && (m.from.session != made_by_.session || m.from.serial != made_by_.serial);
  }
  void touch();
  void schedule();

  shard_state& state_;
  directory_actor directory_;
  std::string name_;
  room_number number_;
  std::unique_ptr<store::room_store> open_;    ///< null: closed, having asked to end
  std::list<protocol::room_request> waiting_;  ///< until the log can be read; an empty list allocates nothing
  std::size_t publishing_ = 0;                 ///< publishes that the engine has not answered
  bool in_use_ = false;                        ///< somebody has joined or published, not only read
  origin made_by_;                             ///< by this command
  /// Joins from positions that the log does not know, until it is refreshed, and what their sessions ask meanwhile.
  struct doubts {
    held_requests held;       ///< until the log is refreshed again
    held_requests released;   ///< they may go on, a few in each turn
    std::size_t covered = 0;  ///< the first so many of `held`, then of `released`: the refresh was for them
    bool refreshing = false;  ///< it is under way
    std::optional<error> why_not;       ///< it could not be made
    std::vector<roomd::epoch> unknown;  ///< the engine was asked for them, and does not know them either
    std::size_t oldest = 0;             ///< of those, to be replaced by the next one
  };
  std::unique_ptr<doubts> doubts_;    ///< null: nobody had any
  std::optional<error> unavailable_;  ///< why it cannot be opened now
  membership members_;
  presence presence_;
  presence_digest digest_;  ///< what the observers have not been told yet
  page_cache pages_;
  store::page_service reads_;
  std::size_t histories_ = 0;  ///< pages of history that the engine has not answered
  /// Who shares the room: what they are told of this node's sessions, and what they have said of theirs.
  struct neighbours {
    local_members here;
    remote_members there;
    time_point
        gather_by{};  ///< by then the others should have said who is there; the epoch: they were not asked yet
    std::optional<std::size_t> expected{};  ///< nodes that were asked
    bool complete = false;                  ///< all of them have answered
    std::size_t listed = 0;                 ///< sessions of theirs
    struct asker {
      caf::typed_response_promise<users_listed> promise;
      member_query query;
    };
    std::vector<asker> askers{};          ///< who wait for that
    std::vector<list_members> listers{};  ///< so do these: their sessions are not in the room
  };
  std::unique_ptr<neighbours> others_;  ///< null: the engine is this node's alone
  std::uint64_t handled_ = 0;           ///< messages from the directory
  time_point used_;                     ///< when the last of them came
  std::optional<time_point> due_;       ///< when the timer will fire
};

}  // namespace roomd::actors
