#include "actors/random_id.hpp"

#include <cerrno>
#include <system_error>

#include <sys/random.h>

namespace roomd::actors {

std::string random_id(std::size_t letters) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id(letters, '\0');
  for (std::size_t have = 0; have < letters;) {
    const ssize_t n = ::getrandom(id.data() + have, letters - have, 0);
    if (n > 0) have += static_cast<std::size_t>(n);
    if (n < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  for (char& c : id) c = alphabet[static_cast<unsigned char>(c) & 63U];
  return id;
}

}  // namespace roomd::actors
