// Work that may block for as long as it likes (a file on a server that does not answer, a pipe that nobody writes to),
// on a thread of its own, so that the main thread goes on hearing signals and giving signs of life. One at a time.
// Lives on the main thread.
#pragma once

#include <memory>
#include <thread>
#include <utility>

#include <signal.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

namespace roomd {

class blocking_work {
 public:
  explicit blocking_work(boost::asio::io_context& io) : io_(io) {}
  blocking_work(const blocking_work&) = delete;
  blocking_work& operator=(const blocking_work&) = delete;
  /// Does not wait for work that has not come back: the process must end without its thread (std::_Exit) while it is
  /// `busy`.
  ~blocking_work() {
    if (busy_) {
      thread_.detach();
    } else if (thread_.joinable()) {
      thread_.join();
    }
  }

  bool busy() const { return busy_; }

  /// Runs `work` on the other thread and then `done` with its result on this one. Not while it is busy.
  template <class Work, class Done>
  void run(Work work, Done done) {
    if (thread_.joinable()) thread_.join();
    busy_ = true;
    const without_signals masked;
    thread_ = std::thread([this, work = std::move(work), done = std::move(done)]() mutable {
      auto result = std::make_shared<decltype(work())>(work());
      boost::asio::post(io_, [this, result, done = std::move(done)]() mutable {
        busy_ = false;
        done(std::move(*result));
      });
    });
  }

 private:
  /// A thread that is started meanwhile gets no signals: they would end what it waits for.
  class without_signals {
   public:
    without_signals() {
      sigset_t all;
      ::sigfillset(&all);
      ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    without_signals(const without_signals&) = delete;
    without_signals& operator=(const without_signals&) = delete;
    ~without_signals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

   private:
    sigset_t before_;
  };

  boost::asio::io_context& io_;
  std::thread thread_;
  bool busy_ = false;
};

}  // namespace roomd
