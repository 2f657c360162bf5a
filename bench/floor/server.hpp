// See main.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bench {

class floor_server {
 public:
  /// Listens on the loopback address. Throws std::system_error.
  floor_server(std::uint16_t port, bool one_send_a_turn);
  [[noreturn]] void run();

 private:
  struct room;
  struct client {
    int socket = -1;
    room* in = nullptr;  ///< null: a publisher, or not yet upgraded
    std::size_t slot = 0;
    bool upgraded = false;
    bool blocked = false;
    std::string input;                          ///< what is not whole yet
    std::string unsent;                         ///< what the kernel did not take
    std::shared_ptr<const std::string> replay;  ///< sent to many, from `replayed` on, after `unsent`
    std::size_t replayed = 0;
    room* then = nullptr;  ///< where it is a member once all of that is sent; null: where it is
  };
  struct room {
    std::vector<client*> members;
    std::string turn;  ///< frames of this turn
  };

  void accept_all();
  void receive(client& c);
  bool upgrade(client& c);
  /// False: the client is gone.
  bool frames(client& c);
  void publish(std::string_view text);
  void plan_replay(const std::string& text);
  void replay_some();
  void send(client& c, std::string_view bytes);
  void send_rest(client& c);
  void end_turn();
  void enter(client& c, room& r);
  void exit(client& c);
  void drop(client& c);

  bool one_send_a_turn_;
  int epoll_;
  int listening_;
  std::unordered_map<std::string, room> rooms_;
  std::vector<room*> dirty_;
  std::unordered_map<int, std::unique_ptr<client>> clients_;
  std::deque<int> to_replay_;  ///< sockets
  std::size_t replays_a_turn_ = 1;
};

}  // namespace bench
