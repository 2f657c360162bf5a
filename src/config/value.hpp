// The value of one setting, whatever its type, and how it is written. Pure. Everything that handles settings
// one by one (loading, printing, bounds, reloads) handles values; the typed structs of settings.hpp are for
// who uses them.
//
// Durations are whole numbers with a unit: `250ms`, `10s`, `5m`, `24h`. Sizes are bytes, plain or with `KiB`,
// `MiB` or `GiB`. Lists are separated by commas on the command line and in the environment.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace roomd::config {

using text_list = std::vector<std::string>;
using value =
    std::variant<bool, std::uint32_t, std::size_t, std::chrono::milliseconds, std::string, text_list>;

/// The alternatives of `value`, in its order.
enum class kind : std::uint8_t { flag, count, size, duration, text, list };

inline kind kind_of(const value& v) { return static_cast<kind>(v.index()); }

/// `text` as a value of kind `k`; nothing where it is not written like one.
std::optional<value> parse_value(kind k, std::string_view text);

/// The value as TOML, in its largest whole unit: `64KiB` and not 65536.
std::string to_toml(const value& v);

/// `text` as a TOML string, with its quotes.
std::string in_quotes(std::string_view text);

std::string size_text(std::uint64_t bytes);
std::string duration_text(std::chrono::milliseconds t);

}  // namespace roomd::config
