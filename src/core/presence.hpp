// A room's users with their sessions (devices), and what others hear of them: a user joins with the first
// device and leaves a grace after the last one went, so that a reconnect is silent. Owned by the room and
// used on its shard. Time never goes back. Every operation takes time in proportion to the logarithm of who is here,
// but `read`, which takes time for each user and session that it returns, and `expire`, for each user; what is held
// grows with who is in the room only, not with who came and went. Users choose their names, so these stand in a tree:
// in a hash table they could be chosen to collide.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/ids.hpp"
#include "core/member.hpp"
#include "core/member_page.hpp"
#include "core/time.hpp"

namespace roomd {

class presence {
 public:
  /// `grace` 0: a user leaves with the last device.
  explicit presence(std::chrono::milliseconds grace) : grace_(grace) {}
  presence(const presence&) = delete;  // its parts refer to one another
  presence& operator=(const presence&) = delete;

  /// A session came. `joined`: the user was not listed. `updated`: the user was, and this info is newer
  /// (`stamp`) and differs. For a session that is in already it is an `update`: a session keeps its user.
  presence_change join(session_address s, std::string session_id, user_info who, std::uint64_t stamp);
  /// A session went, whether it left or broke off. Its user stays listed, without sessions after the last
  /// one, until the grace is over; only with grace 0 is there a change at once. Unknown sessions change nothing.
  presence_change leave(session_address s, time_point now);
  /// A session that is known to be gone for good: its user leaves with the last device, without a grace.
  presence_change drop(session_address s);
  /// The info of the session's user changed. The newest stamp wins, whichever device it came from, and with equal
  /// stamps the greater info, so that all nodes agree.
  presence_change update(session_address s, std::string info, std::uint64_t stamp);
  /// `left`: the users whose grace is over, in the order in which their last devices went.
  presence_change expire(time_point now);
  /// When to call `expire` next.
  std::optional<time_point> next_expiry() const;

  /// A page of the list: core/member_page.hpp.
  member_slice read(const member_query& q) const;
  /// Another number after every change of what `read` returns.
  std::uint64_t version() const { return version_; }
  std::size_t users() const { return users_.size(); }
  bool empty() const { return users_.empty(); }

 private:
  struct user;
  using entry = std::pair<const std::string, user>;  ///< with the name
  struct user {
    std::string info;
    std::uint64_t stamp = 0;                ///< of `info`
    std::multiset<std::string> devices{};   ///< session ids
    time_point gone_at{};                   ///< end of the grace, while there are no devices
    std::list<entry*>::iterator leaving{};  ///< place in `leaving_`, while there are no devices
  };
  struct device {
    entry* owner;
    std::multiset<std::string>::iterator place;
  };

  /// The session is no device any more. Null: it was none.
  entry* take_device(session_address s);
  user_info remove(entry& u);
  /// Takes the info over where it is newer.
  presence_change renew(entry& u, std::string info, std::uint64_t stamp);

  std::chrono::milliseconds grace_;
  std::map<std::string, user> users_;
  /// Whose grace runs: it is the same for all, so it ends in the order in which it began.
  std::list<entry*> leaving_;
  std::unordered_map<session_address, device> devices_;
  std::uint64_t version_ = 0;
};

}  // namespace roomd
