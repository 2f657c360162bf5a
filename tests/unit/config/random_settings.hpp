// Settings whose every value is random but within its bounds; and comparing settings, over the schema.
#pragma once

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "config/schema.hpp"

namespace roomd::config {

inline std::vector<std::string> differing_keys(const settings& a, const settings& b) {
  std::vector<std::string> keys;
  for (const auto& row : schema())
    if (row.read(a) != row.read(b)) keys.emplace_back(row.name);
  return keys;
}

class random_settings {
 public:
  explicit random_settings(unsigned seed) : generator_(seed) {}

  settings operator()() {
    settings s;
    for (const auto& row : schema()) row.write(s, any(row));
    return s;
  }

  value any(const setting& row) {
    const auto& allowed = row.allowed;
    switch (row.type()) {
      case kind::flag:
        return number(0, 1) == 1;
      case kind::count:
        return static_cast<std::uint32_t>(number(allowed.least, allowed.most));
      case kind::size:
        return static_cast<std::size_t>(rounded(allowed));
      case kind::duration:
        return milliseconds(rounded(allowed));
      case kind::text:
        return allowed.choices.empty() ? text() : std::string(choice(allowed.choices));
      case kind::list:
        return list(std::min<std::uint64_t>(allowed.most, 5));
    }
    return {};
  }

 private:
  std::uint64_t number(std::uint64_t least, std::uint64_t most) {
    return std::uniform_int_distribution<std::uint64_t>(least, most)(generator_);
  }

  /// Often a whole number of some unit, so that all units are seen.
  std::uint64_t rounded(const bounds& allowed) {
    constexpr std::uint64_t units[] = {1, 1000, 1024, 60'000, 1 << 20U, 3'600'000, 1 << 30U};
    const auto n = number(allowed.least, allowed.most);
    const auto unit = units[number(0, std::size(units) - 1)];
    return std::max(n - n % unit, allowed.least);
  }

  template <class T>
  T choice(const std::vector<T>& from) {
    return from[number(0, from.size() - 1)];
  }

  std::string text() {
    static const std::vector<std::string> letters = {"a", "Z", "0", " ", "\"", "\\", "'",
                                                     "#", "[", "=", ",", "ü",  "雪"};
    std::string out;
    for (auto n = number(0, 12); n > 0; --n) out += choice(letters);
    return out;
  }

  text_list list(std::uint64_t most) {
    text_list out;
    for (auto n = number(0, most); n > 0; --n) out.push_back(text());
    return out;
  }

  std::mt19937 generator_;
};

}  // namespace roomd::config
