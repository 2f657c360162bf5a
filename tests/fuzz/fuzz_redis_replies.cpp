// The entry of a libFuzzer program: any bytes are replies of a Redis server, which those read that ask for them: the map
// of a cluster, a sentinel's answers, a room's numbering and its pages, INFO. The first byte says who. A broken promise
// aborts. A unit test runs the same entry over damaged replies. To fuzz for longer: ./dev fuzz redis_replies
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

#include "store/redis_cluster_map.hpp"
#include "store/redis_info.hpp"
#include "store/redis_message.hpp"
#include "store/redis_page.hpp"
#include "store/redis_reader.hpp"
#include "store/redis_sentinel_talk.hpp"

namespace redis_replies_fuzz {

using namespace roomd::store;

inline void promise(bool holds) {
  if (!holds) std::abort();
}

inline std::vector<redis_reply> read_all(std::string_view bytes) {
  redis_reader reader({65536, 1024});
  std::vector<redis_reply> all;
  reader.feed(bytes);
  while (auto reply = reader.next()) all.push_back(std::move(*reply));
  return all;
}

inline void check_map(const std::vector<redis_reply>& all) {
  if (all.size() < 2) return;
  const auto map = parse_redis_cluster_map(all[0], all[1], "10.0.0.1");
  if (!map) return;
  promise(map->owners.size() == redis_slots && map->masters.size() <= redis_cluster_map::most_masters);
  for (const auto owner : map->owners)
    promise(owner == redis_cluster_map::nobody || owner < map->masters.size());
  for (const auto& m : map->masters) promise(!m.at.host.empty() && m.at.port != 0);
}

inline void check_sentinel(const std::vector<redis_reply>& all) {
  redis_sentinel_talk talk("mymaster");
  promise(!talk.ask().empty() && talk.asking());
  for (const auto& reply : all) {
    const auto news = talk.receive(reply);
    promise((news == redis_sentinel_talk::news::broken) == !talk.problem().empty());
    if (news == redis_sentinel_talk::news::broken) return;
    if (!talk.asking()) (void)talk.ask();
  }
}

inline void check_room(std::vector<redis_reply> all) {
  for (auto& reply : all) {
    (void)parse_redis_opened(reply);
    const auto page = parse_redis_page(std::move(reply));
    if (!page) continue;
    for (const auto& text : page->messages) (void)parse_redis_message(text);
  }
}

inline void check_info(const std::vector<redis_reply>& all) {
  for (const auto& reply : all) {
    const auto info = parse_redis_info(reply.text);
    if (info) promise(info->generation.size() <= reply.text.size());
  }
}

inline void check(std::uint8_t who, std::string_view bytes) {
  auto all = read_all(bytes);
  for (const auto& reply : all) promise(!reply.error_word().empty());
  switch (who % 4) {
    case 0:
      return check_map(all);
    case 1:
      return check_sentinel(all);
    case 2:
      return check_room(std::move(all));
    default:
      return check_info(all);
  }
}

}  // namespace redis_replies_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 0) redis_replies_fuzz::check(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
