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
  keeper.keep(page_of(1000));
  const auto bytes = keeper.bytes();
  CHECK(bytes > 0);
  keeper.sweep();
  keeper.keep(page_of(1000));
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
    keeper.keep(std::move(page));
    CHECK(keeper.bytes() <= 3 * one);
  }
  CHECK(pages[1].expired());
  CHECK_FALSE(pages[2].expired());
}

TEST_CASE("page keeper: what goes over its bound counts no longer for the sweep") {
  const auto one = page_of(1000)->bytes();
  page_keeper keeper(2 * one);
  keeper.keep(page_of(1000));
  keeper.keep(page_of(1000));
  keeper.sweep();
  keeper.keep(page_of(1000));
  keeper.sweep();
  CHECK(keeper.bytes() == one);
}

TEST_CASE("page keeper: a page over the bound is not kept") {
  page_keeper keeper(10);
  keeper.keep(page_of(1000));
  CHECK(keeper.bytes() == 0);
}
