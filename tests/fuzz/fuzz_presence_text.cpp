// The entry of a libFuzzer program: any bytes are read as a presence word, and what is accepted says the same when it is
// written and read again. A broken promise aborts. A unit test runs the same entry over mutated words. To fuzz for
// longer: ./dev fuzz presence_text
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/remote_members.hpp"
#include "core/room_name.hpp"
#include "protocol/json_scanner.hpp"
#include "protocol/presence_text.hpp"
#include "protocol/utf8.hpp"

namespace {

using namespace roomd;
using namespace roomd::protocol;

void promise(bool holds) {
  if (!holds) std::abort();
}

void check_info(std::string_view info) {
  json_scanner in(info);
  json_slice value;
  promise(in.value(value) && in.at_end() && value.kind == json_kind::object && info.size() <= max_info);
}

void check_told(const std::vector<told_session>& all) {
  for (const auto& s : all) {
    promise(valid_name(s.id, max_session_id) && valid_name(s.who.user, max_user_name));
    check_info(s.who.info);
  }
}

void check(std::string_view text) {
  auto word = read_presence(text);
  if (!word) return;
  promise(text.size() <= max_presence_text && is_sensible(*word));
  if (const auto* l = std::get_if<list_word>(&word->what)) check_told(l->sessions);
  if (const auto* n = std::get_if<news_word>(&word->what)) {
    check_told(n->came);
    for (const auto& u : n->updated) check_info(u.info);
  }
  const auto again = write_presence(*word);
  promise(valid_utf8(again) && valid_json(again));
  const auto reread = read_presence(again);
  promise(reread ? write_presence(*reread) == again : again.size() > max_presence_text);
  const time_point now{std::chrono::hours(1)};
  remote_members members("node-own", std::chrono::seconds(10));
  promise(members.take(std::move(*word), now).gone.size() <= text.size());
  promise(members.nonsense() == 0 && members.sessions() <= text.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check({reinterpret_cast<const char*>(data), size});
  return 0;
}
