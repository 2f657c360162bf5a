#include "actors/connection.hpp"

#include <utility>
#include <variant>

#include "actors/random_id.hpp"

namespace roomd::actors {

connection::connection(caf::actor_config& cfg, shard_state& s, transport_ptr t, std::uint64_t address)
    : pinned(cfg, s.home),
      state_(s),
      transport_(std::move(t)),
      number_(s.next_number()),
      address_(address),
      session_(*this, s.counters, s.rules, {static_cast<std::uint32_t>(s.home.index()), number_}, random_id(),
               s.home.now()) {}

connection_actor::behavior_type connection::make_behavior() {
  return {[this](const end_session& m) {
            session_.close(m.code);
            if (transport_) transport_->abort();
          },
          [this](const drain_session&) { session_.drain(); }};
}

void connection::start() {
  state_.sessions.add(number_, {&session_, connection_actor{this}});
  rearm();
  if (state_.draining) caf::anon_send(connection_actor{this}, drain_session{});
}

void connection::on_exit() { end(); }

void connection::end() {
  if (!transport_) return;
  session_.gone();
  state_.catch_ups.forget(number_);
  state_.sessions.remove(number_);
  home().cancel_timer(*this);
  std::exchange(transport_, nullptr)->abort();
}

// --- the socket --------------------------------------------------------------------------------------------------

void connection::on_text(std::string_view text) {
  session_.text(text, home().now());
  rearm();
}

void connection::on_binary() { session_.binary(); }

void connection::on_alive() { session_.alive(home().now()); }

void connection::on_blocked() {
  session_.blocked(home().now());
  rearm();
}

void connection::on_progress() {
  session_.progressed(home().now());
  rearm();
}

void connection::on_closed() {
  end();
  send_exit(this, caf::exit_reason::user_shutdown);  // not quit(): this is no message handler
}

// --- what the session does ---------------------------------------------------------------------------------------

void connection::send(frame_ptr f) {
  if (transport_) transport_->output().push(std::move(f));
}

std::size_t connection::buffered() const { return transport_ ? transport_->output().buffered() : 0; }

void connection::pause_reading(bool paused) {
  if (transport_) transport_->pause_reading(paused);
}

void connection::favour(bool yes) {
  if (transport_) transport_->favour(yes);
}

void connection::close(close_code code) {
  if (transport_) transport_->close(code);
}

void connection::close_discarding(close_code code) {
  if (transport_) transport_->close_discarding(code);
}

void connection::request(protocol::room_request r) {
  if (auto* publish = std::get_if<publish_message>(&r)) publish->what->address = address_;
  state_.joins.request(number_, std::move(r));
}

void connection::enter(protocol::seat& s) { state_.sessions.enter(s); }

void connection::exit(protocol::seat& s) { state_.sessions.exit(s); }

void connection::queue_for_page() { state_.catch_ups.push(number_, state_.rules->outbox.page_bytes()); }

std::optional<std::chrono::milliseconds> connection::charge_room() {
  if (address_ == 0) return {};
  return state_.new_rooms.take(address_, state_.new_rooms_per_address(), home().now());
}

void connection::refund_room() {
  if (address_ != 0) state_.new_rooms.give_back(address_, state_.new_rooms_per_address());
}

void connection::queue_to_tell() { state_.infos.push(number_); }

std::uint64_t connection::next_stamp() { return state_.stamps->next(); }

// --- time --------------------------------------------------------------------------------------------------------

void connection::on_timer(time_point now) {
  armed_for_ = time_point::max();
  session_.tick(now);
  rearm();
}

// The timer is moved only when something is due earlier; one that fires too early looks and is set anew.
void connection::rearm() {
  if (!transport_ || session_.closed()) return;
  const time_point due = session_.deadline();
  if (due >= armed_for_) return;
  armed_for_ = due;
  home().set_timer(*this, due);
}

listener_ptr open_connection(shard_state& s, transport_ptr t, std::string_view address) {
  const std::uint64_t short_address = address.empty() ? 0 : text_hash{}(address);
  auto handle = s.home.system().spawn<connection>(s, std::move(t), short_address);
  auto keep = caf::actor_cast<caf::strong_actor_ptr>(handle);
  auto* made = static_cast<connection*>(caf::actor_cast<caf::abstract_actor*>(keep));
  made->start();
  return {made, [keep = std::move(keep)](connection*) {}};
}

}  // namespace roomd::actors
