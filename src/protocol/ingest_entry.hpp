// What a backend adds to the ingest stream, read as the `publish` command of a client: docs/cluster.md, "From a backend".
// The same fields, checked by the same code and with the same bounds; what a stream cannot say as JSON does is said by
// words. Pure.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/message.hpp"

namespace roomd::protocol {

struct ingest_publish {
  std::string room;
  draft what;
};

/// `fields`: names and values in turn, any bytes. `id`: the entry's; where the backend names no key, the draft gets one
/// that is made of it, and that no client can name. An error's text never repeats what the entry holds.
result<ingest_publish> read_ingest_entry(std::string_view id, std::span<const std::string> fields);

}  // namespace roomd::protocol
