// What rooms keep, and their keys, as the scripts of src/store/redis/ want them. Values, made once for each shard and once
// for each room.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/retention.hpp"

namespace roomd::store {

class redis_retention {
 public:
  explicit redis_retention(const retention& r);

  const log_bounds& log() const { return log_; }
  /// open.lua's settings.
  const std::string& text() const { return text_; }
  /// A room that nobody opens for so long is forgotten.
  std::chrono::milliseconds keep() const { return keep_; }
  bool has_history() const { return places_ > 0; }
  /// publish.lua's step for a payload of so many bytes; 1 is what the script takes when it gets none.
  std::uint64_t step(std::size_t payload) const;

 private:
  log_bounds log_;
  std::uint64_t places_;
  std::uint64_t place_;
  std::chrono::milliseconds keep_;
  std::string text_;
};

class redis_settings {
 public:
  /// `prefix` begins every key. Channels do not know databases: where it is another one than the first, its number stands
  /// in the names of the keys, and so of the channels.
  redis_settings(std::string prefix, const retentions& rooms, std::uint32_t database = 0)
      : prefix_(std::move(prefix) + (database == 0 ? std::string() : std::to_string(database) + ':')),
        rooms_(rooms.map([](const retention& r) { return redis_retention(r); })) {}

  const std::string& prefix() const { return prefix_; }
  const redis_retention& of(std::string_view room) const { return rooms_.of(room); }

 private:
  std::string prefix_;
  by_pattern<redis_retention> rooms_;
};

/// A room's keys. All bear one tag, so that they live in one slot of a cluster.
class redis_keys {
 public:
  redis_keys(const std::string& prefix, const std::string& room)
      : record_(prefix + "{r:" + room + "}"),
        log_(record_ + ":log"),
        keys_(record_ + ":keys"),
        old_(record_ + ":old") {}

  /// The room's channel too.
  const std::string& record() const { return record_; }
  /// In the scripts' order; without history, publish.lua is given the record in the log's place.
  std::array<std::string_view, 4> all(bool with_log = true) const {
    return {record_, with_log ? log_ : record_, keys_, old_};
  }

 private:
  std::string record_, log_, keys_, old_;
};

}  // namespace roomd::store
