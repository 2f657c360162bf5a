// Something for each name, by patterns: the first one that a name matches, in their order; what the rest gets where none
// does. Pure values; reading is safe from any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace roomd {

/// Whether all of `name` is like `pattern`, in which `*` stands for any number of bytes, none too, and everything else for
/// itself. Time: O(pattern * name) at worst.
bool matches(std::string_view pattern, std::string_view name);

template <class T>
class by_pattern {
 public:
  using entry = std::pair<std::string, T>;

  // NOLINTNEXTLINE(google-explicit-constructor): the same for every name
  by_pattern(T rest, std::vector<entry> entries = {})
      : rest_(std::move(rest)), entries_(std::move(entries)) {}

  /// Stands as long as this does.
  const T& of(std::string_view name) const {
    for (const auto& [pattern, found] : entries_) {
      if (matches(pattern, name)) return found;
    }
    return rest_;
  }
  const T& rest() const { return rest_; }
  const std::vector<entry>& entries() const { return entries_; }

  /// The same patterns with `f` of what is here.
  template <class F>
  auto map(F f) const {
    std::vector<std::pair<std::string, decltype(f(rest_))>> all;
    all.reserve(entries_.size());
    for (const auto& [pattern, each] : entries_) all.emplace_back(pattern, f(each));
    return by_pattern<decltype(f(rest_))>(f(rest_), std::move(all));
  }

 private:
  T rest_;
  std::vector<entry> entries_;
};

}  // namespace roomd
