// How far two cores are from each other: nanoseconds for a cache line's way there and back. Virtual machines move
// their cores, and the cost of everything that one core sends another moves with them.
//
//   bench_distance CPU CPU    each line of standard input is answered by one number, measured over 2,000 round trips
#include <atomic>
#include <chrono>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

#include <pthread.h>
#include <sched.h>

namespace {

constexpr int round_trips = 2000;

void pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(cpu), &set);
  if (::pthread_setaffinity_np(::pthread_self(), sizeof set, &set) != 0)
    throw std::runtime_error("cannot run on CPU " + std::to_string(cpu));
}

double measure(int here, int there) {
  alignas(128) std::atomic<int> ball{0};
  std::thread partner([&] {
    pin(there);
    for (int i = 0; i < round_trips; ++i) {
      while (ball.load(std::memory_order_acquire) != 2 * i + 1) {
      }
      ball.store(2 * i + 2, std::memory_order_release);
    }
  });
  pin(here);
  std::chrono::steady_clock::time_point begun;
  for (int i = 0; i < round_trips; ++i) {
    if (i == round_trips / 10) begun = std::chrono::steady_clock::now();  // the partner is awake
    ball.store(2 * i + 1, std::memory_order_release);
    while (ball.load(std::memory_order_acquire) != 2 * i + 2) {
    }
  }
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - begun;
  partner.join();
  return took.count() / (round_trips - round_trips / 10);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 3) throw std::invalid_argument("usage: bench_distance CPU CPU");
    const int here = std::stoi(argv[1]);
    const int there = std::stoi(argv[2]);
    for (std::string line; std::getline(std::cin, line);) std::cout << measure(here, there) << std::endl;
  } catch (const std::exception& e) {
    std::cerr << "bench_distance: " << e.what() << '\n';
    return 1;
  }
}
