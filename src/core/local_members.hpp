// A room's sessions on this node, as the node tells the others of them: gathers what they do and makes words of it
// (core/presence_word.hpp). Owned by the room and used on its shard.
//
// The first thing that it says is a list, and every list begins a life. Whenever a word may not have reached the
// channel, or our lease had lapsed, or somebody asks, the room wants a list. A session that changed twice is told once,
// and where the news would be much longer than a list it is a list, so what is gathered grows with who is in only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/presence_word.hpp"
#include "core/text_hash.hpp"

namespace roomd {

/// What one word may bring, but at least one session.
struct word_bounds {
  std::size_t sessions = 200;
  std::size_t bytes = 32768;  ///< of its text, roughly
};

class local_members {
 public:
  /// All lives are greater than `life`, which is at least that of any earlier object of this room in this process.
  local_members(std::string node, std::uint64_t life, word_bounds most = {})
      : node_(std::move(node)), life_(life), most_(most) {}

  /// One that is in already comes again.
  void join(told_session s);
  void leave(const std::string& id);
  /// The newest stamp wins. Unknown sessions change nothing.
  void update(const std::string& id, std::string info, std::uint64_t stamp);

  /// The next words are a list.
  void want_list();
  /// There is something to say.
  bool due() const { return list_wanted_ || !changed_.empty(); }
  /// What is to be said, in this order, once.
  std::vector<presence_word> take_words();
  /// Asks a node, or all, for lists.
  presence_word ask(std::string to = {}) const { return {node_, ask_word{std::move(to)}}; }

  std::uint64_t life() const { return life_; }
  std::size_t sessions() const { return members_.size(); }
  bool empty() const { return members_.empty(); }

 private:
  enum class untold : std::uint8_t { nothing, info, arrival };
  struct entry {
    user_info who;
    std::uint64_t stamp;
    untold what;
  };

  void changed(const std::string& id);
  std::vector<presence_word> list();
  std::vector<presence_word> news();

  std::string node_;
  std::uint64_t life_;
  std::uint64_t number_ = 0;
  word_bounds most_;
  text_map<entry> members_;           ///< by session id
  std::vector<std::string> changed_;  ///< ids; those that are not in have left
  bool list_wanted_ = true;
};

}  // namespace roomd
