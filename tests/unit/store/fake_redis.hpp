// A Redis server in memory, as far as a room sees it: the scripts' semantics (docs/decisions/redis-scripts.md), channels,
// and what a server does to its clients: it is emptied, fails over without its newest writes, refuses.
//
// A `fake_node` is one node's connections to it. Nothing moves by itself: a command is carried out, its reply is handed
// out, and a message of a channel is heard, when the test says so, each in the order of its own connection only.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "store/redis_message.hpp"
#include "store/redis_port.hpp"

namespace roomd::store::test {

inline redis_reply text_reply(std::string_view text) {
  return {redis_reply::kind::text, 0, std::string(text), {}};
}
inline redis_reply integer_reply(std::int64_t n) { return {redis_reply::kind::integer, n, {}, {}}; }
inline redis_reply error_reply(std::string_view text) {
  return {redis_reply::kind::error, 0, std::string(text), {}};
}
inline redis_reply list_reply(std::vector<redis_reply> items) {
  return {redis_reply::kind::list, 0, {}, std::move(items)};
}
template <class... Items>
redis_reply list_of(Items... items) {
  std::vector<redis_reply> all;
  (all.push_back(std::move(items)), ...);
  return list_reply(std::move(all));
}

class fake_redis {
 public:
  using words = std::vector<std::string>;

  struct entry {
    std::string text;  ///< as it was sent on the channel
    std::string payload;
    unix_ms time = 0;
  };
  struct remembered {
    sequence seq = 0;
    unix_ms time = 0;
  };
  struct room {
    std::string epoch, generation;
    std::vector<std::uint64_t> settings;  ///< PLACES PLACE AGE KEY_COUNT KEY_AGE KEY_MOST KEEP
    std::vector<position> lineage;        ///< newest first
    sequence head = 0;
    std::map<sequence, entry> log;
    std::map<std::string, remembered> keys;
  };
  using listener = std::function<void(const std::string& channel, const std::string& text)>;

  /// What is answered instead of every command, while it is set.
  std::string refuses;
  unix_ms wall = 1000;
  std::string generation = "g0";
  std::map<std::string, room> rooms;  ///< by record
  std::set<const listener*> listeners;
  std::map<const redis_script*, int> calls;  ///< that were asked for
  int misjudged = 0;                         ///< messages that came under another number than they got
  int unforeseen = 0;                        ///< and that came without one

  void flush() { rooms.clear(); }
  /// Another server, with what was replicated to it, is the master now.
  void fail_over(std::map<std::string, room> replicated) {
    rooms = std::move(replicated);
    new_generation();
  }
  void new_generation() { generation = "g" + std::to_string(++generations_); }

  redis_reply call(const redis_script& script, const words& keys, const words& arguments) {
    ++calls[&script];
    if (!refuses.empty()) return error_reply(refuses);
    if (&script == &scripts::publish) return publish(keys, arguments);
    if (&script == &scripts::open) return open(keys, arguments);
    if (&script == &scripts::read_page) return read_page(keys, arguments);
    return error_reply("ERR unknown script");
  }

  void send(const std::string& channel, const std::string& text) {
    for (const auto* each : listeners) (*each)(channel, text);
  }

  /// The oldest number that readers are shown.
  sequence first(const room& r) const {
    std::uint64_t places = 0;
    sequence oldest = r.head + 1;
    for (auto e = r.log.rbegin(); e != r.log.rend(); ++e) {
      places +=
          std::max<std::uint64_t>((e->second.payload.size() + 64 + r.settings[1] - 1) / r.settings[1], 1);
      if (places > r.settings[0] || wall - e->second.time >= static_cast<unix_ms>(r.settings[2])) break;
      oldest = e->first;
    }
    return oldest;
  }

 private:
  static std::uint64_t number(const std::string& text) {
    std::uint64_t n = 0;
    std::from_chars(text.data(), text.data() + text.size(), n);
    return n;
  }

  static std::string lineage_text(const room& r) {
    std::string text;
    for (const auto& p : r.lineage) text += (text.empty() ? "" : " ") + p.epoch + ':' + std::to_string(p.seq);
    return text;
  }

