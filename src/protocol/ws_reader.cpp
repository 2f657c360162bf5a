#include "protocol/ws_reader.hpp"

#include <algorithm>
#include <cstring>

namespace roomd::protocol {
namespace {

constexpr std::size_t first_two = 2;
constexpr std::size_t mask_size = 4;
constexpr std::size_t max_control = 125;

/// `offset`: of these bytes in the frame's payload.
void unmask(char* bytes, std::size_t size, const std::uint8_t* mask, std::size_t offset) {
  std::array<std::uint8_t, 8> turned;
  for (std::size_t i = 0; i < turned.size(); ++i) turned[i] = mask[(offset + i) % mask_size];
  std::uint64_t eight;
  std::memcpy(&eight, turned.data(), sizeof eight);
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes + at, sizeof word);
    word ^= eight;
    std::memcpy(bytes + at, &word, sizeof word);
  }
  for (; at < size; ++at)
    bytes[at] = static_cast<char>(static_cast<std::uint8_t>(bytes[at]) ^ turned[at % 8]);
}

void release(std::string& s) {
  if (s.capacity() > std::string().capacity()) std::string().swap(s);
  s.clear();
}

}  // namespace

ws_reader::event ws_reader::next(std::span<char>& in, std::size_t max_message, bool compression) {
  payload_ = {};
  // What was handed on with the last event.
  if (message_kind_ == opcode::continuation) release(message_);
  if (!in_payload_ || !is_control()) release(control_);
  while (!in.empty() || in_payload_) {
    if (!in_payload_) {
      if (!take_header(in)) return event::none;
      if (const event fault = check_header(max_message, compression); fault != event::none) return fault;
    }
    if (const event e = take_payload(in); e != event::none) return e;
    if (in.empty() && (in_payload_ || have_ > 0)) return event::none;
  }
  return event::none;
}

std::size_t ws_reader::header_size() const {
  const std::size_t length = header_[1] & 0x7F;
  const std::size_t masked = (header_[1] & 0x80) != 0 ? mask_size : 0;
  return first_two + (length == 126 ? 2 : length == 127 ? 8 : 0) + masked;
}

// False: more is needed.
bool ws_reader::take_header(std::span<char>& in) {
  for (;;) {
    const std::size_t wanted = have_ < first_two ? first_two : header_size();
    const std::size_t n = std::min(wanted - have_, in.size());
    std::memcpy(header_.data() + have_, in.data(), n);
    have_ = static_cast<std::uint8_t>(have_ + n);
    in = in.subspan(n);
    if (have_ < wanted) return false;
    if (wanted == header_size() && have_ >= first_two) return true;
  }
}

std::uint64_t ws_reader::declared_length() const {
  const std::size_t first = header_[1] & 0x7F;
  if (first < 126) return first;
  std::uint64_t length = 0;
  for (std::size_t i = first_two; i < first_two + (first == 126 ? 2u : 8u); ++i)
    length = length << 8 | header_[i];
  return length;
}

ws_reader::event ws_reader::check_header(std::size_t max_message, bool compression) {
  const std::uint64_t length = declared_length();
  const std::size_t first = header_[1] & 0x7F;
  const bool masked = (header_[1] & 0x80) != 0;
  const bool shortest = first < 126 || (first == 126 ? length > 125 : length > 0xFFFF);
  if (!masked || !shortest || (header_[0] & 0x30) != 0) return event::bad_frame;
  const bool rsv1 = (header_[0] & 0x40) != 0;
  const bool going_on = message_kind_ != opcode::continuation;
  if (is_control()) {
    if (kind() > opcode::pong || !final() || rsv1 || length > max_control) return event::bad_frame;
  } else {
    if (kind() > opcode::binary || (kind() == opcode::continuation) != going_on) return event::bad_frame;
    if (rsv1 && (!compression || going_on)) return event::bad_frame;
    if (length > max_message || message_.size() > max_message - length) return event::too_big;
    if (!going_on) {
      message_kind_ = kind();
      compressed_ = rsv1;
    }
  }
  length_ = static_cast<std::size_t>(length);
  used_ = 0;
  in_payload_ = true;
  return event::none;
}

ws_reader::event ws_reader::take_payload(std::span<char>& in) {
  const std::size_t n = std::min(length_ - used_, in.size());
  unmask(in.data(), n, header_.data() + header_size() - mask_size, used_);
  const std::string_view part(in.data(), n);
  in = in.subspan(n);
  used_ += n;
  const bool whole_here = n == length_ && final() && (is_control() || message_.empty());
  std::string& gathered = is_control() ? control_ : message_;
  if (!whole_here) gathered.append(part);
  if (used_ < length_) return event::none;
  return finish_frame(whole_here ? part : std::string_view(gathered));
}

ws_reader::event ws_reader::finish_frame(std::string_view payload) {
  in_payload_ = false;
  have_ = 0;
  if (!final()) return event::none;
  payload_ = payload;
  switch (kind()) {
    case opcode::close:
      return event::close;
    case opcode::ping:
      return event::ping;
    case opcode::pong:
      return event::pong;
    default:
      break;
  }
  const bool text = message_kind_ == opcode::text;
  message_kind_ = opcode::continuation;
  return text ? event::text : event::binary;
}

}  // namespace roomd::protocol
