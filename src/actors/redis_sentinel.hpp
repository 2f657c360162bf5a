// A shard's connection to one sentinel: asks it which server is the master as soon as it is up, every second, when the
// sentinel announces another one, and when told to. One deadline watches each question, so a sentinel that is silent is
// given up. See redis_connection.hpp for its life, store/redis_sentinel_talk.hpp for what is said.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "actors/redis_connection.hpp"
#include "store/redis_reader.hpp"
#include "store/redis_sentinel_talk.hpp"

namespace roomd::actors {

class redis_sentinel final : public redis_connection {
 public:
  /// `heard`: it has answered, or is away: another master() maybe.
  redis_sentinel(shard& home, redis_server server, const redis_timing& timing, std::string_view master,
                 std::function<void()> heard);

  /// Now, if it is up; again, where a question is under way.
  void ask();
  /// What it answered last; none: it knows no such master, or is away.
  const std::optional<store::redis_master>& master() const { return master_; }

 private:
  void on_up(const store::redis_greeting& said, time_point asked) override;
  void on_down() override;
  void on_input(std::string_view bytes) override;
  std::string take_output() override;
  void look() override;
  std::optional<time_point> deadline() const override { return answer_due_; }
  void take(const store::redis_reply& reply);
  void answered();

  const std::string name_;
  std::function<void()> heard_;
  std::optional<store::redis_reader> reader_;
  std::optional<store::redis_sentinel_talk> talk_;
  std::string output_;
  std::optional<time_point> answer_due_;
  bool again_ = false;  ///< to be asked behind this answer
  std::optional<store::redis_master> master_;
  bool knows_ = true;  ///< so that its ignorance is said once
};

}  // namespace roomd::actors
