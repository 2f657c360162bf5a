#include "store/redis_engine.hpp"

#include <algorithm>
#include <cassert>
#include <utility>
#include <vector>

#include "store/redis_room.hpp"

namespace roomd::store {
namespace {

constexpr std::chrono::seconds between_sweeps{1};
constexpr std::size_t shares_a_sweep = 16;
constexpr std::size_t least_share = 64;  // rooms
// What a room takes on a 64-bit machine with glibc, and how often its name is there: its keys, and here.
constexpr std::size_t bytes_a_room = 2000;
constexpr std::size_t copies_of_a_name = 6;

}  // namespace

/// What a room's actor holds; closing is destroying it, perhaps from inside one of these calls.
class redis_engine::handle final : public room_store {
 public:
  handle(redis_engine& owner, std::shared_ptr<redis_room> room) : owner_(owner), room_(std::move(room)) {}
  ~handle() override { owner_.close(*room_); }

  bool is_open() const override { return room_->is_open(); }
  void create() override {
    const auto room = room_;
    room->create();
  }
  const room_log& log(moment at) override { return room_->log(at); }
  void append(draft what, moment, std::function<void(result<receipt>)> done) override {
    const auto room = room_;
    room->append(std::move(what), std::move(done));
  }
  void send(draft what, moment at) override {
    const auto room = room_;
    room->send(std::move(what), at);
  }
  void say(const std::string& word) override {
    const auto room = room_;
    room->say(word);
  }
  void ask(const std::string& word, listeners heard) override {
    const auto room = room_;
    room->say(word, std::move(heard));
  }
  void refresh(std::function<void(const std::optional<error>&)> done) override {
    const auto room = room_;
    room->refresh(std::move(done));
  }
  void read(const page_range& what, std::function<void(result<pages>)> done) override {
    const auto room = room_;
    room->read(what, std::move(done));
  }

 private:
  redis_engine& owner_;
  std::shared_ptr<redis_room> room_;
};

redis_engine::redis_engine(redis_settings settings, redis_port& port, sealer seal, message_codec codec,
                           std::string word)
    : shared_{std::move(settings), port, std::move(seal), std::move(codec), std::move(word)} {}

redis_engine::~redis_engine() = default;

std::unique_ptr<room_store> redis_engine::open(const std::string& name, room_observer& room, bool create) {
  const std::size_t slot = free_slots_.empty() ? slots_.size() : free_slots_.back();
  auto made = std::make_shared<redis_room>(shared_, name, room, slot);
  assert(!rooms_.contains(made->channel()));
  if (free_slots_.empty()) {
    slots_.push_back(made);
  } else {
    free_slots_.pop_back();
    slots_[slot] = made;
  }
  rooms_.emplace(made->channel(), made);
  name_bytes_ += made->channel().size();
  auto held = std::make_unique<handle>(*this, made);
  made->start(create);
  return held;
}

void redis_engine::close(redis_room& room) {
  room.close();
  slots_[room.slot()].reset();
  free_slots_.push_back(room.slot());
  name_bytes_ -= room.channel().size();
  rooms_.erase(room.channel());
  if (!rooms_.empty()) return;
  slots_ = {};
  free_slots_ = {};
}

std::size_t redis_engine::room_bytes() const {
  return rooms_.size() * bytes_a_room + name_bytes_ * copies_of_a_name + shared_.counters.waiting;
}

// --- all rooms -----------------------------------------------------------------------------------------------------

void redis_engine::sweep(moment at) {
  if (sweep_ == sweep_end_ && at.now >= next_sweep_) {
    next_sweep_ = at.now + between_sweeps;
    sweep_ = 0;
    sweep_end_ = slots_.size();
  }
  sweep_on(at);
}

bool redis_engine::sweep_on(moment at) {
  swept_at_ = at;
  share_ = std::max(least_share, slots_.size() / shares_a_sweep + 1);
  return sweep_ < sweep_end_;
}

bool redis_engine::work(std::size_t rooms) {
  while (rooms > 0 && !rounds_.empty()) {
    if (walk(rooms)) rounds_.pop_front();
  }
  visit(rooms);
  return !rounds_.empty() || (share_ > 0 && sweep_ < sweep_end_);
}

/// What a room does may open and close others, and may tell of more.
bool redis_engine::walk(std::size_t& rooms) {
  const std::size_t end = std::min(rounds_.front().end, slots_.size());
  while (rounds_.front().at < end && rooms > 0) {
    round& r = rounds_.front();
    --rooms;
    if (r.at >= slots_.size()) break;
    const auto room = slots_[r.at++];
    if (room && r.which(room->channel())) ((*room).*r.what)();
  }
  return rounds_.front().at >= std::min(end, slots_.size());
}

void redis_engine::visit(std::size_t& rooms) {
  while (rooms > 0 && share_ > 0 && sweep_ < sweep_end_) {
    if (sweep_ >= slots_.size()) {
      sweep_ = sweep_end_ = 0;
      return;
    }
    --rooms;
    --share_;
    if (const auto room = slots_[sweep_++]) room->tick(swept_at_);
  }
}

void redis_engine::tell(const scope& which, void (redis_room::*what)()) {
  if (!slots_.empty()) rounds_.push_back({which, what, 0, slots_.size()});
}

void redis_engine::on_link_up(const scope& which) { tell(which, &redis_room::on_link_up); }

void redis_engine::on_link_down(const scope& which) { tell(which, &redis_room::on_link_down); }

void redis_engine::on_channels_down(const scope& which) { tell(which, &redis_room::on_channels_down); }

void redis_engine::on_subscribed(std::string_view channel) {
  if (const auto room = find(channel)) room->on_subscribed();
}

void redis_engine::on_channel_message(std::string_view channel, std::string_view payload) {
  if (const auto room = find(channel)) room->on_channel_message(payload);
}

std::vector<std::string> redis_engine::channels(const scope& which) const {
  std::vector<std::string> found;
  for (const auto& [channel, room] : rooms_) {
    if (which(channel)) found.push_back(channel);
  }
  return found;
}

std::shared_ptr<redis_room> redis_engine::find(std::string_view channel) const {
  const auto found = rooms_.find(channel);
  return found == rooms_.end() ? nullptr : found->second;
}

}  // namespace roomd::store
