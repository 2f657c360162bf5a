// An actor that runs on one shard only, its home, whoever sends to it from wherever. So its handlers touch the
// shard's sockets and timers, and whatever else lives there, without a lock:
//
//   struct session : pinned<session_actor::base> { session(caf::actor_config& c, shard& home) : pinned(c, home) {} };
//   system.spawn<session>(home);
//
// It also answers for what CAF would print: an exception, a message, an error or a down message that no handler
// takes is told to the shard's fault handler. An exception ends the actor (its monitors hear
// `caf::sec::runtime_error`); the others are dropped.
//
// Rules for whoever writes one:
// - End it with `caf::anon_send_exit` or `send_exit(this, reason)`; `quit()` is for message handlers only. From a
//   completion handler `quit()` makes a zombie: no `on_exit`, no down messages, and shutdown waits for it for ever.
// - `on_exit()` runs at home. The object may die later and elsewhere, on the thread that drops the last reference.
//   Free in `on_exit()` what is bound to the shard: sockets, timers, marks in the turn queue (`unmark`), stored
//   response promises (they hold the actor itself).
// - A pending operation of Asio holds a reference to the actor. An actor that is never ended but only forgotten
//   would run `on_exit()` on a foreign thread; that is reported as `actor.unreachable`.
// - From completion handlers of its own shard `send`, `request().then()` and `delayed_send` are right, but not
//   before its first message or from `make_behavior()`. `current_sender()` and `make_response_promise()` are for
//   message handlers only.
// - No `activate()`: it would overtake the mailbox, and lose the message while the actor awaits a response.
#pragma once

#include <utility>

#include <caf/actor_config.hpp>
#include <caf/mailbox_element.hpp>
#include <caf/scheduled_actor.hpp>

#include "actors/shard.hpp"

namespace roomd::actors {

namespace detail {

void answer_for_defaults(caf::scheduled_actor& actor, const shard& home);
void report_unreachable(const caf::scheduled_actor& actor, const shard& home);

}  // namespace detail

template <class Base>
class pinned : public Base {
 public:
  pinned(caf::actor_config& config, shard& home) : Base(config), home_(home) {
    this->context(&home_);
    detail::answer_for_defaults(*this, home_);
  }

  shard& home() const { return home_; }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr what, caf::execution_unit*) override {
    Base::enqueue(std::move(what), &home_);
  }
  void launch(caf::execution_unit*, bool lazy, bool hide) override { Base::launch(&home_, lazy, hide); }
  void on_destroy() override {
    if (!this->getf(caf::abstract_actor::is_cleaned_up_flag)) detail::report_unreachable(*this, home_);
    Base::on_destroy();
  }

 private:
  shard& home_;
};

}  // namespace roomd::actors
