#include "store/redis_engine.hpp"

#include <cassert>
#include <utility>
#include <vector>

#include "store/redis_room.hpp"

namespace roomd::store {

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
  void say(const std::string& word) override { room_->say(word, owner_.shared_.port.now()); }
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
  auto made = std::make_shared<redis_room>(shared_, name, room);
  assert(!rooms_.contains(made->channel()));
  rooms_.emplace(made->channel(), made);
  auto held = std::make_unique<handle>(*this, made);
  made->start(create);
  return held;
}

void redis_engine::close(redis_room& room) {
  room.close();
  rooms_.erase(room.channel());
}

std::size_t redis_engine::bytes() const {
  std::size_t sum = 0;
  for (const auto& [channel, room] : rooms_) sum += room->bytes();
  return sum;
}

void redis_engine::sweep(moment at) {
  for_each(all, [at](redis_room& room) { room.tick(at); });
}

void redis_engine::on_link_up(const scope& which) {
  for_each(which, [](redis_room& room) { room.on_link_up(); });
}

void redis_engine::on_link_down(const scope& which) {
  for_each(which, [](redis_room& room) { room.on_link_down(); });
}

void redis_engine::on_channels_down(const scope& which) {
  for_each(which, [](redis_room& room) { room.on_channels_down(); });
}

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

/// What a room does may open and close others: those that are open now, and still are when their turn comes.
void redis_engine::for_each(const scope& which, const std::function<void(redis_room&)>& f) {
  std::vector<std::shared_ptr<redis_room>> rooms;
  for (const auto& [channel, room] : rooms_) {
    if (which(channel)) rooms.push_back(room);
  }
  for (const auto& room : rooms) {
    if (!room->is_closed()) f(*room);
  }
}

}  // namespace roomd::store
