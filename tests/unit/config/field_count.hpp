// How many fields an aggregate has: as many as it can be initialised from.
#pragma once

#include <cstddef>
#include <utility>

namespace roomd::config {

struct any_field {
  template <class T>
  operator T() const;  // never called: only its type is looked at
};

template <class T, std::size_t... N>
consteval bool takes(std::index_sequence<N...>) {
  return requires { T{(static_cast<void>(N), any_field{})...}; };
}

template <class T, std::size_t N = 0>
consteval std::size_t field_count() {
  if constexpr (takes<T>(std::make_index_sequence<N + 1>{})) {
    return field_count<T, N + 1>();
  } else {
    return N;
  }
}

}  // namespace roomd::config
