// Commands of one shard to one Redis server: pipelined, bounded, each answered once, by the server or with `unavailable`
// when the connection is lost first. Then it is not known whether the server has carried the command out.
//
// It also keeps the generation that scripts are called with (docs/decisions/redis-scripts.md, "Generation"), and forgets
// it as soon as the server may no longer be the master that it was; and it knows the server's clock. See
// redis_connection.hpp for its life.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "actors/redis_connection.hpp"
#include "store/redis_clock.hpp"
#include "store/redis_pipeline.hpp"
#include "store/redis_scripts.hpp"
#include "store/redis_turns.hpp"
#include "store/redis_waits.hpp"

namespace roomd::actors {

class redis_link final : public redis_connection {
 public:
  using handler = store::redis_pipeline::handler;
  using words = std::span<const std::string_view>;

  class observer {
   public:
    virtual void on_redis_up() = 0;
    virtual void on_redis_down() = 0;
    /// In a cluster: the server has refused a command, since the slot is elsewhere; none: as nobody serves it.
    virtual void on_redis_refused(std::optional<std::size_t>) {}
    /// In a cluster: a room's script with this first key is for another server while the slot moves: ASK; or MOVED, where
    /// it was called behind ASKING. Before its caller hears of it.
    virtual void on_redis_sent_on(std::string_view, const store::redis_reply&) {}
    /// The server refuses to write, or its user a right: the word for a log (store/redis_advice.hpp).
    virtual void on_redis_unwilling(std::string_view) {}

   protected:
    ~observer() = default;
  };

  struct bounds {
    std::size_t commands = 8192;                 ///< in flight
    std::size_t bytes = std::size_t{16} << 20U;  ///< of commands waiting for the socket
    store::redis_reader::bounds reply{std::size_t{64} << 20U,
                                      500000};  ///< a cluster's map may have many items
    store::redis_waits::rule waits = {};        ///< for publishes, before they are answered
  };

  redis_link(shard& home, redis_server server, const redis_timing& timing, const bounds& b, observer& o);

  /// False: it is not up, or as much is in flight as may be; nothing was sent, and `done` is not called.
  bool submit(words command, handler done);
  bool submit(words command, store::redis_want as, handler done);
  /// Calls a script. Where the server does not know it (it was restarted, or SCRIPT FLUSH), its text is sent as well.
  /// Calls are carried out in their order, so later ones are held back while earlier ones have to be sent again.
  bool run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
           handler done);
  bool run(const store::redis_script& script, words keys, words arguments, handler done) {
    return run(script, keys, arguments, store::redis_want::command, std::move(done));
  }
  /// Whether something of this kind may be sent now, see redis_port.
  bool is_free(store::redis_want as) const { return turns_.nobody_before(as) && may_go(as); }
  /// `who` gets a turn, unless the connection is lost first.
  void wait(store::redis_want as, std::weak_ptr<store::redis_waiter> who);
  /// The same behind ASKING, for a key whose slot comes to the server.
  bool run_asking(const store::redis_script& script, words keys, words arguments, handler done);

  /// It is of no use as it is: another connection, please. `why`: one word for the log.
  void renew(std::string_view why) { cut(why); }
  /// Calls that may be answered later than what is sent now, as they wait for a script or for replicas.
  std::size_t held_back() const { return again_.size() + held_.size() + waits_.holding(); }
  /// The same of the key's room. Its replies that wait for replicas were answered by the server.
  bool holds_back(std::string_view key) const;

  /// Of memory: calls and commands on their way.
  std::size_t bytes() const {
    return socket_bytes() + pipeline_.bytes() + call_bytes_ + turns_.waiting() * sizeof(std::weak_ptr<void>);
  }

  /// What open.lua named last over this connection; empty: it has to be asked.
  const std::string& generation() const { return generation_; }
  /// open.lua has named it, in a reply that is being handed out.
  void learn_generation(std::string_view generation);
  /// The server's clock, as far as it is known. While it is up.
  unix_ms server_time() const { return clock_.at(now()); }

 private:
  void on_up(const store::redis_greeting& said, time_point asked) override;
  void on_down() override;
  void on_input(std::string_view bytes) override;
  std::string take_output() override;
  void look() override { ask_role(looking_); }
  std::optional<time_point> deadline() const override { return pipeline_.deadline(); }
  void judge(const result<store::redis_reply>& info, time_point asked);
  void look_at_error(const store::redis_reply& error);
  /// What kind of server it is, and what its clock says; not asked while the same question is `under_way`.
  void ask_role(bool& under_way);

  struct script_run;
  using script_run_ptr = std::shared_ptr<const script_run>;
  bool send(const script_run_ptr& call);
  bool send_text(const script_run_ptr& call, bool asking);
  bool submit(const script_run& call, words command, handler done);
  void take(const script_run_ptr& call, result<store::redis_reply> reply);
  bool hold(script_run_ptr call);
  void release();

  void wait_for_replicas();
  bool may_go(store::redis_want as) const;
  handler windowed(store::redis_want as, handler done);
  void hand_out_turns();

  const bounds bounds_;
  std::size_t call_bytes_ = 0;  ///< of calls that are not answered; they count themselves
  store::redis_pipeline pipeline_;
  store::redis_waits waits_;
  store::redis_turns turns_;
  store::redis_window window_;  ///< for what no client waits for
  time_point handed_out_{};     ///< the shard's turn in which there was no time for more
  observer& observer_;
  std::size_t by_digest_ = 0;  ///< calls in flight that the server may refuse because it lacks the script
  std::set<script_run_ptr> again_;    ///< calls in flight a second time, with the script's text
  bool repairing_ = false;            ///< it has refused one of them, so it may refuse the others
  std::vector<script_run_ptr> held_;  ///< until then
  std::size_t held_bytes_ = 0;
  std::string generation_;
  std::string server_generation_;  ///< what the server said of itself last
  store::redis_clock clock_;
  bool looking_ = false;   ///< the watchdog's question is under way
  bool doubting_ = false;  ///< whether it is a master has been asked since it refused something
};

}  // namespace roomd::actors
