#include <memory>
#include <vector>

#include "core/page_cache.hpp"

#include "catch.hpp"
#include "log_tools.hpp"

using namespace roomd;

namespace {

constexpr page_bounds bounds{10, 1000};

page_ptr page_from(sequence first, sequence next) {
  auto page = std::make_shared<batch>();
  for (sequence seq = first; seq < next; ++seq) page->add(make_message(seq, 200));
  return page;
}

struct fixture {
  page_keeper keeper{1 << 20};
  page_cache cache{keeper};
};

}  // namespace

TEST_CASE("page cache: a page is found by its first number and its bounds") {
  fixture f;
  const auto page = page_from(1, 5);
  f.cache.add(page, bounds, 100);
  CHECK(f.cache.find(1, bounds, 100) == page);
  CHECK(f.cache.find(2, bounds, 100) == nullptr);
  CHECK(f.cache.find(1, {10, 999}, 100) == nullptr);
}

TEST_CASE("page cache: a page that reached the head is right while that is the head") {
  fixture f;
  const auto page = page_from(1, 5);
  f.cache.add(page, bounds, 4);
  CHECK(f.cache.find(1, bounds, 4) == page);
  CHECK(f.cache.find(1, bounds, 5) == nullptr);
}

TEST_CASE("page cache: a page that an engine was asked for is right wherever the head is") {
  fixture f;
  const auto page = page_from(1, 5);
  f.cache.add(page, bounds, 4, page_source::engine);
  CHECK(f.cache.find(1, bounds, 5) == page);
}

TEST_CASE("page cache: pages that reached a head that is past make room before any other") {
  fixture f;
  std::vector<page_ptr> lasting;
  for (sequence first = 1; first < 30; first += 10)
    f.cache.add(lasting.emplace_back(page_from(first, first + 4)), bounds, 1000);
  for (sequence head = 100; head < 150; ++head) f.cache.add(page_from(90, head + 1), bounds, head);
  for (const auto& page : lasting) CHECK(f.cache.find(page->first(), bounds, 149) == page);
}

TEST_CASE("page cache: of many pages the newest are remembered") {
  fixture f;
  std::vector<page_ptr> pages;
  for (sequence first = 1; first < 200; first += 10)
    f.cache.add(pages.emplace_back(page_from(first, first + 4)), bounds, 1000);
  CHECK(f.cache.find(pages.back()->first(), bounds, 1000) == pages.back());
  CHECK(f.cache.find(pages.front()->first(), bounds, 1000) == nullptr);
}

TEST_CASE("page cache: who finds a page keeps it for the next one") {
  fixture f;
  f.cache.add(page_from(1, 5), bounds, 100);
  for (int i = 0; i < 5; ++i) {
    REQUIRE(f.cache.find(1, bounds, 100) != nullptr);
    f.keeper.sweep();
  }
  f.keeper.sweep();
  f.keeper.sweep();
  CHECK(f.cache.find(1, bounds, 100) == nullptr);
}

TEST_CASE("page cache: another numbering has other pages") {
  fixture f;
  const auto page = page_from(1, 5);
  f.cache.add(page, bounds, 100);
  f.cache.clear();
  CHECK(f.cache.find(1, bounds, 100) == nullptr);
}
