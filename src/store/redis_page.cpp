#include "store/redis_page.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace roomd::store {
namespace {

using kind = redis_reply::kind;

std::optional<sequence> number(const redis_reply& r) {
  if (r.what != kind::integer || r.integer < 0) return {};
  return static_cast<sequence>(r.integer);
}

/// "EPOCH:SEQ". A name has no colon.
std::optional<position> ancestor(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0) return {};
  position p{std::string(text.substr(0, colon)), 0};
  const auto* const end = text.data() + text.size();
  const auto [rest, failed] = std::from_chars(text.data() + colon + 1, end, p.seq);
  if (failed != std::errc() || rest != end) return {};
  return p;
}

/// What agrees with an ancestor no further than some number agrees with that one's ancestors no further either.
std::optional<std::vector<position>> lineage(std::string_view text) {
  std::vector<position> all;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    auto p = ancestor(word);
    if (!p) return {};
    if (!all.empty()) p->seq = std::min(p->seq, all.back().seq);
    all.push_back(std::move(*p));
  }
  return all;
}

/// The four values with which both replies begin.
std::optional<redis_numbering> numbering(const std::vector<redis_reply>& items) {
  for (std::size_t i = 0; i < 3; ++i) {
    if (items[i].what != kind::text) return {};
  }
  auto ancestors = lineage(items[2].text);
  const auto head = number(items[3]);
  if (!ancestors || !head) return {};
  return redis_numbering{items[0].text, items[1].text, std::move(*ancestors), *head};
}

}  // namespace

std::optional<redis_numbering> parse_redis_opened(const redis_reply& reply) {
  if (reply.what != kind::list || reply.items.size() != 5 || !number(reply.items[4])) return {};
  auto opened = numbering(reply.items);
  if (!opened || opened->generation.empty()) return {};
  return opened;
}

std::optional<redis_page> parse_redis_page(redis_reply&& reply) {
  if (reply.what != kind::list || reply.items.size() != 6 || reply.items[5].what != kind::list) return {};
  auto at = numbering(reply.items);
  const auto first = number(reply.items[4]);
  if (!at || !first || *first < 1 || *first > at->head + 1) return {};
  redis_page page{std::move(*at), *first, {}};
  for (auto& m : reply.items[5].items) {
    if (m.what != kind::text) return {};
    page.messages.push_back(std::move(m.text));
  }
  return page;
}

}  // namespace roomd::store
