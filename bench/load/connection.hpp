// One client: connects, upgrades, does its role's steps, then receives. Non-blocking; the swarm calls it when its
// socket has something. What it sends is small and is expected to be taken at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/dialect.hpp"
#include "load/tally.hpp"

namespace bench {

class connection {
 public:
  /// `who` and `tally` outlive it. `id` is unique among the clients of this process.
  connection(const dialect& how, const role& who, tally& t, std::string room, std::size_t id);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  int socket() const { return socket_; }
  const std::string& room() const { return room_; }
  bool ready() const { return phase_ == phase::ready; }
  /// Number of the newest message.
  std::uint64_t newest() const { return newest_; }
  void expect_from(std::uint64_t next) { newest_ = next - 1; }

  void connect();
  /// Reads what is there, at most one buffer.
  void receive();
  void send(opcode kind, std::string_view payload);
  void send_raw(std::string_view bytes);

 private:
  enum class phase { upgrading, stepping, ready, closed };

  void got_upgrade(std::string_view bytes);
  void on_frame(opcode kind, std::string_view payload);
  void note_epoch(std::string_view payload);
  void do_steps();
  void count(std::string_view payload);
  void count_deliveries(std::string_view payload);
  void check_number(std::string_view payload);
  void end();

  const dialect& how_;
  const role& who_;
  tally& tally_;
  std::string room_;
  std::size_t id_;
  int socket_ = -1;
  phase phase_ = phase::upgrading;
  std::size_t step_ = 0;
  std::string head_;  ///< of the upgrade's answer, until it is whole
  frame_reader frames_;
  std::uint64_t newest_ = 0;
};

}  // namespace bench
