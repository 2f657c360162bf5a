#include "load/tally.hpp"

#include <charconv>

namespace bench {

std::string make_data(nanoseconds when) {
  std::string out(data_mark);
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4)
    out += digits[(static_cast<std::uint64_t>(when) >> static_cast<unsigned>(shift)) & 0xfU];
  out.resize(data_size, 'x');
  return out;
}

nanoseconds sent_at(std::string_view data) {
  nanoseconds when = 0;
  const char* at = data.data() + data_mark.size();
  std::from_chars(at, at + 16, when, 16);
  return when;
}

nanoseconds percentile(std::vector<nanoseconds> values, double share) {
  if (values.empty()) return 0;
  const auto at = static_cast<std::size_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at), values.end());
  return values[at];
}

}  // namespace bench
