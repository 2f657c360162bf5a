#include "actors/redis_link.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "store/redis_advice.hpp"
#include "store/redis_asking.hpp"
#include "store/redis_context.hpp"
#include "store/redis_info.hpp"
#include "store/redis_slot.hpp"

namespace roomd::actors {
namespace {

const error link_lost = store::redis_unavailable(store::why::link_down);

/// Everybody is told, whoever throws.
class first_fault {
 public:
  template <class F>
  void of(F step) {
    try {
      step();
    } catch (...) {
      if (!first_) first_ = std::current_exception();
    }
  }
  void rethrow() const {
    if (first_) std::rethrow_exception(first_);
  }

 private:
  std::exception_ptr first_;
};

}  // namespace

/// A call, kept for the case that the server does not know the script.
struct redis_link::script_run {
  script_run(const store::redis_script& s, words keys, words arguments, handler h, std::size_t& sum)
      : script(s), writes(&s == &store::scripts::publish), done(std::move(h)), all_bytes(sum) {
    rest.reserve(1 + keys.size() + arguments.size());
    rest.push_back(std::to_string(keys.size()));
    rest.insert(rest.end(), keys.begin(), keys.end());
    rest.insert(rest.end(), arguments.begin(), arguments.end());
    others = std::to_string(keys.size() - 1);
    all_bytes += bytes();
  }
  script_run(const script_run&) = delete;
  script_run& operator=(const script_run&) = delete;
  ~script_run() { all_bytes -= bytes(); }
  std::vector<std::string_view> command(std::string_view name, std::string_view text) const {
    std::vector<std::string_view> all{name, text};
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  }
  /// With the first key alone declared (store/redis_asking.hpp).
  std::vector<std::string_view> one_key_command(std::string_view text) const {
    std::vector<std::string_view> all{"EVAL", text, "1"};
    all.insert(all.end(), rest.begin() + 1, rest.end());
    all.push_back(others);
    return all;
  }
  std::string_view key() const { return rest[1]; }
  std::size_t bytes() const {
    return std::accumulate(rest.begin(), rest.end(), sizeof *this,
                           [](std::size_t sum, const auto& word) { return sum + sizeof word + word.size(); });
  }

