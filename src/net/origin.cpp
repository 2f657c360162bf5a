#include "net/origin.hpp"

#include <algorithm>
#include <cctype>

#include <boost/asio/ip/address.hpp>

namespace roomd::net {

namespace {

struct authority {
  std::string host;  ///< in lower case, without brackets
  std::string port;
};

authority split(std::string_view text, bool tls) {
  authority a{{}, tls ? "443" : "80"};
  const auto colon = text.rfind(':');
  if (colon != text.npos && text.find(']', colon) == text.npos) {
    a.port = text.substr(colon + 1);
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  a.host = text;
  std::transform(a.host.begin(), a.host.end(), a.host.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return a;
}

bool cannot_be_rebound(const std::string& host) {
  if (host == "localhost") return true;
  boost::system::error_code failed;
  boost::asio::ip::make_address(host, failed);
  return !failed;
}

bool same_origin(std::string_view origin, std::string_view host, bool tls) {
  const std::string_view scheme = tls ? "https://" : "http://";
  if (!origin.starts_with(scheme)) return false;
  const auto theirs = split(origin.substr(scheme.size()), tls);
  const auto ours = split(host, tls);
  return theirs.host == ours.host && theirs.port == ours.port && cannot_be_rebound(ours.host);
}

}  // namespace

bool origin_allowed(std::string_view origin, std::string_view host, bool tls,
                    const std::vector<std::string>& allowed) {
  const auto fits = [origin](const std::string& entry) { return entry == "*" || entry == origin; };
  return std::any_of(allowed.begin(), allowed.end(), fits) || same_origin(origin, host, tls);
}

}  // namespace roomd::net
