// One client's connection: joins the session's state machine to its socket, to the shard's timers and to the other
// actors. Spawned by the shard's listener through `open_connection`, on the shard that accepted the socket; ends when
// the socket has. Everything that is bound to the shard is let go of in `on_exit`, since the object itself may be
// freed by whichever thread drops the last reference.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "actors/interfaces.hpp"
#include "actors/pinned.hpp"
#include "actors/shard_state.hpp"
#include "core/timing_wheel.hpp"
#include "core/transport.hpp"
#include "protocol/session.hpp"

namespace roomd::actors {

class connection final : public pinned<connection_actor::base>,
                         public transport_listener,
                         private protocol::session_port,
                         private wheel_timer {
 public:
  /// `address`: the peer's, as text_hash; 0: not known.
  connection(caf::actor_config& cfg, shard_state& s, transport_ptr t, std::uint64_t address);
  const char* name() const override { return "connection"; }
  behavior_type make_behavior() override;
  void on_exit() override;

  /// Makes it known on the shard. Once, before anything else happens to it.
  void start();

  // transport_listener
  void on_text(std::string_view text) override;
  void on_binary() override;
  void on_alive() override;
  void on_blocked() override;
  void on_progress() override;
  void on_closed() override;

 private:
  // protocol::session_port
  void send(frame_ptr f) override;
  std::size_t buffered() const override;
  outbox& output() override { return transport_->output(); }
  bool deflates() const override { return transport_ && transport_->deflates(); }
  void pause_reading(bool paused) override;
  void favour(bool yes) override;
  bool input_waits() const override { return transport_ && transport_->input_waits(); }
  bool takes_output() const override { return transport_ && transport_->takes_output(); }
  void close(close_code code) override;
  void close_discarding(close_code code) override;
  void request(protocol::room_request r) override;
  void enter(protocol::seat& s) override;
  void exit(protocol::seat& s) override;
  void queue_for_page() override;
  void deadline_moved() override { rearm(); }
  std::optional<std::chrono::milliseconds> charge_room() override;
  void refund_room() override;
  void queue_to_tell() override;
  std::uint64_t next_stamp() override;

  // wheel_timer
  void on_timer(time_point now) override;

  void rearm();
  void end();

  shard_state& state_;
  transport_ptr transport_;  ///< null: it has ended
  std::uint64_t number_;
  std::uint64_t address_;
  protocol::session session_;
  time_point armed_for_{time_point::max()};
};

/// Spawns a connection for an accepted WebSocket and returns what the socket talks to. On the shard's thread. `address`: the
/// peer's, without its port.
listener_ptr open_connection(shard_state& s, transport_ptr t, std::string_view address = {});

}  // namespace roomd::actors
