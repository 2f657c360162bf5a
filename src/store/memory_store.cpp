#include "store/memory_store.hpp"

#include <algorithm>
#include <cassert>
#include <optional>
#include <utility>

namespace roomd::store {
namespace {

/// What glibc takes for an object of so many bytes.
constexpr std::size_t block(std::size_t bytes) {
  return std::max<std::size_t>((bytes + sizeof(void*) + 15) / 16 * 16, 32);
}

/// What a text has outside of its object.
std::size_t outside(const std::string& text) {
  return text.capacity() > std::string().capacity() ? block(text.capacity() + 1) : 0;
}

/// A message beside what it counts itself: the headroom in its text, its session's id, the reference count, and what the
/// allocator adds to its blocks.
constexpr std::size_t message_overhead = 160;

/// Forgetting takes about a microsecond each, and others wait for it.
constexpr std::size_t rooms_a_sweep = 2000;

/// What one address may have of all memory before its rooms go first: one in so many parts.
constexpr std::size_t shares = 32;

}  // namespace

using time_point = std::chrono::steady_clock::time_point;

struct memory_store::record {
  record(const std::string& key, roomd::epoch numbering, shelf& s)
      : name(key), home(s), log(std::move(numbering), s.kept.log), keys(s.kept.dedup) {}

  /// Memory, with the room's entries in the table, on its shelf, and among those of its maker.
  std::size_t bytes() const {
    constexpr std::size_t entry = block(sizeof(std::pair<std::string, void*>) + 2 * sizeof(void*)) +
                                  2 * sizeof(void*) + 2 * block(3 * sizeof(void*));
    return block(sizeof(record)) + entry + outside(name) + outside(log.numbering()) + log.bytes() +
           log.size() * message_overhead + log.ring_bytes() + keys.bytes();
  }
  bool keeps_nothing() const { return log.empty() && keys.empty(); }

  const std::string& name;  ///< the table's
  shelf& home;
  room_log log;
  dedup_window keys;
  time_point used{};                                  ///< when it last got a message
  std::optional<std::list<record*>::iterator> place;  ///< on its shelf
  room_makers<record>::entry made;                    ///< where it has a place
  std::size_t counted = 0;                            ///< in the sum of all rooms
  bool open = false;
};

/// What a room's actor holds; closing is destroying it.
class memory_store::handle final : public room_store {
 public:
  handle(memory_store& owner, record& r, room_observer& room) : owner_(owner), record_(r), room_(room) {}
  ~handle() override { owner_.close(record_); }

  bool is_open() const override { return true; }

  const room_log& log(moment at) override {
    owner_.expire(record_, at);
    return record_.log;
  }

  void append(draft what, moment at, std::function<void(result<receipt>)> done) override {
    done(owner_.append(record_, std::move(what), at, room_));
  }

  void refresh(std::function<void(const std::optional<error>&)> done) override { done({}); }

  void say(const std::string&) override {}  // there are no others

  void send(draft what, moment at) override {
    what.deflate = room_.wants_deflated();
    room_.on_message(owner_.seal_(std::move(what), 0, at.wall));
  }

  void read(const page_range& what,
            std::function<void(result<pages>)> done) override {  // the log holds all that is kept
    const auto before = what.before == 0 ? std::optional<sequence>() : what.before;
    done(what.from != 0 ? record_.log.read(what.from, what.bounds) : record_.log.newest(before, what.bounds));
  }

