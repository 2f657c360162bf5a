// The playground: files of web/ that are built into the program, looked up by exact name, so that no path can lead
// anywhere else.
#pragma once

#include <string_view>

#include "net/response.hpp"

namespace roomd::net {

/// A file of web/. The build makes the table (cmake/embed.cmake).
struct ui_file {
  std::string_view name;
  std::string_view content;
};

/// Null where there is none of that name.
const ui_file* find_ui_file(std::string_view name);

/// GET /ui/{room}: the page. The room's name, still percent-encoded, is checked only: the page reads its own address,
/// and where that names no room (/ui) it asks for one.
response ui_page(std::string_view room);
/// GET /ui/assets/{name}.
response ui_asset(std::string_view name);

}  // namespace roomd::net
