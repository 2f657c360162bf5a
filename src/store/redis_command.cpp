#include "store/redis_command.hpp"

#include <memory>
#include <new>
#include <vector>

#include <hiredis/hiredis.h>

namespace roomd::store {

std::string format_redis_command(std::span<const std::string_view> words) {
  std::vector<const char*> begins;
  std::vector<std::size_t> sizes;
  for (const auto& word : words) {
    begins.push_back(word.data());
    sizes.push_back(word.size());
  }
  char* made = nullptr;
  const auto size =
      redisFormatCommandArgv(&made, static_cast<int>(words.size()), begins.data(), sizes.data());
  if (size < 0) throw std::bad_alloc();
  const std::unique_ptr<char, void (*)(char*)> keep(made, [](char* c) { redisFreeCommand(c); });
  return {made, static_cast<std::size_t>(size)};
}

}  // namespace roomd::store
