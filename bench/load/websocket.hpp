// The client's side of WebSocket (RFC 6455), as far as a benchmark needs it: the upgrade, masked frames out, and a
// reader that finds the frames in what arrives. Trusts the server.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace bench {

enum class opcode : std::uint8_t { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

std::string upgrade_request(std::string_view host, std::uint16_t port, std::string_view path,
                            const std::map<std::string, std::string>& headers);
/// A whole frame, masked.
std::string client_frame(opcode kind, std::string_view payload);

/// Finds frames in a stream of bytes. What is incomplete is kept until more comes.
class frame_reader {
 public:
  /// Calls `f(opcode, payload)` for each whole frame; the payload is valid during the call.
  template <class F>
  void feed(std::string_view bytes, F&& f) {
    if (!rest_.empty()) {
      rest_.append(bytes);
      std::string all;
      all.swap(rest_);
      take(all, f);
    } else {
      take(bytes, f);
    }
  }

 private:
  struct header {
    std::size_t size = 0;  ///< 0: incomplete
    std::uint64_t length = 0;
    opcode kind = opcode::text;
  };
  static header read_header(std::string_view in);

  template <class F>
  void take(std::string_view in, F&& f) {
    for (;;) {
      const header h = read_header(in);
      if (h.size == 0 || in.size() - h.size < h.length) break;
      f(h.kind, in.substr(h.size, h.length));
      in.remove_prefix(h.size + h.length);
    }
    rest_.assign(in);
    if (rest_.empty() && rest_.capacity() > 64) rest_.shrink_to_fit();
  }

  std::string rest_;
};

}  // namespace bench
