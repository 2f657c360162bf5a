#include "actors/random_id.hpp"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/random.h>

namespace roomd::actors {

namespace {

/// Random bytes, fetched many at once. One a thread; each byte is used once.
class byte_source {
 public:
  unsigned char next() {
    if (used_ == bytes_.size()) refill();
    return std::exchange(bytes_[used_++], 0);
  }

 private:
  void refill() {
    for (std::size_t have = 0; have < bytes_.size();) {
      const ssize_t n = ::getrandom(bytes_.data() + have, bytes_.size() - have, 0);
      if (n > 0) have += static_cast<std::size_t>(n);
      if (n < 0 && errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
    }
    used_ = 0;
  }

  std::array<unsigned char, 256> bytes_{};
  std::size_t used_ = bytes_.size();
};

}  // namespace

hash_key random_hash_key() {
  byte_source bytes;
  hash_key key;
  for (std::uint64_t* half : {&key.first, &key.second})
    for (int i = 0; i < 8; ++i) *half = *half << 8U | bytes.next();
  return key;
}

std::string random_id(std::size_t letters) {
  static constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  thread_local byte_source bytes;
  std::string id(letters, '\0');
  for (char& c : id) c = alphabet[bytes.next() & 63U];
  return id;
}

}  // namespace roomd::actors
