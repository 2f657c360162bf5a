#include "config/layer.hpp"

#include "config/suggest.hpp"

namespace roomd::config {

void layer::assign(std::string where, const setting& target, std::optional<value> given,
                   std::string_view spelled) {
  if (!given) {
    refuse(std::move(where), target.name, "wants " + wanted_text(target) + ", not " + std::string(spelled));
  } else if (auto what = fault(target, *given)) {
    refuse(std::move(where), target.name, std::move(*what));
  } else {
    assignments_.push_back({std::move(where), &target, std::move(*given)});
  }
}

void layer::refuse(std::string where, std::string_view key, std::string what) {
  problems_.push_back({std::move(where), std::string(key), std::move(what)});
}

layer environment_layer(const std::vector<std::pair<std::string, std::string>>& variables) {
  std::vector<std::string> names;
  for (const auto& s : schema()) names.push_back(environment_name(s));
  layer read;
  for (const auto& [name, text] : variables) {
    if (!name.starts_with("ROOMD_")) continue;
    std::size_t at = 0;
    while (at < names.size() && names[at] != name) ++at;
    if (at == names.size()) {
      read.refuse(name, "", "names no setting" + did_you_mean(name, {names.begin(), names.end()}));
    } else {
      const auto& target = schema()[at];
      read.assign(name, target, parse_value(target.type(), text), in_quotes(text));
    }
  }
  return read;
}

layer flag_layer(const std::vector<std::string>& sets, const std::vector<std::string>& listen) {
  layer read;
  for (const auto& set : sets) {
    const auto equals = set.find('=');
    const auto name = std::string_view(set).substr(0, equals);
    const auto where = "--set " + std::string(name);
    const auto* target = find_setting(name);
    if (equals == std::string::npos) {
      read.refuse(where, "", "wants section.key=value");
    } else if (target == nullptr) {
      read.refuse(where, "", "names no setting" + did_you_mean_setting(name));
    } else {
      const auto text = std::string_view(set).substr(equals + 1);
      read.assign(where, *target, parse_value(target->type(), text), in_quotes(text));
    }
  }
  if (!listen.empty()) read.assign("--listen", *find_setting("server.listen"), value(listen), "");
  return read;
}

std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& candidates) {
  const auto candidate = nearest(text, candidates);
  return candidate ? " (did you mean " + std::string(*candidate) + "?)" : "";
}

std::string did_you_mean_setting(std::string_view name) {
  const auto key = name.substr(name.find('.') + 1);  // the whole name where it has no section
  std::vector<std::string_view> names;
  for (const auto& s : schema()) {
    if (s.key() == key) return " (did you mean " + std::string(s.name) + "?)";
    names.push_back(s.name);
  }
  return did_you_mean(name, names);
}

}  // namespace roomd::config
