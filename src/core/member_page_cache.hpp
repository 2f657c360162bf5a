// Pages of members' lists that were read lately on one shard: who asks for one that is there gets the same bytes. A page
// is right as long as its room's list has the same version. Bounded in number and in bytes; what nobody has asked for
// between two sweeps goes. Small pages are cheaper to make than to keep.
//
// One a shard, used on its thread only, by its rooms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>

#include "core/ids.hpp"
#include "core/member_page.hpp"

namespace roomd {

class member_page_cache {
 public:
  static constexpr std::size_t most_pages = 64;
  static constexpr std::size_t least_bytes = 4096;  ///< of a page that is kept

  explicit member_page_cache(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Null: it has to be read.
  member_page_ptr find(room_number room, std::uint64_t version, const member_query& q);
  void keep(room_number room, std::uint64_t version, const member_query& q, const member_page_ptr& page);
  /// Lets go of what nobody wants any more. Called about once a second.
  void sweep();
  std::size_t bytes() const { return bytes_; }
  std::size_t pages() const { return pages_.size(); }

 private:
  struct entry {
    room_number room;
    std::uint64_t version;
    member_query query;
    member_page_ptr page;
    bool used;
  };
  std::list<entry>::iterator drop(std::list<entry>::iterator e);

  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<entry> pages_;  ///< the one that was wanted last comes first
};

}  // namespace roomd
