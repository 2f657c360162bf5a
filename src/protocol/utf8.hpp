// Whether text is UTF-8 (RFC 3629): shortest forms only, no surrogates, nothing above U+10FFFF.
#pragma once

#include <string_view>

namespace roomd::protocol {

bool valid_utf8(std::string_view text);

}  // namespace roomd::protocol
