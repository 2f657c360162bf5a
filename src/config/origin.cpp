#include "config/origin.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace roomd::config {
namespace {

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz";
constexpr std::string_view digits = "0123456789";

bool only(std::string_view text, std::string_view more) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return letters.find(c) != letters.npos || digits.find(c) != digits.npos || more.find(c) != more.npos;
  });
}

bool valid_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) return only(host.substr(1, host.size() - 2), ":.");
  return only(host, "-._");
}

bool valid_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, failure] = std::from_chars(text.data(), end, port);
  return failure == std::errc{} && rest == end && port != 0 && text.front() != '0';
}

}  // namespace

bool is_shared_origin(std::string_view text) { return text == "null" || text == "file://"; }

std::optional<std::string> origin_fault(std::string_view text) {
  constexpr std::string_view form = "wants \"*\" or scheme://host or scheme://host:port";
  if (text == "*" || is_shared_origin(text)) return {};
  if (std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }))
    return "browsers send it in lower case";
  const auto slashes = text.find("://");
  if (slashes == std::string_view::npos) return std::string(form);
  const auto scheme = text.substr(0, slashes);
  auto host = text.substr(slashes + 3);
  if (host.find_first_of("/?#") != std::string_view::npos)
    return "browsers send it without a path or a final slash";
  const auto bracket = host.rfind(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const auto port = colon == std::string_view::npos ? std::string_view() : host.substr(colon + 1);
  host = host.substr(0, colon);
  if (!only(scheme, "+-.") || !valid_host(host)) return std::string(form);
  if (colon == std::string_view::npos) return {};
  if (!valid_port(port)) return std::string(form);
  if ((scheme == "http" && port == "80") || (scheme == "https" && port == "443"))
    return "browsers leave out the scheme's own port";
  return {};
}

}  // namespace roomd::config
