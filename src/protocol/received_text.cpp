#include "protocol/received_text.hpp"

#include "protocol/inflater.hpp"
#include "protocol/utf8.hpp"

namespace roomd::protocol {

received_text::received_text(std::string_view payload, bool compressed, std::size_t max_size)
    : text_(payload) {
  if (compressed) {
    const auto outcome = inflater().feed(payload, true, max_size, inflated_);
    if (outcome == inflater::status::too_big) state_ = status::too_big;
    if (outcome == inflater::status::malformed) state_ = status::malformed;
    text_ = inflated_;
  }
  if (state_ == status::good && !valid_utf8(text_)) state_ = status::not_utf8;
}

}  // namespace roomd::protocol
