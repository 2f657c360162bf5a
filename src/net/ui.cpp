#include "net/ui.hpp"

#include <array>

#include "core/room_name.hpp"
#include "net/target.hpp"

namespace roomd::net {

namespace {

constexpr std::string_view page_name = "index.html";

struct content_type {
  std::string_view ending;
  std::string_view type;
};
constexpr std::array content_types = {
    content_type{".html", "text/html; charset=utf-8"},
    content_type{".js", "text/javascript; charset=utf-8"},
    content_type{".css", "text/css; charset=utf-8"},
    content_type{".svg", "image/svg+xml"},
    content_type{".ico", "image/x-icon"},
    content_type{".png", "image/png"},
    content_type{".json", "application/json"},
};

std::string_view type_of(std::string_view name) {
  for (const auto& row : content_types) {
    if (name.ends_with(row.ending)) return row.type;
  }
  return "application/octet-stream";
}

response file_response(std::string_view name) {
  const auto* file = find_ui_file(name);
  if (!file) return error_response(404, "not_found", "there is no such file");
  response r{.content_type = std::string(type_of(name)), .body = std::string(file->content)};
  r.headers = {{"Content-Security-Policy", "default-src 'self'; connect-src 'self' ws: wss:"},
               {"X-Content-Type-Options", "nosniff"},
               {"Referrer-Policy", "no-referrer"},
               {"Cache-Control", "no-cache"}};
  return r;
}

}  // namespace

response ui_page(std::string_view room) {
  const auto name = percent_decode(room);
  if (!room.empty() && (!name || !valid_name(*name, max_room_name))) {
    return error_response(400, "invalid_room", "this is no name of a room");
  }
  return file_response(page_name);
}

response ui_asset(std::string_view name) { return file_response(name); }

}  // namespace roomd::net
