#include "store/redis_reply.hpp"

#include <algorithm>
#include <iterator>

namespace roomd::store {

// A list and not whatever comes: nobody can make the server's answer say a password in a log.
std::string_view redis_reply::error_word() const {
  struct known {
    std::string_view said, word;
  };
  static constexpr known words[] = {
      {"ASK", "ask"},
      {"BUSY", "busy"},
      {"CLUSTERDOWN", "clusterdown"},
      {"CROSSSLOT", "slot"},
      {"DENIED", "denied"},
      {"LOADING", "loading"},
      {"MASTERDOWN", "replica"},
      {"MISCONF", "misconf"},
      {"MOVED", "moved"},
      {"NOAUTH", "noauth"},
      {"NOPERM", "noperm"},
      {"OOM", "oom"},
      {"READONLY", "readonly"},
      {"WRONGPASS", "wrongpass"},
  };
  const auto* found =
      std::find_if(std::begin(words), std::end(words), [this](const known& k) { return is_error(k.said); });
  return found == std::end(words) ? "error" : found->word;
}

}  // namespace roomd::store
