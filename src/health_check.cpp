#include "health_check.hpp"

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "config/address.hpp"

#include "logging.hpp"
#include "start.hpp"

namespace roomd {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::chrono::seconds patience{5};
constexpr std::size_t longest_answer = 4096;

/// What came, and whether it is what is wanted.
struct verdict {
  bool good = false;
  std::string words = "no answer within 5 s";
};

bool is_path(std::string_view text) {
  if (!text.starts_with('/')) return false;
  for (const char c : text)
    if (c <= ' ' || c > '~') return false;
  return true;
}

std::string in_url(const std::string& host) {
  return host.find(':') == std::string::npos ? host : '[' + host + ']';
}

/// The status of `HTTP/1.1 503 Service Unavailable`, and the body.
verdict judge(std::string_view answer) {
  const auto line = answer.substr(0, answer.find("\r\n"));
  int status = 0;
  const auto at = line.find(' ');
  if (!line.starts_with("HTTP/1.") || at == line.npos) return {false, "the answer is no HTTP"};
  std::from_chars(line.data() + at + 1, line.data() + line.size(), status);
  const auto head = answer.find("\r\n\r\n");
  std::string words = std::to_string(status);
  if (head != answer.npos && head + 4 < answer.size()) words += ' ' + in_quotes(answer.substr(head + 4));
  return {status == 200, std::move(words)};
}

/// One question over a connection of its own.
class health_question {
 public:
  explicit health_question(const health_target& whom) : whom_(whom) {
    const tcp::endpoint at(asio::ip::make_address(whom.host), whom.port);
    socket_.async_connect(at, [this](error_code failed) {
      if (failed) return fail(failed);
      if (!whom_.tls) return ask(socket_);
      tls_.async_handshake(asio::ssl::stream_base::client, [this](error_code refused) {
        if (refused) return fail(refused);
        ask(tls_);
      });
    });
  }

  verdict answer() {
    io_.run_for(patience);
    return verdict_;
  }

 private:
  template <class Stream>
  void ask(Stream& stream) {
    request_ = "GET " + whom_.path + " HTTP/1.1\r\nHost: " + in_url(whom_.host) + ':' +
               std::to_string(whom_.port) + "\r\nConnection: close\r\n\r\n";
    asio::async_write(stream, asio::buffer(request_), [this, &stream](error_code failed, std::size_t) {
      if (failed) return fail(failed);
      // Its end, or that of the connection: what has come counts.
      asio::async_read(stream, asio::buffer(answer_), [this](error_code, std::size_t size) {
        verdict_ = size == 0 ? verdict{false, "the connection ended without an answer"}
                             : judge(std::string_view(answer_).substr(0, size));
      });
    });
  }

  void fail(error_code why) { verdict_ = {false, why.message()}; }

  health_target whom_;
  asio::io_context io_{1};
  tcp::socket socket_{io_};
  asio::ssl::context context_{asio::ssl::context::tls_client};
  asio::ssl::stream<tcp::socket&> tls_{socket_, context_};
  std::string request_;
  std::string answer_ = std::string(longest_answer, '\0');
  verdict verdict_;
};

std::optional<health_target> target_of(const command_line& flags) {
  if (flags.health->starts_with("http")) return parse_health_url(*flags.health);
  auto own = own_listener(read_settings(flags, {}, opens::nothing).values);
  if (!own || flags.health->empty()) return own;
  own->path = *flags.health;
  return is_path(own->path) ? own : std::nullopt;
}

}  // namespace

std::string health_target::url() const {
  return (tls ? "https://" : "http://") + in_url(host) + ':' + std::to_string(port) + path;
}

std::optional<health_target> parse_health_url(std::string_view url) {
  health_target t;
  t.tls = url.starts_with("https://");
  if (!t.tls && !url.starts_with("http://")) return std::nullopt;
  url.remove_prefix(t.tls ? 8 : 7);
  if (const auto slash = url.find('/'); slash != url.npos) {
    t.path = url.substr(slash);
    url = url.substr(0, slash);
  }
  std::string authority(url);
  const auto colon = authority.rfind(':');
  if (colon == authority.npos || authority.ends_with(']')) authority += t.tls ? ":443" : ":80";
  const auto at = config::parse_address(authority);
  if (!at || at->port == 0 || !is_path(t.path)) return std::nullopt;
  t.host = at->host;
  t.port = at->port;
  return t;
}

std::optional<health_target> own_listener(const config::settings& s) {
  for (const auto* addresses : {&s.server.listen, &s.tls.listen}) {
    for (const auto& text : *addresses) {
      const auto at = config::parse_address(text);
      if (!at || at->port == 0) continue;
      health_target t{at->host, at->port, addresses == &s.tls.listen};
      if (t.host == "0.0.0.0") t.host = "127.0.0.1";
      if (t.host == "::") t.host = "::1";
      return t;
    }
  }
  return std::nullopt;
}

int check_health(const command_line& flags) {
  const auto whom = target_of(flags);
  if (!whom) {
    std::cerr
        << "roomd: --health wants http://ADDRESS:PORT/PATH, or settings that name a port to listen on\n";
    return EXIT_FAILURE;
  }
  const verdict v = health_question(*whom).answer();
  (v.good ? std::cout : std::cerr) << "roomd: " << whom->url() << ": " << v.words << '\n';
  return v.good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace roomd
