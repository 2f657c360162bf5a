#include "config/print.hpp"

#include <cctype>

#include "config/schema.hpp"

namespace roomd::config {
namespace {

constexpr std::size_t columns = 100;

/// `text` as comment lines, broken at spaces.
std::string comment(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    constexpr auto room = columns - 2;
    const auto space = text.size() <= room ? std::string_view::npos : text.rfind(' ', room);
    out += "# " + std::string(text.substr(0, space)) + "\n";
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return out;
}

std::string facts(const setting& row) {
  auto text = range_text(row);
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + (row.when == effect::reload ? ". A reload changes it." : ". Changes at the next start.");
}

}  // namespace

std::string print(const settings& s) {
  std::string out;
  std::string_view section;
  for (const auto& row : schema()) {
    if (!out.empty()) out += '\n';
    if (row.section() != section) {
      section = row.section();
      out += "[" + std::string(section) + "]\n\n";
    }
    out += comment(row.meaning) + comment(facts(row));
    out += std::string(row.key()) + " = " + to_toml(row.read(s)) + '\n';
  }
  return out;
}

}  // namespace roomd::config
