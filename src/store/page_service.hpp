// The pages that a room's members read: from its log at once; what only the engine keeps is asked for, once for all who
// want the same page, and they are told meanwhile that it comes later. Nobody waits for ever: a page comes, or is asked for
// again while somebody still waits for it, or the one who waits leaves, or the numbering changes and everybody asks anew.
// Pure; one in each room.
#pragma once

#include <vector>

#include "core/page_cache.hpp"
#include "core/resume.hpp"
#include "core/room_messages.hpp"
#include "store/store.hpp"

namespace roomd::store {

class page_service {
 public:
  /// The room.
  class host {
   public:
    virtual const room_log& page_log() = 0;
    /// Asks the engine. What it answers is for `take`, and comes later.
    virtual void read_from_engine(const page_range& what) = 0;
    virtual void answer_page(page_read page) = 0;

   protected:
    ~host() = default;
  };

  page_service(host& room, page_cache& pages, room_number number)
      : room_(room), pages_(pages), number_(number) {}

  /// A member asks. `deflates`: it takes compressed frames.
  void on(const read_page& m, bool deflates);
  /// The engine's answer.
  void take(const page_range& range, result<room_store::pages> answer);
  /// The session has left: it waits for no page any more.
  void forget(session_address session);
  /// The numbering has changed: the members ask anew for what they need.
  void renumbered();
  /// The engine still has to answer.
  bool is_waiting() const { return !asked_.empty(); }
  /// The room is gone.
  void clear() { asked_.clear(); }

 private:
  struct reader {
    read_page what;
    bool deflates;
  };
  struct asked_page {
    page_range range;
    std::vector<reader> readers;  ///< perhaps none any more
  };

  void read_elsewhere(const read_page& m, bool deflates);
  void answer_from(const page_ptr& page, const reader& r);
  void answer(const read_page& m, page_read page);
  std::vector<asked_page>::iterator find(const page_range& range);

  host& room_;
  page_cache& pages_;
  room_number number_;
  std::vector<asked_page> asked_;
};

}  // namespace roomd::store
