#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include <toml++/toml.h>

#include "config/layer.hpp"

namespace roomd::config {
namespace {

constexpr std::streamsize max_file = 1 << 20;

/// One key of the file, or a section that roomd does not know, with the line on which it stands.
struct entry {
  toml::source_index line;
  std::string name;
  const toml::node* node;
  bool in_section;
};

std::string place(const std::string& path, toml::source_index line) {
  return path + ":" + std::to_string(line);
}

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const auto& s : schema())
    if (names.empty() || names.back() != s.section()) names.push_back(s.section());
  return names;
}

bool is_section(std::string_view name) {
  const auto names = section_names();
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// The file's keys in the order of its lines; a table iterates in the order of its names.
std::vector<entry> entries_of(const toml::table& document) {
  std::vector<entry> entries;
  for (const auto& [name, node] : document) {
    const auto* section = node.as_table();
    if (section == nullptr || !is_section(name.str())) {
      entries.push_back({name.source().begin.line, std::string(name.str()), &node, false});
      continue;
    }
    const auto prefix = std::string(name.str()) + ".";
    for (const auto& [key, inner] : *section)
      entries.push_back({key.source().begin.line, prefix + std::string(key.str()), &inner, true});
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return entries;
}

std::optional<value> list_in(const toml::node& node) {
  const auto* array = node.as_array();
  if (array == nullptr) return {};
  text_list list;
  for (const auto& element : *array) {
    const auto text = element.value_exact<std::string>();
    if (!text) return {};
    list.push_back(*text);
  }
  return list;
}

std::optional<value> number_in(kind k, const toml::node& node) {
  const auto number = node.value_exact<std::int64_t>();
  return number ? parse_value(k, std::to_string(*number)) : std::nullopt;
}

/// The node as a value of kind `k`. TOML's own types are kept apart: `"true"` is no flag and `"8"` no count.
std::optional<value> value_in(kind k, const toml::node& node) {
  const auto text = node.value_exact<std::string>();
  switch (k) {
    case kind::flag:
      if (const auto flag = node.value_exact<bool>()) return *flag;
      return {};
    case kind::count:
      return number_in(k, node);
    case kind::size:
      return text ? parse_value(k, *text) : number_in(k, node);
    case kind::duration:
    case kind::text:
      return text ? parse_value(k, *text) : std::nullopt;
    case kind::list:
      return list_in(node);
  }
  return {};
}

std::string spelled(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return in_quotes(*text);
  if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
  if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "this array";
    case toml::node_type::floating_point:
      return "a number with a fraction";
    default:
      return "a date or a time";
  }
}

void refuse_outside(layer& read, std::string where, const entry& e) {
  if (is_section(e.name)) {
    read.refuse(std::move(where), e.name, "is a section: write [" + e.name + "] and its keys below");
  } else if (e.node->is_table() || e.node->is_array_of_tables()) {
    read.refuse(std::move(where), e.name, "is no section" + did_you_mean(e.name, section_names()));
  } else {
    read.refuse(std::move(where), e.name, "stands in no section" + did_you_mean_setting(e.name));
  }
}

void take(layer& read, std::string where, const entry& e) {
  const auto* target = e.in_section ? find_setting(e.name) : nullptr;
  if (target != nullptr) {
    read.assign(std::move(where), *target, value_in(target->type(), *e.node), spelled(*e.node));
  } else if (e.in_section) {
    read.refuse(std::move(where), e.name, "is no setting" + did_you_mean_setting(e.name));
  } else {
    refuse_outside(read, std::move(where), e);
  }
}

/// The file's text, or why there is none.
std::optional<std::string> contents(const std::string& path, std::string& why) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string text(static_cast<std::size_t>(max_file) + 1, '\0');
  in.read(text.data(), max_file + 1);
  if (in.gcount() > max_file) {
    why = "is longer than 1MiB";
  } else if (!in.eof() || errno != 0) {
    why = "cannot be read: " + std::error_code(errno, std::generic_category()).message();
  } else {
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
  }
  return {};
}

}  // namespace

layer file_layer(const std::string& path) {
  layer read;
  std::string why;
  const auto text = contents(path, why);
  if (!text) {
    read.refuse(path, "", why);
    return read;
  }
  try {
    const toml::table document = toml::parse(*text, path);
    for (const auto& e : entries_of(document)) take(read, place(path, e.line), e);
  } catch (const toml::parse_error& e) {
    read.refuse(place(path, e.source().begin.line), "", "is not TOML: " + std::string(e.description()));
  }
  return read;
}

}  // namespace roomd::config
