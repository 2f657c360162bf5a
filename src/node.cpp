#include "node.hpp"

#include <utility>

#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/inquiry.hpp"
#include "config/processors.hpp"
#include "protocol/message_text.hpp"

#include "logging.hpp"

namespace roomd {

node::node(actors::settings_ptr s, const chosen_engine& chosen)
    : config_(s->server.threads > 0 ? s->server.threads : config::usable_processors()), system_(config_) {
  auto& scheduler = actors::shard_scheduler::of(system_);
  const auto clock = std::make_shared<actors::stamp_clock>();
  for (std::size_t i = 0; i < scheduler.size(); ++i) {
    const sealer seal = protocol::make_sealer();
    auto engine = chosen.make(scheduler.at(i), scheduler.size(), seal);
    states_.push_back(
        std::make_unique<actors::shard_state>(scheduler.at(i), s, std::move(engine), seal, clock));
    auto& state = *states_.back();
    hubs_.push_back(system_.spawn<actors::hub>(state));
    directories_.push_back(system_.spawn<actors::directory>(state));
    inquiries_.push_back(system_.spawn<actors::inquiry>(state));
    api_.push_back(static_cast<actors::inquiry*>(caf::actor_cast<caf::abstract_actor*>(inquiries_.back())));
  }
  states_.front()->add_process_stats = [](shard_stats& n) {
    n.log_dropped = dropped_log_lines();
    n.memory.log = waiting_log_bytes();
  };
  for (auto& state : states_) {
    state->hubs = hubs_;
    state->directories = directories_;
    state->inquiries = inquiries_;
  }
  const auto tell = [this](const auto& what) {
    for (auto& d : directories_) caf::anon_send(d, what);
  };
  states_.front()->engine->watch({
      .ended = [tell](const std::string& name) { tell(actors::node_ended{name}); },
      .returned = [tell](const std::string& name) { tell(actors::node_returned{name}); },
      .lapsed = [tell] { tell(actors::node_lapsed{}); },
  });
  if (chosen.spawn_ingest) ingest_ = chosen.spawn_ingest(system_, *states_.front());
  for (auto& state : states_) state->home.post([engine = state->engine.get()] { engine->start(); });
  for (auto& d : directories_) caf::anon_send(d, actors::sweep_due{});
}

node::~node() {
  const auto reason = caf::exit_reason::user_shutdown;
  if (ingest_) caf::anon_send_exit(ingest_, reason);
  for (auto& a : inquiries_) caf::anon_send_exit(a, reason);
  for (auto& a : directories_) caf::anon_send_exit(a, reason);
  for (auto& a : hubs_) caf::anon_send_exit(a, reason);
  system_.await_all_actors_done();
  for (auto& state : states_) {  // no actor is left to use them, and no handle may outlive the system
    state->directories.clear();
    state->hubs.clear();
    state->inquiries.clear();
  }
}

actors::shard& node::shard(std::size_t i) { return actors::shard_scheduler::of(system_).at(i); }

void node::on_shard(std::size_t i, std::function<void()> f) { shard(i).post(std::move(f)); }

void node::serve(bool yes) {
  for (auto& a : inquiries_) caf::anon_send(a, actors::serving{yes});
  if (ingest_) caf::anon_send(ingest_, actors::serving{yes});
}

void node::apply(actors::settings_ptr s) {
  for (auto& a : hubs_) caf::anon_send(a, actors::new_settings{s});
}

void node::drain(const config::drain_settings& how, std::function<void()> done) {
  for (auto& a : hubs_) caf::anon_send(a, actors::drain_sessions{how.window, how.timeout, done});
}

}  // namespace roomd
