// What nobody can guess: session ids, epochs' words, the tables' key. From the kernel's generator (getrandom(2)).
#pragma once

#include <cstddef>
#include <string>

#include "core/text_hash.hpp"

namespace roomd::actors {

/// `letters` characters of base64url's alphabet (RFC 4648 section 5), 6 random bits each. 22 hold 128 bits.
std::string random_id(std::size_t letters = 22);

hash_key random_hash_key();

}  // namespace roomd::actors
