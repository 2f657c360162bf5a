#include "actors/redis_link.hpp"

#include <array>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

#include "store/redis_replication.hpp"
#include "store/redis_slot.hpp"

namespace roomd::actors {
namespace {

const error link_lost{errc::unavailable, "the connection to Redis is lost", {}};

/// A script's keys and arguments, kept for the case that the server does not know the script.
class script_call {
 public:
  script_call(redis_link::words keys, redis_link::words arguments) {
    rest_.reserve(1 + keys.size() + arguments.size());
    rest_.push_back(std::to_string(keys.size()));
    rest_.insert(rest_.end(), keys.begin(), keys.end());
    rest_.insert(rest_.end(), arguments.begin(), arguments.end());
  }
  std::vector<std::string_view> command(std::string_view name, std::string_view script) const {
    std::vector<std::string_view> all{name, script};
    all.insert(all.end(), rest_.begin(), rest_.end());
    return all;
  }

 private:
  std::vector<std::string> rest_;
};

}  // namespace

redis_link::redis_link(shard& home, redis_server server, const redis_timing& timing, const bounds& b,
                       observer& o)
    : redis_connection(home, std::move(server), timing, "commands"),
      pipeline_({b.commands, b.bytes, timing.reply, b.reply}),
      observer_(o) {
  pipeline_.when_error([this](const store::redis_reply& e) { look_at_error(e); });
}

// --- commands ------------------------------------------------------------------------------------------------------

bool redis_link::submit(words command, handler done) {
  if (!is_up() || !pipeline_.submit(command, now(), std::move(done))) return false;
  has_output();
  return true;
}

bool redis_link::run(const store::redis_script& script, words keys, words arguments, handler done) {
  const auto call = std::make_shared<const script_call>(keys, arguments);
  return submit(call->command("EVALSHA", script.digest),
                [this, call, &script, done = std::move(done)](result<store::redis_reply> r) {
                  if (!r || !r->is_error("NOSCRIPT")) return done(std::move(r));
                  ++sent_again_;
                  const auto answered = [this, done](result<store::redis_reply> again) {
                    --sent_again_;
                    done(std::move(again));
                  };
                  if (!submit(call->command("EVAL", script.text), answered)) answered(link_lost);
                });
}

void redis_link::on_input(std::string_view bytes) {
  if (!pipeline_.receive(bytes)) cut("protocol");
}

// --- up and down ---------------------------------------------------------------------------------------------------

void redis_link::on_up(const std::string& generation) {
  server_generation_ = generation;
  observer_.on_redis_up();
}

// Who asked hears first, so that whoever hears of the end has no question open.
void redis_link::on_down() {
  generation_.clear();
  server_generation_.clear();
  std::exception_ptr fault;
  try {
    pipeline_.fail(link_lost);
  } catch (...) {
    fault = std::current_exception();
  }
  observer_.on_redis_down();
  if (fault) std::rethrow_exception(fault);
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
  if (error.is_error("READONLY") || down || (elsewhere && !server().clustered)) generation_.clear();
  if (!server().clustered) return;
  if (elsewhere && !doubting_) ask_role();
  if (moved || down) observer_.on_redis_refused(store::redirected_slot(error));
}

void redis_link::ask_role() {
  static constexpr std::array<std::string_view, 2> command{"INFO", "replication"};
  doubting_ = submit(command, [this](const result<store::redis_reply>& r) {
    doubting_ = false;
    judge(r);
  });
}

// Where as much is in flight as may be, the deadlines of that tell how the server is.
void redis_link::look() {
  static constexpr std::array<std::string_view, 2> command{"INFO", "replication"};
  if (looking_) return;
  looking_ = submit(command, [this](const result<store::redis_reply>& r) {
    looking_ = false;
    judge(r);
  });
}

void redis_link::judge(const result<store::redis_reply>& replication) {
  if (!replication) return;
  if (replication->what == store::redis_reply::kind::error) return cut(replication->error_word());
  const auto said = store::parse_redis_replication(replication->text);
  if (!said) return cut("protocol");
  if (!said->master && !server().replica_too) return cut("replica");
  if (said->generation != server_generation_) generation_.clear();
  server_generation_ = said->generation;
  well();
}

}  // namespace roomd::actors
