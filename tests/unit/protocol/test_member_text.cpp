#include <nlohmann/json.hpp>

#include "core/presence.hpp"
#include "protocol/member_text.hpp"

#include "catch.hpp"
#include "unit/protocol/frames.hpp"

using namespace roomd;
using namespace roomd::protocol;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

const member_slice two{{{"ann", R"({"n":1.0})", {"s1", "s2"}}, {"b\"ob", "", {}}},
                       member_cursor{"b\"ob", {}}};

}  // namespace

TEST_CASE("member text: the users of a page as an object") {
  const auto page = write_member_page("a", two, {});
  CHECK(users_object("r", *page) ==
        R"({"room":"r","users":[{"user":"ann","info":{"n":1.0},"sessions":["s1","s2"]},)"
        R"({"user":"b\"ob","info":{},"sessions":[]}],"next":"4:b\"ob"})");
  CHECK(users_object("r", *write_member_page("a", {}, {})) == R"({"room":"r","users":[]})");
}

TEST_CASE("member text: a reset is one push, which says whether it is the first and whether there is more") {
  const auto said = [](const member_slice& slice, member_cursor after) {
    const auto page = write_member_page("a", slice, {member_form::reset, std::move(after)});
    return json::parse(test::texts_of(page->text->wire()).at(0))["members"];
  };
  auto m = said(two, {});
  CHECK(m["joined"].size() == 2);
  CHECK(m["reset"] == true);
  CHECK(m["more"] == true);
  m = said({two.users, {}}, {"aaa", {}});
  CHECK_FALSE(m.contains("reset"));
  CHECK(m["more"] == false);
  m = said({two.users, {}}, {});
  CHECK(m["reset"] == true);
  CHECK_FALSE(m.contains("more"));
}

TEST_CASE("member text: sockets are rows") {
  const auto page = write_member_page("a", two, {member_form::sockets});
  CHECK(page->text->payload() ==
        R"([{"id_socket":"s1","id_user":"ann"},{"id_socket":"s2","id_user":"ann"}])");
  CHECK(write_member_page("a", {}, {member_form::sockets})->text->payload() == "[]");
}

TEST_CASE("member text: no page is longer than its bound, however its names have to be written") {
  presence p(0s);
  for (std::uint64_t i = 0; i < 3000; ++i)
    p.join({0, i}, std::string(30, '"') + std::to_string(i),
           {std::string(100, '\\') + std::to_string(i), "{}"}, 1);
  for (const auto form : {member_form::reply, member_form::reset, member_form::sockets}) {
    member_query q = bounded({form}, 0, 262144);
    std::size_t rows = 0;
    for (;;) {
      const auto slice = p.read(q);
      const auto page = write_member_page("a", slice, q);
      CHECK(page->text->size() <= q.bytes + 700);  // the room, the cursor, the signs around them
      rows += slice.users.size();
      if (!slice.next) break;
      q.after = *slice.next;
    }
    CHECK(rows == 3000);
  }
}
