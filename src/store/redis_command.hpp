// A command as Redis reads it (RESP): its words, each with its length, so that they may hold any bytes.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace roomd::store {

/// `words`: at least one, the command's name first. Throws std::bad_alloc.
std::string format_redis_command(std::span<const std::string_view> words);

}  // namespace roomd::store
