// A mistake in the settings, told to the person who made it: where it stands, which key, and what is wanted.
// All problems are gathered before any is shown, so that one start is enough to see every mistake.
#pragma once

#include <string>

namespace roomd::config {

struct problem {
  std::string
      where;         ///< `roomd.toml:12`, `ROOMD_SESSION_MAX_MESSAGE`, `--set rooms.linger`; empty: a default
  std::string key;   ///< `section.key`; empty where no setting is meant
  std::string what;  ///< what is wrong and what is wanted instead

  bool operator==(const problem&) const = default;
};

/// One line for a person: `roomd.toml:12: session.max_message: wants …`.
std::string to_text(const problem& p);

}  // namespace roomd::config