 private:
  memory_store& owner_;
  record& record_;
  room_observer& room_;
};

memory_store::memory_store(const memory_bounds& bounds, std::string word, sealer seal)
    : total_bytes_(bounds.total_bytes),
      shelves_(bounds.rooms.map([](const retention& kept) { return std::make_unique<shelf>(shelf{kept}); })),
      word_(std::move(word)),
      seal_(std::move(seal)),
      makers_(bounds.total_bytes / shares) {}

memory_store::~memory_store() = default;

std::unique_ptr<room_store> memory_store::open(const std::string& name, room_observer& room) {
  const auto place = records_.try_emplace(name).first;
  auto& found = place->second;
  if (!found) found = std::make_unique<record>(place->first, next_epoch(), *shelves_.of(name));
  assert(!found->open);
  found->open = true;
  auto opened = std::make_unique<handle>(*this, *found, room);
  room.on_open();
  return opened;
}

receipt memory_store::append(record& r, draft&& what, moment at, room_observer& room) {
  expire(r, at);
  if (!what.key.empty()) {
    if (auto first = r.keys.find(what.key, at.now)) return {{r.log.numbering(), *first}, true};
  }
  what.deflate = room.wants_deflated();
  const sequence seq = r.log.head() + 1;
  std::string key = std::move(what.key);
  const auto address = what.address;
  const message_ptr made = seal_(std::move(what), seq, at.wall);
  touch(r, address, at);
  r.log.reserve_one();
  if (!key.empty()) r.keys.insert(std::move(key), seq, at.now);
  r.log.append(made, at.now);  // cannot fail, or a key would be remembered without its message
  recount(r);
  make_room();
  room.on_message(made);
  return {{r.log.numbering(), seq}, false};
}

void memory_store::expire(record& r, moment at) {
  r.log.expire(at.now);
  r.keys.expire(at.now);
  recount(r);
}

/// A room that is on no shelf is open and holds nothing: what it takes is part of a room in use, and counted there.
void memory_store::recount(record& r) {
  const std::size_t before = std::exchange(r.counted, r.place ? r.bytes() : 0);
  bytes_ = bytes_ - before + r.counted;
  if (r.place) makers_.recount(r.made, before, r.counted);
}

void memory_store::close(record& r) {
  r.open = false;
  if (r.log.head() == 0) {
    records_.erase(records_.find(r.name));  // nothing was ever said: the next opening may have the same epoch
  } else if (r.keeps_nothing()) {
    forget(r);
  }
}

void memory_store::forget(record& r) {
  unlink(r);
  ++forgotten_;
  records_.erase(records_.find(r.name));
}

// An open room keeps its numbering and loses the rest; it comes back into the order with its next message.
void memory_store::empty(record& r) {
  unlink(r);
  r.log.shed(r.log.bytes());
  r.keys.clear();
}

/// It is the one that was used last. A room that is on no shelf is from now on of the address that has published.
void memory_store::touch(record& r, std::uint64_t address, moment at) {
  auto& all = r.home.by_use;
  if (r.place) {
    all.splice(all.end(), all, *r.place);
    makers_.touch(r.made);
  } else {
    std::list<record*> one{&r};
    r.made = makers_.add(address, r);
    r.place = one.begin();
    all.splice(all.end(), one);
  }
  r.used = at.now;
}

void memory_store::unlink(record& r) {
  if (!r.place) return;
  makers_.remove(r.made, r.counted);
  r.home.by_use.erase(*r.place);
  r.place.reset();
  bytes_ -= std::exchange(r.counted, 0);
}

void memory_store::drop(record& r) { r.open ? empty(r) : forget(r); }

template <class F>
void memory_store::for_each_shelf(F f) {
  f(*shelves_.rest());
  for (const auto& [pattern, s] : shelves_.entries()) f(*s);
}

// Addresses that have more than their share first, then the room that got its last message longest ago; the last one of
// all loses no more than it has to.
void memory_store::make_room() {
  while (excess() > 0) {
    if (drop_over_share()) continue;
    shelf* oldest = nullptr;
    std::size_t rooms = 0;
    for_each_shelf([&](shelf& s) {
      rooms += s.by_use.size();
      if (s.by_use.empty()) return;
      if (!oldest || s.by_use.front()->used < oldest->by_use.front()->used) oldest = &s;
    });
    if (!oldest) return;
    if (rooms == 1) return cut_down(*oldest->by_use.front(), excess());
    drop(*oldest->by_use.front());
  }
}

/// False: no address has more than its share. Its only room loses no more than it has to.
bool memory_store::drop_over_share() {
  record* first = makers_.oldest_over_share();
  if (!first) return false;
  const std::size_t before = bytes();
  if (makers_.is_only_one(first->made)) cut_down(*first, std::min(excess(), makers_.excess(first->made)));
  if (bytes() == before) drop(*first);
  return true;
}

void memory_store::cut_down(record& last, std::size_t excess) {
  const std::size_t goal = last.counted - std::min(excess, last.counted);
  last.log.shed(excess);
  recount(last);
  if (last.counted > goal) last.keys.shed(last.counted - goal);
  recount(last);
}

void memory_store::sweep(moment at) {
  std::size_t left = rooms_a_sweep;
  for_each_shelf([&](shelf& s) {
    for (; left > 0 && !s.by_use.empty() && s.by_use.front()->used + s.kept.life() <= at.now; --left)
      drop(*s.by_use.front());
  });
  if (records_.size() * 8 < records_.bucket_count()) records_.rehash(0);
}

roomd::epoch memory_store::next_epoch() const { return word_ + '.' + std::to_string(forgotten_); }

}  // namespace roomd::store
