// What is different about a script where a slot's keys are on their way to another server of a Redis Cluster
// (docs/decisions/redis-topologies.md, "ASK"). Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/redis_place.hpp"
#include "store/redis_reply.hpp"
#include "store/redis_scripts.hpp"

namespace roomd::store {

/// Whether a room calls it: what is not a room's stays where its slot is.
bool is_of_rooms(const redis_script& script);

/// The script's text for a call that declares the first key alone. The other keys are its first arguments, and how many
/// they are is its last one. While a slot moves, its servers refuse a call that declares a key which is absent, though a
/// room without history or without deduplication keys lacks some for good. Where the room has come over in part only, the
/// call answers TRYAGAIN and has done nothing.
std::string one_key_text(const redis_script& script);

/// The server has not carried it out: the slot is another server's, or on its way there.
bool is_of_another_server(const redis_reply& reply);

/// Who has the keys of this slot by now: `ASK 3999 10.0.0.1:6381`; without a host it is `asked`. None: it is no such error.
std::optional<redis_place> asked_place(const redis_reply& error, std::string_view asked);

/// The message that publish.lua has kept and sent under the number, made of its arguments; empty: they make no sense.
std::string published_message(std::span<const std::string_view> arguments, std::uint64_t number);

}  // namespace roomd::store
