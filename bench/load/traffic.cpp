#include "load/traffic.hpp"

#include <algorithm>
#include <random>
#include <stdexcept>

#include <nlohmann/json.hpp>

namespace bench {
namespace {

constexpr std::chrono::seconds patience{20};

/// Counts what must arrive, and waits for it.
class ledger {
 public:
  explicit ledger(swarm& s) : swarm_(s), start_(s.seen().deliveries) {}
  void publish(std::size_t room, std::size_t count) {
    swarm_.publish(room, count);
    expected_ += count * swarm_.room_size();
    published_ += count;
  }
  std::uint64_t arrived() const { return swarm_.seen().deliveries - start_; }
  std::uint64_t outstanding() const { return expected_ - arrived(); }
  std::uint64_t published() const { return published_; }
  void settle() {
    if (swarm_.spin([this] { return outstanding() == 0; }, patience)) return;
    throw std::runtime_error(std::to_string(outstanding()) + " of " + std::to_string(expected_) +
                             " deliveries did not arrive");
  }

 private:
  swarm& swarm_;
  std::uint64_t start_;
  std::uint64_t expected_ = 0;
  std::uint64_t published_ = 0;
};

double microseconds(nanoseconds n) { return static_cast<double>(n) / 1000.0; }

}  // namespace

nlohmann::json fan_out(swarm& s, const fan_out_plan& plan) {
  std::mt19937_64 random(plan.seed);
  ledger book(s);
  const auto begun = clock_now();
  const auto until = begun + std::chrono::nanoseconds(plan.time).count();
  const std::uint64_t most = plan.window * s.room_size();
  const std::uint64_t step = plan.burst * s.room_size();
  while (clock_now() < until) {
    while (book.outstanding() + step <= most) book.publish(random() % s.rooms(), plan.burst);
    s.poll();
  }
  book.settle();
  return {{"deliveries", book.arrived()}, {"publishes", book.published()}, {"ns", clock_now() - begun}};
}

nlohmann::json at_rate(swarm& s, std::size_t rate, std::chrono::milliseconds time) {
  std::mt19937_64 random(rate);
  ledger book(s);
  s.seen().time_from_now();
  const auto begun = clock_now();
  const auto interval = 1'000'000'000 / static_cast<nanoseconds>(rate);
  const auto count = static_cast<nanoseconds>(rate) * time.count() / 1000;
  for (nanoseconds i = 0; i < count; ++i) {
    s.spin([due = begun + i * interval] { return clock_now() >= due; }, patience);
    book.publish(random() % s.rooms(), 1);
  }
  book.settle();
  s.seen().timing = false;
  auto out = summary(s.seen().latencies);
  out["deliveries"] = book.arrived();
  return out;
}

nlohmann::json summary(const std::vector<nanoseconds>& latencies) {
  return {{"p50_us", microseconds(percentile(latencies, 0.5))},
          {"p99_us", microseconds(percentile(latencies, 0.99))},
          {"max_us", microseconds(percentile(latencies, 1.0))}};
}

}  // namespace bench
