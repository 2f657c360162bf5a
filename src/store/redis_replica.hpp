// A room's log as a replica of its stream in Redis, and what the room is told when the two are brought together. Pure but
// for the calls to the room's observer. Owned by redis_room.
//
// Whatever is found goes through on_message() once, in order, without a hole. Where that cannot be, because history no
// longer reaches back to the head or a message in it cannot be read, the log begins anew behind the hole, under the same
// epoch, and the room is told by on_numbering() as of an epoch that is not the child of its own: members are told the
// number from which they go on, and never given to understand that they have had what lies before it. History is then
// not read across the hole either: it begins behind it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "store/redis_context.hpp"
#include "store/redis_message.hpp"
#include "store/redis_page.hpp"

namespace roomd::store {

class redis_replica {
 public:
  /// `bounds`: of the log, as Redis keeps it.
  redis_replica(redis_context& shared, const log_bounds& bounds, room_observer& observer);

  const room_log& log() const { return log_; }
  /// Drops what is too old.
  void expire(time_point now);
  /// The room is gone: nobody is told anything any more.
  void close() { observer_ = nullptr; }

  /// What a message on the channel is to this log.
  enum class standing : std::uint8_t {
    taken,  ///< it was the next one
    known,  ///< it is here already, or lost for good
    ahead,  ///< there is more to be read than the channel said
  };
  standing offer(const redis_message& m);
  /// An ephemeral message. It passes by the log.
  void pass(const redis_message& m);

  /// Takes the newest page as what the log begins with, without a word to the room.
  void begin(const redis_page& page);
  /// Takes a page that was asked for from `from` on. False: there is more to be read.
  bool take(const redis_page& page, sequence from);
  /// Takes a page of history, out of the numbers below `held()`: what can be read of it, and belongs to the log.
  room_store::pages history(const redis_page& page);

 private:
  /// The last messages of a page that follow on each other.
  struct run {
    room_store::pages messages;
    bool whole = true;
  };

  message_ptr make(const redis_message& m, sequence seq);
  message_ptr read(const std::string& text);
  run read_run(const redis_page& page);
  void adopt(const redis_page& page);
  void renumber(const redis_page& page);
  void part(const redis_page& page, sequence at);
  void leave_hole(const redis_page& page, sequence last);
  void begin_at(const redis_page& page, sequence head);
  void tell_numbering(bool child);
  void accept(message_ptr m, time_point at);
  time_point made_at(const message& m) const;
  template <class Change>
  void narrow(Change change);
  void keep_from(sequence first);

  redis_context& shared_;
  room_observer* observer_;
  room_log log_;
  sequence floor_ = 1;  ///< nothing below it is read
};

}  // namespace roomd::store
