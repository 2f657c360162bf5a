#include "load/swarm.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <sys/epoll.h>
#include <unistd.h>

namespace bench {
namespace {

constexpr std::size_t connecting_at_once = 64;
constexpr std::size_t others_at_once = 2;
constexpr std::chrono::seconds patience{30};

}  // namespace

std::string room_name(std::size_t i) { return 'r' + std::to_string(i); }

swarm::swarm(dialect how) : how_(std::move(how)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (epoll_ < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
}

swarm::~swarm() { ::close(epoll_); }

void swarm::watch(connection& c, bool reads) {
  if (c.socket() < 0) return;
  epoll_event e{};
  e.events = EPOLLIN;
  e.data.ptr = &c;
  if (::epoll_ctl(epoll_, reads ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, c.socket(), &e) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void swarm::wake_for(int descriptor) {
  epoll_event e{};
  e.events = EPOLLIN;
  if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &e) != 0)
    throw std::system_error(errno, std::generic_category(), "epoll_ctl");
}

void swarm::add(clients& to, const role& who, const std::string& room) {
  to.push_back(std::make_unique<connection>(how_, who, tally_, room, next_id_++));
  to.back()->connect();
  watch(*to.back(), true);
  const auto here = members_.size() + publishers_.size();
  if (!spin([&] { return here - tally_.ready < connecting_at_once; }, patience)) await_ready();
}

void swarm::await_ready() {
  const auto all = members_.size() + publishers_.size();
  if (!spin([&] { return tally_.ready == all; }, patience))
    throw std::runtime_error(std::to_string(all - tally_.ready) + " of " + std::to_string(all) +
                             " clients were not ready in time");
}

void swarm::connect(std::size_t members, std::size_t rooms) {
  rooms_ = rooms;
  for (std::size_t i = 0; i < members; ++i) add(members_, how_.member, room_name(i % rooms));
  for (std::size_t i = publishers_.size(); i < (how_.publisher_per_room ? rooms : 1); ++i)
    add(publishers_, how_.publisher, room_name(i));
  await_ready();
}

void swarm::join(const role& who, std::size_t members, std::size_t room) {
  for (std::size_t i = 0; i < members; ++i) add(members_, who, room_name(room));
  await_ready();
}

void swarm::drop_members() {
  tally_.ready -= static_cast<std::size_t>(
      std::count_if(members_.begin(), members_.end(), [](const auto& c) { return c->ready(); }));
  members_.clear();
}

void swarm::publish(std::size_t room, std::size_t count) {
  connection& from = *publishers_[how_.publisher_per_room ? room : 0];
  const std::string text = fill_in(
      how_.publish,
      {{"room", room_name(room)}, {"data", make_data(clock_now())}, {"size", std::to_string(data_size)}});
  const std::string one = client_frame(how_.kind, text);
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += one;
  from.send_raw(all);
}

bool swarm::poll(int wait_ms, std::size_t most) {
  std::array<epoll_event, events_at_once> events;
  const int n = ::epoll_wait(epoll_, events.data(), static_cast<int>(std::min(most, events.size())), wait_ms);
  bool woken = false;
  for (int i = 0; i < n; ++i) {
    auto* c = static_cast<connection*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (c) c->receive();
    woken = woken || !c;
  }
  if (other_) other_->poll(0, others_at_once);
  return woken;
}

bool swarm::spin(const std::function<bool()>& done, std::chrono::milliseconds limit) {
  const auto until = clock_now() + std::chrono::nanoseconds(limit).count();
  while (!done()) {
    if (clock_now() > until) return false;
    poll();
  }
  return true;
}

}  // namespace bench
