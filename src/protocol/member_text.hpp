// Pages of a room's member list as text: core/member_page.hpp.
#pragma once

#include <string>
#include <string_view>

#include "core/member_page.hpp"

namespace roomd::protocol {

/// The page that `q` asks for, of which the list has given `slice`.
member_page_ptr write_member_page(std::string_view room, const member_slice& slice, const member_query& q);

/// The page's text as HTTP has it: the object `{"room","users"[,"next"]}`.
std::string users_object(std::string_view room, const member_page& page);

}  // namespace roomd::protocol
