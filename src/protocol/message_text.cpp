#include "protocol/message_text.hpp"

#include <array>
#include <cassert>
#include <charconv>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "protocol/deflater.hpp"
#include "protocol/json_text.hpp"
#include "protocol/ws_frame.hpp"

namespace roomd::protocol {

namespace {

constexpr std::string_view push_begin = R"({"message":)";
constexpr std::string_view seq_label = R"({"seq":)";
constexpr std::string_view time_label = R"("time":)";
constexpr std::size_t longest_number = std::numeric_limits<std::int64_t>::digits10 + 2;

/// Bytes that `seal` may need in front: push and labels, two numbers, two commas.
constexpr std::size_t max_head =
    push_begin.size() + seq_label.size() + time_label.size() + 2 * longest_number + 2;
constexpr std::size_t headroom = max_ws_header + max_head;

/// Text of bounded length, without the heap.
class head_text {
 public:
  head_text& add(std::string_view s) {
    size_ += s.copy(bytes_.data() + size_, bytes_.size() - size_);
    return *this;
  }
  template <class Integer>
  head_text& add_number(Integer n) {
    const auto r = std::to_chars(bytes_.data() + size_, bytes_.data() + bytes_.size(), n);
    size_ = static_cast<std::size_t>(r.ptr - bytes_.data());
    return *this;
  }
  std::string_view text() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, max_head> bytes_;
  std::size_t size_ = 0;
};

/// `deflating`: makes the compressed frame too, or is null.
message_ptr make_message(draft&& d, sequence seq, unix_ms now, deflater* deflating) {
  assert(d.encoded.size() > headroom);
  head_text head;
  head.add(push_begin);
  if (seq > 0) {
    head.add(seq_label).add_number(seq).add(",");
  } else {
    head.add("{");
  }
  head.add(time_label).add_number(now).add(",");
  const std::size_t payload = headroom - head.text().size();
  head.text().copy(d.encoded.data() + payload, head.text().size());
  auto made = std::make_shared<message>(
      message{seq, now, std::move(d.session), d.echo, frame_in_place(std::move(d.encoded), payload)});
  if (!deflating) return made;
  if (auto shorter = deflating->text_frame(made->native.payload()))
    made->deflated = std::make_shared<const frame>(std::move(*shorter));
  return made;
}

}  // namespace

draft make_draft(const publish_command& c, std::string_view user, std::string_view session_id) {
  constexpr std::size_t labels = 64;  // names, quotes and braces, with a little over
  draft d;
  std::string& out = d.encoded;
  out.reserve(headroom + labels + c.room.size() + c.event.size() + user.size() + session_id.size() +
              c.key.size() + c.data.size());
  out.assign(headroom, '\0');
  const auto member = [&](std::string_view label, std::string_view value) {
    out += label;
    append_json_string(out, value);
  };
  member(R"("room":)", c.room);
  member(R"(,"event":)", c.event);
  member(R"(,"user":)", user);
  member(R"(,"session":)", session_id);
  if (!c.key.empty()) member(R"(,"key":)", c.key);
  out.append(R"(,"data":)").append(c.data).append("}}");
  d.key = c.key;
  d.session = session_id;
  d.echo = c.echo;
  d.ephemeral = c.ephemeral;
  return d;
}

message_ptr seal(draft&& d, sequence seq, unix_ms now) {
  return make_message(std::move(d), seq, now, nullptr);
}

sealer make_sealer() {
  return [shared = std::make_shared<std::optional<deflater>>()](draft&& d, sequence seq, unix_ms now) {
    if (!d.deflate) return seal(std::move(d), seq, now);
    if (!*shared) shared->emplace();
    return make_message(std::move(d), seq, now, &**shared);
  };
}

namespace {

constexpr std::string_view body_begin = R"("room":)";
constexpr std::string_view body_end = "}}";

std::string pack(const draft& d) {
  std::string out;
  out.reserve(d.session.size() + 3 + d.encoded.size() - headroom);
  out.append(d.session).append(d.echo ? " e " : " - ").append(d.encoded, headroom);
  return out;
}

// What other nodes have packed is as they made it, so only its ends are looked at.
std::optional<draft> unpack(std::string_view text) {
  const auto end = text.find(' ');
  if (end == std::string_view::npos || text.size() < end + 3 || text[end + 2] != ' ') return {};
  const char flag = text[end + 1];
  const auto body = text.substr(end + 3);
  if ((flag != 'e' && flag != '-') || !body.starts_with(body_begin) || !body.ends_with(body_end)) return {};
  draft d;
  d.session = text.substr(0, end);
  d.echo = flag == 'e';
  d.encoded.reserve(headroom + body.size());
  d.encoded.assign(headroom, '\0').append(body);
  return d;
}

}  // namespace

message_codec make_codec() { return {pack, unpack}; }

std::string_view object_text(const message& m) {
  const std::string_view payload = m.native.payload();
  return payload.substr(push_begin.size(), payload.size() - push_begin.size() - 1);
}

}  // namespace roomd::protocol
