#include "actors/shard_clock.hpp"

#include <utility>

#include "actors/shard.hpp"

namespace roomd::actors {

time_point shard_timeouts::now() const noexcept { return owner_.now(); }

void shard_timeouts::cancel_ordinary_timeout_of(caf::actor_id id, caf::atom_value type) {
  handle(ordinary_timeout_cancellation{id, type});
}

void shard_timeouts::cancel_request_timeout_of(caf::actor_id id, caf::message_id request) {
  handle(request_timeout_cancellation{id, request});
}

void shard_timeouts::cancel_timeouts_of(caf::actor_id id) { handle(timeouts_cancellation{id}); }

template <class F>
void shard_clock::with_timeouts(F f) {
  if (auto* here = shard::current()) {
    f(here->timeouts());
  } else {
    auto& first = *shards_.front();
    first.post([&first, f = std::move(f)]() mutable { f(first.timeouts()); });
  }
}

time_point shard_clock::now() const noexcept {
  const auto* here = shard::current();
  return here ? here->now() : clock_type::now();
}

void shard_clock::set_ordinary_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                       std::uint64_t id) {
  with_timeouts([=, held = caf::strong_actor_ptr(self->ctrl())](shard_timeouts& timeouts) {
    timeouts.set_ordinary_timeout(t, held->get(), type, id);
  });
}

void shard_clock::set_multi_timeout(time_point t, caf::abstract_actor* self, caf::atom_value type,
                                    std::uint64_t id) {
  with_timeouts([=, held = caf::strong_actor_ptr(self->ctrl())](shard_timeouts& timeouts) {
    timeouts.set_multi_timeout(t, held->get(), type, id);
  });
}

void shard_clock::set_request_timeout(time_point t, caf::abstract_actor* self, caf::message_id id) {
  with_timeouts([=, held = caf::strong_actor_ptr(self->ctrl())](shard_timeouts& timeouts) {
    timeouts.set_request_timeout(t, held->get(), id);
  });
}

void shard_clock::cancel_ordinary_timeout(caf::abstract_actor* self, caf::atom_value type) {
  with_timeouts(
      [=, id = self->id()](shard_timeouts& timeouts) { timeouts.cancel_ordinary_timeout_of(id, type); });
}

void shard_clock::cancel_request_timeout(caf::abstract_actor* self, caf::message_id request) {
  with_timeouts(
      [=, id = self->id()](shard_timeouts& timeouts) { timeouts.cancel_request_timeout_of(id, request); });
}

void shard_clock::cancel_timeouts(caf::abstract_actor* self) {
  with_timeouts([id = self->id()](shard_timeouts& timeouts) { timeouts.cancel_timeouts_of(id); });
}

void shard_clock::schedule_message(time_point t, caf::strong_actor_ptr receiver,
                                   caf::mailbox_element_ptr content) {
  with_timeouts([t, to = std::move(receiver), what = std::move(content)](shard_timeouts& timeouts) mutable {
    timeouts.schedule_message(t, std::move(to), std::move(what));
  });
}

void shard_clock::schedule_message(time_point t, caf::group target, caf::strong_actor_ptr sender,
                                   caf::message content) {
  with_timeouts([t, to = std::move(target), from = std::move(sender),
                 what = std::move(content)](shard_timeouts& timeouts) mutable {
    timeouts.schedule_message(t, std::move(to), std::move(from), std::move(what));
  });
}

void shard_clock::cancel_all() {
  for (const auto& each : shards_) {
    each->post([s = each.get()] { s->timeouts().cancel_all(); });
  }
}

}  // namespace roomd::actors
