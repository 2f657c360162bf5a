// One open room of the Redis engine: keeps its log a replica of the room's stream, sends its publishes and reads its
// history. A state machine without socket, clock or actor: it asks by redis_port, and redis_engine tells it what happens.
//
//   opening: the channel is there → open.lua → the newest page → open
//   open:    the channel brings the next message → the log has it
//            it brings another one, or was away → a page from head + 1, and the next, until nothing is missing
//            the numbering may be another one (reply 0, new link, new generation) → open.lua, then as above
//
// One such question is under way at a time. What comes on the channel meanwhile is stashed. Where something is in the
// way, it goes on when the link is back, and else with the next tick; publishes are refused meanwhile, readings wait.
//
// Held by its handle and, during a call, by whoever calls it, since the handle may be destroyed from inside any call of
// the observer's. Replies that come after close() find nobody.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/redis_publishes.hpp"
#include "store/redis_reads.hpp"
#include "store/redis_replica.hpp"
#include "store/redis_stash.hpp"

namespace roomd::store {

class redis_room final : public std::enable_shared_from_this<redis_room> {
 public:
  using refreshed = std::function<void(const std::optional<error>&)>;

  redis_room(redis_context& shared, const std::string& name, room_observer& observer);

  /// `create`: as somebody writes; else the room is opened to read, see store.hpp.
  void start(bool create = true);
  void create();
  void close();

  bool is_open() const { return open_; }
  bool is_closed() const { return closed_; }
  const room_log& log(moment at);
  void append(draft what, redis_publishes::done tell);
  void send(draft what, moment at);
  void say(const std::string& word, moment at);
  void read(const page_range& what, redis_reads::done tell);
  /// Once open.
  void refresh(refreshed done);

  const std::string& channel() const { return keys_.record(); }
  std::size_t bytes() const { return replica_.log().bytes(); }

  void on_link_up();
  void on_link_down();
  /// From here on every message of the channel comes.
  void on_subscribed();
  void on_channels_down();
  void on_channel_message(std::string_view text);
  /// About once a second.
  void tick(moment at);

 private:
  enum class step : std::uint8_t {
    idle,     ///< nothing is under way: it is open and up to date, or waits for its channel
    opening,  ///< open.lua is under way
    reading,  ///< a page is
    stalled,  ///< something is in the way
  };
  using reply = result<redis_reply>;

  bool under_way() const { return step_ == step::opening || step_ == step::reading; }
  bool reachable() const { return shared_.port.up(channel()); }
  const std::string& generation() const { return shared_.port.generation(channel()); }
  bool run(const redis_script& script, redis_port::words keys, redis_port::words arguments,
           std::function<void(redis_room&, reply)> then);

  void sync();
  void sync_anew();
  void proceed();
  void ask_open();
  void take_opened(const reply& r);
  void be_absent();
  void ask_page();
  void take_page(reply r, sequence from);
  void bring_up(const redis_page& page, sequence from);
  void unstash(bool complete);
  void settle();
  void tell_refreshed(const std::optional<error>& why_not);
  void stall(std::string_view why);
  void refuse_opening(std::string_view why);
  bool is_current(const redis_numbering& at) const;
  bool is_due(moment at) const;
  void give_up_waiting();

  bool pass(std::string_view mark, std::string_view payload, moment at, void (*lost)(redis_room&));
  bool may_publish() const;
  void publish_waiting();
  void take_published(redis_publishes::number n, const reply& r);
  void publish_again(redis_publishes::number n);

  void read_waiting();
  void take_history(const page_range& what, reply r);

  redis_context& shared_;
  room_observer& observer_;
  const redis_retention& kept_;
  redis_keys keys_;
  redis_replica replica_;
  redis_publishes publishes_;
  redis_reads reads_;
  redis_stash stash_;
  std::vector<refreshed> refreshes_;  ///< who waits for the log to be up to date

  step step_ = step::idle;
  bool open_ = false;
  bool create_ = true;   ///< open.lua may make the room
  bool absent_ = false;  ///< it is open to be read, and there is nothing
  bool closed_ = false;
  bool subscribed_ = false;
  bool ask_open_ = true;     ///< open.lua comes before the next page
  bool again_ = false;       ///< there is news since the page was asked for
  bool hold_ = true;         ///< no publish leaves before the numbering is settled
  bool late_ = false;        ///< it was not open at the last tick either
  bool suspicious_ = false;  ///< the channel brought what makes no sense
  bool word_lost_ = false;   ///< the others have not heard something that was said
  int opens_ = 0;            ///< of this sync
  sequence heard_ = 0;       ///< the newest number that a publish was answered with, of this numbering
  sequence due_ = 0;         ///< what that was at the last tick: the channel should have brought it
  std::string generation_;   ///< under which the room was settled last
  time_point opened_at_{};
};

}  // namespace roomd::store
