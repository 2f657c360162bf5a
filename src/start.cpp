#include "start.hpp"

#include <array>
#include <iterator>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "config/load.hpp"
#include "config/validate.hpp"

#include "service_manager.hpp"
#include "start_check.hpp"

namespace roomd {
namespace {

/// The address that a socket listens on; nothing where it is none of TCP.
std::optional<config::address> address_of(int fd) {
  sockaddr_storage a{};
  socklen_t size = sizeof a;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&a), &size) != 0) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (a.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(a);
    ::inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    return config::parse_address(std::string(text.data()) + ':' + std::to_string(ntohs(v4.sin_port)));
  }
  if (a.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(a);
    ::inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    return config::parse_address('[' + std::string(text.data()) + "]:" + std::to_string(ntohs(v6.sin6_port)));
  }
  return std::nullopt;
}

void append(std::vector<config::problem>& to, std::vector<config::problem> more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

inherited_sockets take_inherited_sockets() {
  inherited_sockets all;
  for (int fd : service_manager::inherited_sockets()) {
    if (auto a = address_of(fd)) {
      all.fds.push_back(fd);
      all.addresses.push_back(std::move(*a));
    } else {
      all.problems.push_back({"socket activation", "",
                              "descriptor " + std::to_string(fd) +
                                  " is no TCP socket; roomd.socket wants ListenStream=ADDRESS:PORT"});
    }
  }
  return all;
}

checked_settings read_settings(const command_line& flags, const inherited_sockets& inherited, opens what) {
  config::sources from;
  from.file = flags.config;
  from.environment = config::process_environment();
  from.sets = flags.sets;
  from.listen = flags.listen;
  config::loaded l = config::load(from);
  const bool given = !inherited.fds.empty();
  std::vector<config::problem> more = config::validate(l.values, flags.insecure, given, inherited.addresses);
  if (what != opens::nothing) append(more, check_files(l.values));
  if (what == opens::files_and_addresses) append(more, check_addresses(l.values, given));
  std::vector<config::problem> problems = std::move(l.problems);
  append(problems, config::located(std::move(more), l));
  append(problems, inherited.problems);
  return {std::move(l.values), std::move(problems)};
}

}  // namespace roomd
