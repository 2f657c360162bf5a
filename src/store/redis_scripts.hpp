// The scripts of src/store/redis/, built into the program. Each file's head is its contract. Sent by their digest
// (EVALSHA), and once by their text (EVAL) where the server answers NOSCRIPT.
#pragma once

#include <string_view>

namespace roomd::store {

struct redis_script {
  std::string_view text;
  std::string_view digest;  ///< SHA-1 of the text, 40 hexadecimal digits
};

namespace scripts {

extern const redis_script drop, ingest, lease, open, probe, publish, read_page, set_aside;

}  // namespace scripts

}  // namespace roomd::store