  redis_reply publish(const words& keys, const words& arguments) {
    const auto found = rooms.find(keys[0]);
    if (found == rooms.end()) return integer_reply(0);
    room& r = found->second;
    if (arguments[1] != r.epoch + '@' + r.generation) return integer_reply(0);
    const bool foreseen = !arguments[2].empty();
    const auto whole = foreseen ? arguments[0] : r.epoch + " 0" + arguments[0];
    const auto m = *parse_redis_message(whole);
    if (m.epoch != r.epoch || (foreseen && arguments[2] != std::to_string(m.seq)))
      return error_reply("ERR roomd.argument");
    const std::string key = arguments.size() > 3 ? arguments[3] : "";
    if (const auto first = key.empty() ? r.keys.end() : r.keys.find(key); first != r.keys.end()) {
      const auto later = std::count_if(r.keys.begin(), r.keys.end(),
                                       [&](const auto& k) { return k.second.seq > first->second.seq; });
      const bool old = wall - first->second.time >= static_cast<unix_ms>(r.settings[4]);
      if (!old || static_cast<std::uint64_t>(later) < r.settings[3])
        return integer_reply(-static_cast<std::int64_t>(first->second.seq));
    }
    const sequence seq = ++r.head;
    if (!foreseen) {
      ++unforeseen;
    } else if (seq != m.seq) {
      ++misjudged;
    }
    if (!key.empty()) r.keys[key] = {seq, m.time};
    const auto text = format_redis_message({r.epoch, seq, m.time, m.payload});
    if (keys[1] != keys[0]) r.log[seq] = {text, std::string(m.payload), m.time};
    send(keys[0], text);
    return integer_reply(static_cast<std::int64_t>(seq));
  }

  redis_reply open(const words& keys, const words& arguments) {
    const bool fresh = !rooms.contains(keys[0]);
    if (fresh && arguments[1] != "1")
      return list_of(text_reply(""), text_reply(generation), text_reply(""), integer_reply(0),
                     integer_reply(0));
    room& r = rooms[keys[0]];
    std::istringstream text(arguments[2]);
    r.settings.assign(std::istream_iterator<std::uint64_t>(text), {});
    int what = 0;
    if (fresh) {
      what = 1;
    } else if (r.generation != generation) {
      what = 2;
      r.lineage.insert(r.lineage.begin(), {r.epoch, r.head});
      if (r.lineage.size() > 16) r.lineage.pop_back();
    }
    if (what > 0) {
      r.epoch = arguments[0];
      r.generation = generation;
      send(keys[0], format_redis_message({r.epoch, r.head, wall, ""}));
    }
    return list_of(text_reply(r.epoch), text_reply(generation), text_reply(lineage_text(r)),
                   integer_reply(static_cast<std::int64_t>(r.head)), integer_reply(what));
  }

  redis_reply read_page(const words& keys, const words& arguments) {
    const auto found = rooms.find(keys[0]);
    if (found == rooms.end())
      return list_of(text_reply(""), text_reply(""), text_reply(""), integer_reply(0), integer_reply(1),
                     list_reply({}));
    const room& r = found->second;
    const bool upwards = arguments[0] == "from";
    const sequence at = number(arguments[1]);
    const sequence low = upwards ? std::max(first(r), at) : first(r);
    const sequence high = upwards || at == 0 ? r.head : std::min(r.head, at - 1);
    std::vector<redis_reply> page;
    std::size_t used = 0;
    const std::uint64_t most = number(arguments[2]), room_for = number(arguments[3]);
    for (sequence i = 0; low + i <= high && page.size() < most; ++i) {
      const auto& text = r.log.at(upwards ? low + i : high - i).text;
      if (!page.empty() && used + text.size() > room_for) break;
      used += text.size();
      page.push_back(text_reply(text));
    }
    if (!upwards) std::reverse(page.begin(), page.end());
    return list_of(text_reply(r.epoch), text_reply(r.generation), text_reply(lineage_text(r)),
                   integer_reply(static_cast<std::int64_t>(r.head)),
                   integer_reply(static_cast<std::int64_t>(first(r))), list_reply(std::move(page)));
  }

  std::uint64_t generations_ = 0;
};

}  // namespace roomd::store::test
