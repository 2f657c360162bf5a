// One row of the settings' table (schema.hpp): how to read and write its field in `settings`, what it may hold,
// and what it means. Pure. A row is made by row<&settings::log, &log_settings::level>("log.level", …), so that a
// key is named once and its type comes from the field.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.hpp"
#include "config/value.hpp"

namespace roomd::config {

/// Bytes of a text, alone or in a list.
inline constexpr std::size_t max_text = 4096;

/// What a value may be. `least` and `most` count bytes, milliseconds or entries of a list.
struct bounds {
  std::uint64_t least = 0;
  std::uint64_t most = max_text;
  std::vector<std::string_view> choices = {};  ///< of a text; empty: any
  std::string_view advice = {};                ///< what to do about a text that is none of the choices
};

/// When a new value takes effect: at the next SIGHUP, or only at the next start.
enum class effect : std::uint8_t { reload, restart };

struct setting {
  std::string_view name;  ///< `section.key`
  value (*read)(const settings&);
  void (*write)(settings&, value);
  bounds allowed;
  effect when;
  std::string_view meaning;  ///< for people, with the unit where the type does not say it

  std::string_view section() const { return name.substr(0, name.find('.')); }
  std::string_view key() const { return name.substr(name.find('.') + 1); }
  kind type() const { return kind_of(read(settings{})); }
};

template <auto Section, auto Field>
setting row(std::string_view name, bounds allowed, effect when, std::string_view meaning) {
  using field_type = std::decay_t<decltype((std::declval<settings&>().*Section).*Field)>;
  return {name,
          [](const settings& s) { return value((s.*Section).*Field); },
          [](settings& s, value v) { (s.*Section).*Field = std::get<field_type>(std::move(v)); },
          std::move(allowed),
          when,
          meaning};
}

/// `ROOMD_SECTION_KEY`.
std::string environment_name(const setting& s);

/// The bounds for people: `from 10ms to 1h`, `"text" or "json"`.
std::string range_text(const setting& s);

/// What a value of this setting looks like, to stand after "wants".
std::string wanted_text(const setting& s);

/// What is wrong with a value of the setting's own kind; nothing where it may be taken.
std::optional<std::string> fault(const setting& s, const value& v);

}  // namespace roomd::config
