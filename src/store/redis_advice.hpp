// What the one word that a log has for a fault of Redis means, and what to look at, in a sentence for the operator. Pure.
#pragma once

#include <string_view>

namespace roomd::store {

/// A part of a sentence that begins with what is the matter; empty: the word is not known.
std::string_view redis_advice(std::string_view word);

/// Whether the word says that Redis refuses to write, or refuses its user a right: it does not pass by itself.
bool redis_refuses(std::string_view word);

}  // namespace roomd::store
