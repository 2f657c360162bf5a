// Rooms that come and go as the dice fall: what the engine counts is what it holds, and a position that was told
// once never means another message.
#include <cstdint>
#include <map>

#include "store/memory_store.hpp"

#include "catch.hpp"
#include "unit/core/log_tools.hpp"
#include "unit/store/store_suite.hpp"

using namespace roomd;
using namespace roomd::store;
using roomd::store::test::listening_room;
using roomd::store::test::text;

namespace {

constexpr std::size_t total_bytes = 15000;
const retention kept{{4, 5000, std::chrono::seconds(20)}, {1, std::chrono::seconds(5), 500}};
const retention less{{2, 2000, std::chrono::seconds(7)}, {1, std::chrono::seconds(5), 500}};

class walk {
 public:
  explicit walk(std::uint32_t seed)
      : dice_(seed), store_({{kept, {{"1", less}, {"2", kept}}}, total_bytes}, "w", &protocol::seal) {}

  void step() {
    now_ += std::chrono::milliseconds(dice_.below(3000));
    const auto name = std::to_string(dice_.below(8));
    auto& room = open_[name];
    switch (dice_.below(6)) {
      case 0:
        return static_cast<void>(open_.erase(name));
      case 1:
        return store_.sweep(when());
      default:
        break;
    }
    if (!room) room = store_.open(name, heard_);
    check_kept(name, room->log(when()));
    heard_.heard.clear();
    draft what = text(dice_.one_in(2) ? std::to_string(dice_.below(4)) : "", dice_.between(1, 2500));
    what.address = dice_.below(4);
    room->append(std::move(what), when(), [&](result<receipt> r) { note(name, *r); });
  }
  bool sound() const { return sound_; }
  void close_all() {
    open_.clear();
    store_.sweep({now_ + std::chrono::hours(1), 0});
  }
  bool is_empty() const { return store_.rooms() == 0 && store_.bytes() == 0; }

 private:
  moment when() const { return {now_, 0}; }
  void note(const std::string& name, const receipt& r) {
    auto& known = told_[name + ' ' + r.at.epoch][r.at.seq];
    // A number is told again for the message that has it already, and for no other.
    if (r.duplicate) {
      sound_ = sound_ && known != nullptr && heard_.heard.empty();
    } else {
      sound_ = sound_ && known == nullptr && heard_.heard.size() == 1 && heard_.heard[0]->seq == r.at.seq;
      known = heard_.heard.at(0);
    }
    sound_ = sound_ && store_.bytes() <= total_bytes;
  }
  void check_kept(const std::string& name, const room_log& log) {
    auto& known = told_[name + ' ' + log.numbering()];
    for (const auto& m : log.read(1, {SIZE_MAX, SIZE_MAX})) sound_ = sound_ && known[m->seq] == m;
    sound_ = sound_ && (known.empty() ? 0 : known.rbegin()->first) == log.head();
  }

  dice dice_;
  memory_store store_;
  listening_room heard_;                                         ///< all of them
  std::map<std::string, std::unique_ptr<room_store>> open_;      ///< null: closed
  std::map<std::string, std::map<sequence, message_ptr>> told_;  ///< by room and epoch
  time_point now_{std::chrono::hours(1)};
  bool sound_ = true;
};

}  // namespace

TEST_CASE("memory store: a position never means two messages, whatever is opened, closed and forgotten") {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    walk w(seed);
    for (int i = 0; i < 200; ++i) w.step();
    REQUIRE(w.sound());
    w.close_all();
    REQUIRE(w.is_empty());
  }
}