  const store::redis_script& script;
  bool writes;  ///< what replicas may be waited for
  handler done;
  std::vector<std::string> rest;  ///< how many keys, keys, arguments
  std::string others;             ///< how many keys there are besides the first
  std::size_t& all_bytes;         ///< of all calls of the link
};

redis_link::redis_link(shard& home, redis_server server, const redis_timing& timing, const bounds& b,
                       observer& o)
    : redis_connection(home, std::move(server), timing, "commands"),
      bounds_(b),
      pipeline_({b.commands, b.bytes, timing.reply, b.reply}),
      waits_(b.waits),
      observer_(o) {
  pipeline_.when_error([this](const store::redis_reply& e) { look_at_error(e); });
}

// --- commands ------------------------------------------------------------------------------------------------------

bool redis_link::submit(words command, handler done) {
  if (!is_up() || !pipeline_.submit(command, now(), std::move(done))) return false;
  has_output();
  return true;
}

std::string redis_link::take_output() {
  hand_out_turns();
  if (waits_.is_due()) wait_for_replicas();
  return pipeline_.take_output();
}

// Where there is no room for it, the next reply makes some.
void redis_link::wait_for_replicas() {
  const bool taken = pipeline_.submit(waits_.command(), now(),
                                      [this](const result<store::redis_reply>& r) { waits_.take(r); });
  if (taken) waits_.sent();
}

void redis_link::on_input(std::string_view bytes) {
  if (!pipeline_.receive(bytes)) return cut("protocol");
  if (waits_.is_due() || turns_.waiting() > 0) has_output();
}

// --- scripts -------------------------------------------------------------------------------------------------------

bool redis_link::run(const store::redis_script& script, words keys, words arguments, store::redis_want as,
                     handler done) {
  const bool writes = &script == &store::scripts::publish;
  auto told = windowed(as, std::move(done));
  auto call = std::make_shared<const script_run>(
      script, keys, arguments, writes ? waits_.hold(std::move(told)) : std::move(told), call_bytes_);
  const bool taken = repairing_ ? hold(std::move(call)) : send(call);
  if (taken && as != store::redis_want::command) window_.sent();
  return taken;
}

bool redis_link::run_asking(const store::redis_script& script, words keys, words arguments, handler done) {
  const bool writes = &script == &store::scripts::publish;
  const auto call = std::make_shared<const script_run>(
      script, keys, arguments, writes ? waits_.hold(std::move(done)) : std::move(done), call_bytes_);
  return send_text(call, true);
}

/// For a slot that moves: to the server that it comes to, or to the one that it leaves and that lacks some key.
bool redis_link::send_text(const script_run_ptr& call, bool asking) {
  static constexpr std::array<std::string_view, 1> behind_this{"ASKING"};
  if (asking && !submit(behind_this, [](const auto&) {})) return false;
  const auto text = store::one_key_text(call->script);
  if (!asking) again_.insert(call);
  const bool sent = submit(*call, call->one_key_command(text), [this, call](result<store::redis_reply> r) {
    again_.erase(call);
    if (r && (r->is_error("ASK") || r->is_error("MOVED"))) observer_.on_redis_sent_on(call->key(), *r);
    call->done(std::move(r));
  });
  if (!sent) again_.erase(call);
  return sent;
}

bool redis_link::submit(const script_run& call, words command, handler done) {
  if (!submit(command, std::move(done))) return false;
  if (call.writes) waits_.wrote();
  return true;
}

bool redis_link::send(const script_run_ptr& call) {
  const bool sent = submit(*call, call->command("EVALSHA", call->script.digest),
                           [this, call](result<store::redis_reply> r) { take(call, std::move(r)); });
  if (sent) ++by_digest_;
  return sent;
}

void redis_link::take(const script_run_ptr& call, result<store::redis_reply> reply) {
  --by_digest_;
  const bool of_moving_slot = server().clustered && store::is_of_rooms(call->script);
  if (reply && of_moving_slot && reply->is_error("ASK")) observer_.on_redis_sent_on(call->key(), *reply);
  if (reply && of_moving_slot && reply->is_error("TRYAGAIN")) {
    repairing_ = true;
    if (!send_text(call, false)) call->done(link_lost);
  } else if (!reply || !reply->is_error("NOSCRIPT")) {
    call->done(std::move(reply));
  } else {
    repairing_ = true;
    again_.insert(call);
    const auto answered = [this, call](result<store::redis_reply> r) {
      again_.erase(call);
      call->done(std::move(r));
    };
    if (!submit(*call, call->command("EVAL", call->script.text), answered)) answered(link_lost);
  }
  if (by_digest_ == 0 && is_up()) release();
}

// What is called now would overtake those that the server is about to refuse.
bool redis_link::hold(script_run_ptr call) {
  if (!is_up() || pipeline_.in_flight() + held_.size() >= bounds_.commands ||
      held_bytes_ + call->bytes() > bounds_.bytes)
    return false;
  held_bytes_ += call->bytes();
  held_.push_back(std::move(call));
  return true;
}

bool redis_link::holds_back(std::string_view key) const {
  const auto of_room = [tag = store::redis_tag(key)](const script_run_ptr& call) {
    return store::redis_tag(call->key()) == tag;
  };
  return std::any_of(again_.begin(), again_.end(), of_room) ||
         std::any_of(held_.begin(), held_.end(), of_room);
}

void redis_link::release() {
  repairing_ = false;
  held_bytes_ = 0;
  first_fault fault;
  for (const auto& call : std::exchange(held_, {}))
    fault.of([&] {
      if (!send(call)) call->done(link_lost);
    });
  fault.rethrow();
}

// --- up and down ---------------------------------------------------------------------------------------------------

void redis_link::on_up(const store::redis_greeting& said, time_point asked) {
  server_generation_ = said.generation();
  clock_ = {};
  clock_.look(asked, now(), said.clock());
  observer_.on_redis_up();
}

// Who asked hears first, so that whoever hears of the end has no question open.
void redis_link::on_down() {
  generation_.clear();
  server_generation_.clear();
  first_fault fault;
  fault.of([this] { pipeline_.fail(link_lost); });
  by_digest_ = 0;
  fault.of([this] { release(); });
  fault.of([this] { waits_.fail(); });
  turns_.clear();
  window_.restart();
  observer_.on_redis_down();
  fault.rethrow();
}

// --- the generation and the watchdog -------------------------------------------------------------------------------

void redis_link::learn_generation(std::string_view generation) {
  generation_ = generation;
  server_generation_ = generation;
}

// A replica of a cluster says MOVED as well, and a slot that has moved says nothing of the others: so in a cluster the
// server itself is asked what it is.
void redis_link::look_at_error(const store::redis_reply& error) {
  const bool down = error.is_error("CLUSTERDOWN");
  const bool moved = error.is_error("MOVED");
  const bool elsewhere = moved || error.is_error("ASK");
  const auto word = error.error_word();
  if (store::redis_refuses(word) && !(moved && server().clustered)) observer_.on_redis_unwilling(word);
  if (error.is_error("READONLY") || down || (elsewhere && !server().clustered)) generation_.clear();
  if (!server().clustered) return;
  if (elsewhere) ask_role(doubting_);
  if (moved || down) observer_.on_redis_refused(store::redirected_slot(error));
}

// Where as much is in flight as may be, the deadlines of that tell how the server is.
void redis_link::ask_role(bool& under_way) {
  static constexpr std::array<std::string_view, 4> command{"INFO", "server", "memory", "replication"};
  if (under_way) return;
  under_way = submit(command, [this, &under_way, asked = now()](const result<store::redis_reply>& r) {
    under_way = false;
    judge(r, asked);
  });
}

void redis_link::judge(const result<store::redis_reply>& info, time_point asked) {
  if (!info) return;
  if (info->what == store::redis_reply::kind::error) return cut(info->error_word());
  const auto said = store::parse_redis_info(info->text);
  if (!said) return cut("protocol");
  if (!said->master && !server().replica_too) return cut("replica");
  if (said->evicts && !server().replica_too && !server().access.allow_eviction) return cut("eviction");
  if (said->generation != server_generation_) generation_.clear();
  server_generation_ = said->generation;
  clock_.look(asked, now(), said->clock);
  well();
}

}  // namespace roomd::actors
