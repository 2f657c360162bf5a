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
// Where as much is under way at the room's place as should be, the room waits for its turn (redis_turns.hpp), and so do
// its publishes, its readings and its words. That is no fault, and nothing is refused for it.
//
// Held by its handle and, during a call, by whoever calls it, since the handle may be destroyed from inside any call of
// the observer's. Replies that come after close() find nobody.
#pragma once

#include <cstddef>
#include <cstdint>
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
#include "store/redis_words.hpp"

namespace roomd::store {

class redis_room final : public std::enable_shared_from_this<redis_room>, public redis_waiter {
 public:
  using refreshed = std::function<void(const std::optional<error>&)>;

  /// `slot`: the engine's own number for it.
  redis_room(redis_context& shared, const std::string& name, room_observer& observer, std::size_t slot = 0);

  /// `create`: as somebody writes; else the room is opened to read, see store.hpp.
  void start(bool create = true);
  void create();
  void close();

  bool is_open() const { return open_; }
  bool is_closed() const { return closed_; }
  const room_log& log(moment at);
  void append(draft what, redis_publishes::done tell);
  void send(draft what, moment at);
  void say(const std::string& word, room_store::listeners heard = {});
  void read(const page_range& what, redis_reads::done tell);
  /// Once open.
  void refresh(refreshed done);

  const std::string& channel() const { return keys_.record(); }
  std::size_t slot() const { return slot_; }

  // These may come late: a room asks its place how things are now.
  void on_link_up();
  void on_link_down();
  void on_channels_down();
  /// From here on every message of the channel comes.
  void on_subscribed();
  void on_channel_message(std::string_view text);
  /// About once a second.
  void tick(moment at);
  void on_turn(redis_want what) override;

 private:
  enum class step : std::uint8_t {
    idle,     ///< nothing is under way: it is open and up to date, or waits for its channel
    waiting,  ///< for its turn to ask
    opening,  ///< open.lua is under way
    reading,  ///< a page is
    stalled,  ///< something is in the way
  };
  using reply = result<redis_reply>;

  bool under_way() const { return step_ == step::opening || step_ == step::reading; }
  bool reachable() const { return shared_.port.up(channel()); }
  const std::string& generation() const { return shared_.port.generation(channel()); }
  bool run(const redis_script& script, redis_port::words keys, redis_port::words arguments, redis_want as,
           std::function<void(redis_room&, reply)> then);

  void wait(redis_want what);
  void forget_turns();
  bool may_send();
  void send_waiting();

  void sync();
  void sync_anew();
  void proceed();
  void go_on();
  void ask();
  void hurry();
  void held_up();
  bool somebody_waits() const;
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
  void wait_for_place();
  void refuse_opening(std::string_view why);
  bool is_current(const redis_numbering& at) const;
  bool is_due(moment at) const;
  void give_up_waiting();
  bool makes_progress() const;
  void look_at_standing();
  void set_unserved(bool yes);
  void count_bytes();
  void want_words();
  void speak();
  void lose_words();

  bool pass(std::string_view mark, std::string_view payload, redis_want as,
            std::function<void(redis_room&, const reply&)> then);
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
  redis_words words_;
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
  std::uint8_t late_ = 0;    ///< so many ticks in a row it was not served
  bool unserved_ = false;    ///< it is counted as such
  bool moving_ = false;      ///< its slot is on its way: what its server has refused waits for the next place
  bool suspicious_ = false;  ///< the channel brought what makes no sense
  bool word_lost_ = false;   ///< the others have not heard something that was said
  bool speaking_ = false;    ///< what is said leaves at once
  bool urgent_ = false;      ///< its turn to ask comes soon: clients wait for it
  bool command_turn_ = false;  ///< publishes or readings wait for their turn
  bool words_turn_ = false;    ///< the words do
  bool granted_ = false;       ///< one publish or reading may leave
  bool reads_first_ = false;   ///< of those that wait for the same turn
  int opens_ = 0;              ///< of this sync
  sequence heard_ = 0;         ///< the newest number that a publish was answered with, of this numbering
  sequence due_ = 0;           ///< what that was at the last tick: the channel should have brought it
  std::string generation_;     ///< under which the room was settled last
  time_point opened_at_{};
  std::size_t slot_;
  std::size_t counted_bytes_ = 0;
  std::size_t counted_waiting_ = 0;
};

}  // namespace roomd::store
