#include "store/redis_reply.hpp"

#include <algorithm>
#include <iterator>

namespace roomd::store {

// A list and not whatever comes: nobody can make the server's answer say a password in a log. What Redis says of some
// mistakes begins with ERR and is known by the words behind that.
std::string_view redis_reply::error_word() const {
  struct known {
    std::string_view said, word;
  };
  static constexpr known sentences[] = {
      {"ERR ACL failure in script", "noperm"},
      {"ERR AUTH <password> called without any password", "nopassword"},
      {"ERR Client sent AUTH, but no password is set", "nopassword"},
      {"ERR DB index is out of range", "database"},
      {"ERR SELECT is not allowed in cluster mode", "cluster"},
      {"ERR The user executing the script", "noperm"},
      {"ERR This instance has cluster support disabled", "nocluster"},
      {"ERR invalid DB index", "database"},
      {"ERR max number of clients", "maxclients"},
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
      {"NOREPLICAS", "noreplicas"},
      {"OOM", "oom"},
      {"READONLY", "readonly"},
      {"TRYAGAIN", "tryagain"},
      {"WRONGPASS", "wrongpass"},
  };
  const auto* found =
      std::find_if(std::begin(words), std::end(words), [this](const known& k) { return is_error(k.said); });
  if (found != std::end(words)) return found->word;
  const auto* sentence = std::find_if(std::begin(sentences), std::end(sentences), [this](const known& k) {
    return what == kind::error && text.starts_with(k.said);
  });
  return sentence == std::end(sentences) ? "error" : sentence->word;
}

}  // namespace roomd::store
