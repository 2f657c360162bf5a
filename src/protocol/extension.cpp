#include "protocol/extension.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include "protocol/deflater.hpp"

namespace roomd::protocol {

namespace {

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// The header's grammar, element by element. Every function skips the space before what it looks for.
class header_reader {
 public:
  explicit header_reader(std::string_view text) : rest_(text) {}

  bool at_end() {
    skip_space();
    return rest_.empty();
  }
  bool take(char c) {
    if (at_end() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// Empty: there is none.
  std::string_view token() {
    skip_space();
    std::size_t n = 0;
    while (n < rest_.size() && is_token_char(rest_[n])) ++n;
    const std::string_view t = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return t;
  }
  /// A token, or a string in quotes that holds one. Empty: there is none.
  std::string value() {
    if (!take('"')) return std::string(token());
    std::string unquoted;
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\') rest_.remove_prefix(1);
      if (rest_.empty() || !is_token_char(rest_.front())) return {};
      unquoted += rest_.front();
      rest_.remove_prefix(1);
    }
    return take('"') ? unquoted : std::string();
  }

 private:
  void skip_space() {
    const std::size_t n = rest_.find_first_not_of(" \t");
    rest_.remove_prefix(n == std::string_view::npos ? rest_.size() : n);
  }

  std::string_view rest_;
};

using parameter_value = std::optional<std::string>;

/// 8 to 15, without a zero in front. 0: it is something else.
int window_bits(const std::string& value) {
  if (value.size() == 1 && (value[0] == '8' || value[0] == '9')) return value[0] - '0';
  if (value.size() == 2 && value[0] == '1' && value[1] >= '0' && value[1] <= '5') return 10 + value[1] - '0';
  return 0;
}

class deflate_offer {
 public:
  explicit deflate_offer(std::string_view extension) : acceptable_(extension == "permessage-deflate") {}

  void add(std::string_view name, const parameter_value& value) {
    acceptable_ = acceptable_ && accept(name, value);
  }
  bool acceptable() const { return acceptable_; }
  std::string answer() const {
    std::string text = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    if (server_window_) text += "; server_max_window_bits=" + std::to_string(deflater::window_bits);
    return text;
  }

 private:
  bool accept(std::string_view name, const parameter_value& value) {
    if (name == "server_no_context_takeover") return first(server_no_context_) && !value;
    if (name == "client_no_context_takeover") return first(client_no_context_) && !value;
    if (name == "server_max_window_bits")
      return first(server_window_) && value && window_bits(*value) >= deflater::window_bits;
    if (name == "client_max_window_bits")
      return first(client_window_) && (!value || window_bits(*value) != 0);
    return false;
  }
  static bool first(bool& seen) { return !std::exchange(seen, true); }

  bool acceptable_;
  bool server_no_context_ = false;
  bool client_no_context_ = false;
  bool server_window_ = false;
  bool client_window_ = false;
};

/// None: the grammar is broken.
std::optional<deflate_offer> read_offer(header_reader& in) {
  const std::string_view extension = in.token();
  if (extension.empty()) return {};
  deflate_offer offer(extension);
  while (in.take(';')) {
    const std::string_view name = in.token();
    if (name.empty()) return {};
    parameter_value value;
    if (in.take('=')) {
      value = in.value();
      if (value->empty()) return {};
    }
    offer.add(name, value);
  }
  return offer;
}

}  // namespace

extension_answer answer_extensions(std::string_view offers) {
  extension_answer answer;
  header_reader in(offers);
  do {
    while (in.take(',')) {  // a list may have empty elements
    }
    if (in.at_end()) return answer;
    const auto offer = read_offer(in);
    if (!offer) return {false, {}};
    if (answer.text.empty() && offer->acceptable()) answer.text = offer->answer();
  } while (in.take(','));
  if (!in.at_end()) return {false, {}};
  return answer;
}

}  // namespace roomd::protocol
