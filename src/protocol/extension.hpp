// Negotiates permessage-deflate: reads `Sec-WebSocket-Extensions` of an upgrade (RFC 6455 section 9.1, RFC 7692 section
// 7.1) and words the answer. Pure and hostile-proof: linear in the header's length, which the bound on the request's
// head bounds.
#pragma once

#include <string>
#include <string_view>

namespace roomd::protocol {

struct extension_answer {
  /// False: the header breaks the grammar, and RFC 6455 wants the connection refused.
  bool well_formed = true;
  /// What the answer's header says. Empty: no extension was agreed on, the answer has no such header, and no message
  /// is compressed.
  std::string text;
};

/// Accepts the first offer that roomd can keep to: no context taken over on either side, its own frames within
/// deflater::window_bits, the client's within any window. Other extensions, and offers with parameters that are
/// unknown, twice there or out of range, are passed over. Of a header in several lines each line is a whole list: the
/// first answer that has a text counts.
extension_answer answer_extensions(std::string_view offers);

}  // namespace roomd::protocol
