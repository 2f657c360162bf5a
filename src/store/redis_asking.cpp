#include "store/redis_asking.hpp"

#include <algorithm>

namespace roomd::store {
namespace {

constexpr std::size_t generation_letters = 40;

/// Puts the keys where the script expects them.
constexpr std::string_view take_keys =
    "for i = 1, tonumber(table.remove(ARGV)) do KEYS[i + 1] = table.remove(ARGV, 1) end\n";
/// A log, and keys that were remembered, come with the record, or later.
constexpr std::string_view is_whole = R"(do
  local r = redis.call('HMGET', KEYS[1], '#numbering', '#settings', '#window')
  local sum = tonumber(r[1] and redis.call('HGET', KEYS[1], r[1]))
  local function lacks(half) return redis.call('HLEN', KEYS[1] .. half) == 0 end
  local whole = true
  if sum then
    local has_log = sum % 4294967296 > 0 and string.sub(r[2], 1, 2) ~= '0 '
    if has_log and #redis.call('XREVRANGE', KEYS[1] .. ':log', '+', '-', 'COUNT', '1') == 0 then whole = false end
    if r[3] and lacks(':keys') or sum < 0 and lacks(':old') then whole = false end
  end
  if not whole then return redis.error_reply('TRYAGAIN the room is on its way') end
end
)";
/// The window of the keys turns by a command of two keys, one of which is absent.
constexpr std::string_view no_look = "ARGV[6] = nil\n";

}  // namespace

bool is_of_rooms(const redis_script& script) {
  return &script == &scripts::publish || &script == &scripts::open || &script == &scripts::read_page;
}

bool is_of_another_server(const redis_reply& reply) {
  return reply.is_error("ASK") || reply.is_error("MOVED") || reply.is_error("TRYAGAIN");
}

std::string one_key_text(const redis_script& script) {
  const auto head = script.text.find('\n') + 1;  // #!lua …
  std::string text(script.text.substr(0, head));
  text += take_keys;
  text += is_whole;
  if (&script == &scripts::publish) text += no_look;
  return text += script.text.substr(head);
}

std::optional<redis_place> asked_place(const redis_reply& error, std::string_view asked) {
  if (!error.is_error("ASK")) return {};
  const std::string_view text = error.text;
  const auto where = text.substr(std::min(text.rfind(' ') + 1, text.size()));
  const auto colon = where.rfind(':');
  if (colon == where.npos) return {};
  const auto host = where.substr(0, colon);
  return make_redis_place(host.empty() || host == "?" ? asked : host, where.substr(colon + 1));
}

// As publish.lua does it.
std::string published_message(std::span<const std::string_view> arguments, std::uint64_t number) {
  if (arguments.size() < 3 || arguments[1].size() <= generation_letters + 1) return {};
  const auto seq = std::to_string(number);
  if (arguments[2] == seq) return std::string(arguments[0]);
  const auto epoch = arguments[1].substr(0, arguments[1].size() - generation_letters - 1);
  const auto foreseen = arguments[2].empty() ? 0 : epoch.size() + 1 + arguments[2].size();
  if (foreseen > arguments[0].size()) return {};
  std::string message(epoch);
  ((message += ' ') += seq) += arguments[0].substr(foreseen);
  return message;
}

}  // namespace roomd::store
