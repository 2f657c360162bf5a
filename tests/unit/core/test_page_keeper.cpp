#include <memory>
#include <vector>

#include "core/page_keeper.hpp"

#include "catch.hpp"
#include "log_tools.hpp"

using namespace roomd;

namespace {

page_ptr page_of(std::size_t bytes) {
  auto page = std::make_shared<batch>();
  page->add(make_message(1, bytes));
  return page;
}

}  // namespace

TEST_CASE("page keeper: it keeps pages until the sweep after next") {
  page_keeper keeper(1 << 20);
  keeper.keep(page_of(1000), page_source::log);
  const auto bytes = keeper.bytes();
  CHECK(bytes > 0);
  keeper.sweep();
  keeper.keep(page_of(1000), page_source::log);
  CHECK(keeper.bytes() == 2 * bytes);
  keeper.sweep();
  CHECK(keeper.bytes() == bytes);
  keeper.sweep();
  CHECK(keeper.bytes() == 0);
  keeper.sweep();
  CHECK(keeper.bytes() == 0);
}

TEST_CASE("page keeper: over its bound the oldest go") {
  const auto one = page_of(1000)->bytes();
  page_keeper keeper(3 * one);
  std::vector<std::weak_ptr<const batch>> pages;
  for (int i = 0; i < 5; ++i) {
    auto page = page_of(1000);
    pages.push_back(page);
    keeper.keep(std::move(page), page_source::log);
    CHECK(keeper.bytes() <= 3 * one);
  }
  CHECK(pages[1].expired());
  CHECK_FALSE(pages[2].expired());
}

TEST_CASE("page keeper: what goes over its bound counts no longer for the sweep") {
  const auto one = page_of(1000)->bytes();
  page_keeper keeper(2 * one);
  keeper.keep(page_of(1000), page_source::log);
  keeper.keep(page_of(1000), page_source::log);
  keeper.sweep();
  keeper.keep(page_of(1000), page_source::log);
  keeper.sweep();
  CHECK(keeper.bytes() == one);
}

TEST_CASE("page keeper: a page over the bound is not kept") {
  page_keeper keeper(10);
  keeper.keep(page_of(1000), page_source::log);
  CHECK(keeper.bytes() == 0);
}

TEST_CASE("page keeper: a page that somebody wants stays, and goes last when there is no room") {
  const auto one = page_of(1000)->bytes();
  page_keeper keeper(2 * one);
  const std::weak_ptr<const batch> wanted = [&] {
    auto page = page_of(1000);
    keeper.keep(page, page_source::log);
    return page;
  }();
  keeper.keep(page_of(1000), page_source::log);
  for (int i = 0; i < 5; ++i) {
    keeper.use(wanted.lock());
    keeper.sweep();
    keeper.keep(page_of(1000), page_source::log);
    REQUIRE_FALSE(wanted.expired());
  }
  keeper.sweep();
  keeper.sweep();
  CHECK(wanted.expired());
}

TEST_CASE("page keeper: a page that had to be fetched stays longer than one from the log") {
  page_keeper keeper(1 << 20);
  std::weak_ptr<const batch> fetched, read;
  {
    const auto a = page_of(1000);
    const auto b = page_of(1000);
    keeper.keep(a, page_source::engine);
    keeper.keep(b, page_source::log);
    fetched = a;
    read = b;
  }
  for (int i = 0; i < 10; ++i) keeper.sweep();
  CHECK(read.expired());
  CHECK_FALSE(fetched.expired());
  for (int i = 0; i < 10; ++i) keeper.sweep();
  CHECK(fetched.expired());
  CHECK(keeper.bytes() == 0);
}

TEST_CASE("page keeper: to use a page that has gone does nothing") {
  page_keeper keeper(10);
  const auto page = page_of(1000);
  keeper.keep(page, page_source::log);
  keeper.use(page);
  CHECK(keeper.bytes() == 0);
}

TEST_CASE("page keeper: a smaller bound holds at once") {
  const auto one = page_of(1000)->joined_bytes();
  page_keeper keeper(3 * one);
  for (int i = 0; i < 3; ++i) keeper.keep(page_of(1000), page_source::engine);
  keeper.bound(2 * one);
  CHECK(keeper.bytes() == 2 * one);
  keeper.bound(4 * one);
  for (int i = 0; i < 4; ++i) keeper.keep(page_of(1000), page_source::engine);
  CHECK(keeper.bytes() == 4 * one);
}
