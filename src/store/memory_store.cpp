#include "store/memory_store.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace roomd::store {

using time_point = std::chrono::steady_clock::time_point;

struct memory_store::record {
  record(std::string room, roomd::epoch numbering, const memory_bounds& b)
      : name(std::move(room)), log(std::move(numbering), b.log), keys(b.dedup) {}

  std::string name;
  room_log log;
  dedup_window keys;
  time_point used{};                      ///< when it last got a message
  std::list<record*>::iterator parked{};  ///< its place among the closed, while it is
  bool open = false;
};

/// What a room's actor holds; closing is destroying it.
class memory_store::handle final : public room_store {
 public:
  handle(memory_store& owner, record& r) : owner_(owner), record_(r) {}
  ~handle() override { owner_.close(record_); }

  const room_log& log(moment at) override {
    owner_.expire(record_, at);
    return record_.log;
  }

  void append(draft what, moment at, std::function<void(result<receipt>)> done) override {
    done(owner_.append(record_, std::move(what), at));
  }

 private:
  memory_store& owner_;
  record& record_;
};

memory_store::memory_store(memory_bounds bounds, std::string word, sealer seal)
    : bounds_(bounds), word_(std::move(word)), seal_(seal) {}

memory_store::~memory_store() = default;

std::unique_ptr<room_store> memory_store::open(const std::string& room) {
  auto& found = records_[room];
  if (!found) found = std::make_unique<record>(room, next_epoch(), bounds_);
  record& r = *found;
  assert(!r.open);
  if (r.log.head() > 0) closed_.erase(r.parked);
  r.open = true;
  return std::make_unique<handle>(*this, r);
}

receipt memory_store::append(record& r, draft&& what, moment at) {
  expire(r, at);
  if (!what.key.empty()) {
    if (auto first = r.keys.find(what.key, at.now)) return {{r.log.numbering(), *first}, nullptr};
  }
  const sequence seq = r.log.head() + 1;
  const std::size_t before = r.log.bytes() + r.keys.bytes();
  if (!what.key.empty()) r.keys.insert(what.key, seq, at.now);
  message_ptr made = seal_(std::move(what), seq, at.wall);
  r.log.append(made, at.now);
  r.used = at.now;
  bytes_ = bytes_ - before + r.log.bytes() + r.keys.bytes();
  make_room(r);
  return {{r.log.numbering(), seq}, std::move(made)};
}

void memory_store::expire(record& r, moment at) {
  const std::size_t before = r.log.bytes() + r.keys.bytes();
  r.log.expire(at.now);
  r.keys.expire(at.now);
  bytes_ = bytes_ - before + r.log.bytes() + r.keys.bytes();
}

void memory_store::close(record& r) {
  r.open = false;
  if (r.log.head() == 0) {
    records_.erase(records_.find(r.name));  // nothing was ever said: the next opening may have the same epoch
  } else {
    r.parked = closed_.insert(closed_.end(), &r);
  }
}

void memory_store::forget(record& r) {
  bytes_ -= r.log.bytes() + r.keys.bytes();
  closed_.erase(r.parked);
  ++forgotten_;
  records_.erase(records_.find(r.name));
}

void memory_store::make_room(record& growing) {
  while (bytes_ > bounds_.total_bytes && !closed_.empty()) forget(*closed_.front());
  if (bytes_ <= bounds_.total_bytes) return;
  const std::size_t before = growing.log.bytes();
  growing.log.shed(bytes_ - bounds_.total_bytes);
  bytes_ = bytes_ - before + growing.log.bytes();
}

void memory_store::sweep(moment at) {
  const auto age = std::max(bounds_.log.age, bounds_.dedup.age);
  while (!closed_.empty() && closed_.front()->used + age <= at.now) forget(*closed_.front());
}

roomd::epoch memory_store::next_epoch() const { return word_ + '.' + std::to_string(forgotten_); }

}  // namespace roomd::store
