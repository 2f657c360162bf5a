#include "store/redis_sentinel_talk.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "store/redis_command.hpp"

namespace roomd::store {
namespace {

using kind = redis_reply::kind;

constexpr std::string_view announcements = "+switch-master";

bool is_text(const redis_reply& r, std::string_view text) { return r.what == kind::text && r.text == text; }

/// `subscribe`, `unsubscribe` or `message`, about our channel.
bool is_push(const redis_reply& r, std::string_view word) {
  return r.what == kind::list && r.items.size() == 3 && is_text(r.items[0], word) &&
         is_text(r.items[1], announcements);
}

/// The value of a field in a list of fields and values.
std::optional<std::uint64_t> number_of(const redis_reply& list, std::string_view field) {
  for (std::size_t i = 0; i + 1 < list.items.size(); i += 2) {
    if (!is_text(list.items[i], field)) continue;
    const auto& text = list.items[i + 1].text;
    std::uint64_t n = 0;
    const auto* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, n);
    if (failure == std::errc{} && rest == end) return n;
    return {};
  }
  return {};
}

}  // namespace

redis_sentinel_talk::redis_sentinel_talk(std::string_view name) : name_(name) {}

std::string redis_sentinel_talk::ask() {
  const std::array<std::string_view, 2> leave{"UNSUBSCRIBE", announcements};
  const std::array<std::string_view, 3> epoch{"SENTINEL", "MASTER", name_};
  const std::array<std::string_view, 3> address{"SENTINEL", "GET-MASTER-ADDR-BY-NAME", name_};
  const std::array<std::string_view, 2> listen{"SUBSCRIBE", announcements};
  awaited_ = reply::left;
  epoch_.reset();
  return format_redis_command(leave) + format_redis_command(epoch) + format_redis_command(address) +
         format_redis_command(listen);
}

redis_sentinel_talk::news redis_sentinel_talk::receive(const redis_reply& r) {
  if (!is_push(r, "message")) return take(r);
  const bool ours = r.items[2].text.starts_with(name_ + ' ');
  return ours && !asking() ? news::announced : news::nothing;  // a question under way is answered behind it
}

redis_sentinel_talk::news redis_sentinel_talk::take(const redis_reply& r) {
  switch (std::exchange(awaited_, reply::none)) {
    case reply::none:
      return refuse(r.what == kind::error ? r.error_word() : "protocol");
    case reply::left:
      awaited_ = reply::epoch;
      if (r.what == kind::error) return refuse(r.error_word());
      return is_push(r, "unsubscribe") ? news::nothing : refuse("protocol");
    case reply::epoch:
      awaited_ = reply::address;
      return take_epoch(r);
    case reply::address:
      awaited_ = reply::listening;
      return take_address(r);
    case reply::listening:
      if (r.what == kind::error) return refuse(r.error_word());
      return is_push(r, "subscribe") ? news::answered : refuse("protocol");
  }
  return refuse("protocol");
}

redis_sentinel_talk::news redis_sentinel_talk::take_epoch(const redis_reply& r) {
  if (r.what == kind::error) {
    if (r.text.starts_with("ERR No such master")) return news::nothing;
    return refuse(r.text.starts_with("ERR unknown command") ? "no_sentinel" : r.error_word());
  }
  if (r.what != kind::list) return refuse("protocol");
  epoch_ = number_of(r, "config-epoch");
  return epoch_ ? news::nothing : refuse("protocol");
}

redis_sentinel_talk::news redis_sentinel_talk::take_address(const redis_reply& r) {
  if (r.what == kind::error) return refuse(r.error_word());
  master_.reset();
  if (r.what == kind::nil || !epoch_) return news::nothing;
  if (r.what != kind::list || r.items.size() != 2) return refuse("protocol");
  const auto place = make_redis_place(r.items[0].text, r.items[1].text);
  if (!place) return refuse("protocol");
  master_ = {*place, *epoch_};
  return news::nothing;
}

redis_sentinel_talk::news redis_sentinel_talk::refuse(std::string_view why) {
  problem_ = why;
  return news::broken;
}

}  // namespace roomd::store
