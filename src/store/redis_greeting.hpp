// The first commands on a new connection to Redis, sent together, and what the server makes of them: who we are, which
// database, whether it serves (PING is refused while it loads its data, INFO is not), whether it is a master and keeps what
// it is given, and what its clock says. A sentinel is asked for PING alone: it has no data and no such role. Pure. One for each connection.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/redis_reader.hpp"
#include "store/redis_reply.hpp"

namespace roomd::store {

struct redis_access {
  std::string user;      ///< an ACL user; empty: the server's default one
  std::string password;  ///< empty: no AUTH
  unsigned database = 0;
  bool allow_eviction = false;  ///< a master may drop keys when its memory is full
};

class redis_greeting {
 public:
  enum class outcome { waiting, welcome, refused };
  /// What the server has to be; `any`: a master or a replica.
  enum class server { master, any, sentinel };

  explicit redis_greeting(const redis_access& access, server wanted = server::master);

  /// What has to go to the server, once.
  std::string take_output();
  outcome receive(std::string_view bytes);
  /// After `welcome`: the server's master_replid; a sentinel has none.
  const std::string& generation() const { return generation_; }
  /// After `welcome`: what the server's clock said, since 1970.
  std::chrono::microseconds clock() const { return clock_; }
  /// After `refused`: why, one word for a log: `replica`, `version`, `eviction`, `sentinel`, `protocol`, or the server's
  /// error: `wrongpass`, `loading`, … (redis_advice.hpp says more).
  const std::string& problem() const { return problem_; }

 private:
  enum class step : std::uint8_t { other, info };

  outcome take(const redis_reply& reply);
  outcome take_info(const redis_reply& reply);
  outcome refuse(std::string_view why);

  server wanted_;
  redis_reader reader_;
  std::string output_;
  bool allow_eviction_;
  std::vector<step> left_;  ///< whose replies are still to come, the last one first
  std::string generation_;
  std::chrono::microseconds clock_{};
  std::string problem_;
};

}  // namespace roomd::store
