#include "start_check.hpp"

#include <cerrno>
#include <set>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/redis_tls.hpp"
#include "config/address.hpp"
#include "net/bind.hpp"
#include "net/tls.hpp"
#include "net/unique_fd.hpp"

namespace roomd {
namespace {

using problems = std::vector<config::problem>;

std::string in_words(int error) { return std::generic_category().message(error); }

/// Why `file` cannot be read; empty: it can.
std::string unreadable(const std::string& file) {
  const net::unique_fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat found {};
  if (!fd || ::fstat(fd.value(), &found) != 0) return in_words(errno);
  if (S_ISDIR(found.st_mode)) return in_words(EISDIR);
  return found.st_size == 0 && S_ISREG(found.st_mode) ? "the file is empty" : "";
}

/// Whether it can be read; where it cannot, `to` gets a problem.
bool readable(std::string_view key, const std::string& file, problems& to) {
  const auto why = unreadable(file);
  if (!why.empty()) to.push_back({"", std::string(key), "cannot read \"" + file + "\": " + why});
  return why.empty();
}

void check_tls(const config::tls_settings& s, problems& to) {
  if (s.certificate.empty() || s.key.empty()) return;
  const bool certificate = readable("tls.certificate", s.certificate, to);
  if (!readable("tls.key", s.key, to) || !certificate) return;
  if (auto why = net::load_tls(s).problem; !why.empty()) {
    const std::string_view key = why.starts_with("tls.key") ? "tls.key" : "tls.certificate";
    if (why.starts_with(key) && why.substr(key.size()).starts_with(": ")) why.erase(0, key.size() + 2);
    to.push_back({"", std::string(key), std::move(why)});
  }
}

void check_redis(const config::redis_settings& s, problems& to) {
  if (!s.password_file.empty()) readable("redis.password_file", s.password_file, to);
  if (s.mode == "sentinel" && !s.sentinel_password_file.empty())
    readable("redis.sentinel_password_file", s.sentinel_password_file, to);
  if (!s.tls || (!s.tls_ca.empty() && !readable("redis.tls_ca", s.tls_ca, to))) return;
  if (auto why = actors::load_redis_tls(s.tls_ca).problem; !why.empty())
    to.push_back({"", "redis.tls_ca", std::move(why)});
}

}  // namespace

problems check_files(const config::settings& s) {
  problems all;
  check_tls(s.tls, all);
  if (s.engine.type == "redis") check_redis(s.redis, all);
  return all;
}

problems check_addresses(const config::settings& s, bool sockets_given) {
  problems all;
  std::set<std::string> seen;
  const auto look_at = [&](std::string_view key, const std::vector<std::string>& addresses) {
    for (const auto& text : addresses) {
      const auto a = config::parse_address(text);
      if (!a) continue;  // told by config/validate
      const auto literal = config::to_text(*a);
      auto why = net::bind_problem(literal);
      if (why.empty() && a->port != 0 && !seen.insert(literal).second) why = literal + " is wanted twice";
      if (!why.empty()) all.push_back({"", std::string(key), std::move(why)});
    }
  };
  if (!sockets_given) look_at("server.listen", s.server.listen);
  look_at("tls.listen", s.tls.listen);
  return all;
}

}  // namespace roomd
