#include "health_check.hpp"

#include <charconv>
#include <chrono>
#include <exception>
#include <iostream>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
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

bool is_path(std::string_view text) {
  if (!text.starts_with('/')) return false;
  for (const char c : text)
    if (c <= ' ' || c > '~') return false;
  return true;
}

}  // namespace

// Not anonymous: a coroutine's frame has no names of such a namespace where files are compiled together.
namespace health {

/// What came, and whether it is what is wanted.
struct verdict {
  bool good = false;
  std::string words = "no answer within 5 s";
};

/// The status of `HTTP/1.1 503 Service Unavailable`, and the body.
static verdict judge(std::string_view answer) {
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

template <class Stream>
asio::awaitable<verdict> ask(Stream& stream, const health_target& whom) {
  const auto host = whom.host.find(':') == std::string::npos ? whom.host : '[' + whom.host + ']';
  const std::string request = "GET " + whom.path + " HTTP/1.1\r\nHost: " + host + ':' +
                              std::to_string(whom.port) + "\r\nConnection: close\r\n\r\n";
  co_await asio::async_write(stream, asio::buffer(request), asio::use_awaitable);
  std::string answer(longest_answer, '\0');
  std::size_t size = 0;
  try {
    while (size < answer.size())
      size += co_await stream.async_read_some(asio::buffer(answer.data() + size, answer.size() - size),
                                              asio::use_awaitable);
  } catch (const boost::system::system_error&) {
    // The end of the answer, or of the connection: what has come counts.
  }
  answer.resize(size);
  co_return size == 0 ? verdict{false, "the connection ended without an answer"} : judge(answer);
}

static asio::awaitable<verdict> connect_and_ask(const health_target& whom) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::socket socket(executor);
  const tcp::endpoint at(asio::ip::make_address(whom.host), whom.port);
  co_await socket.async_connect(at, asio::use_awaitable);
  if (!whom.tls) co_return co_await ask(socket, whom);
  asio::ssl::context context(asio::ssl::context::tls_client);
  asio::ssl::stream<tcp::socket> stream(std::move(socket), context);
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::use_awaitable);
  co_return co_await ask(stream, whom);
}

static verdict verdict_of(const health_target& whom) {
  asio::io_context io(1);
  verdict all;
  asio::co_spawn(io, connect_and_ask(whom), [&](const std::exception_ptr& fault, verdict v) {
    all = std::move(v);
    try {
      if (fault) std::rethrow_exception(fault);
    } catch (const boost::system::system_error& e) {
      all = {false, e.code().message()};
    } catch (const std::exception& e) {
      all = {false, e.what()};
    }
  });
  io.run_for(patience);
  return all;
}

}  // namespace health

namespace {

std::optional<health_target> target_of(const command_line& flags) {
  if (flags.health->starts_with("http")) return parse_health_url(*flags.health);
  auto own = own_listener(read_settings(flags, {}, opens::nothing).values);
  if (!own || flags.health->empty()) return own;
  own->path = *flags.health;
  return is_path(own->path) ? own : std::nullopt;
}

}  // namespace

std::string health_target::url() const {
  const auto literal = host.find(':') == host.npos ? host : '[' + host + ']';
  return (tls ? "https://" : "http://") + literal + ':' + std::to_string(port) + path;
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
  const health::verdict v = health::verdict_of(*whom);
  (v.good ? std::cout : std::cerr) << "roomd: " << whom->url() << ": " << v.words << '\n';
  return v.good ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace roomd
