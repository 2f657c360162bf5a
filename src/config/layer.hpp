// One layer of settings: what the file says, or the environment, or the flags, already read and within its
// bounds, and the mistakes in it. Layers are laid over each other by load.hpp; a value with a mistake in it
// is left out.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/problem.hpp"
#include "config/schema.hpp"

namespace roomd::config {

struct assignment {
  std::string where;
  const setting* target;
  value given;
};

class layer {
 public:
  /// `given` is nothing where the text is not written like a value of this kind; `spelled` is what stood
  /// there.
  void assign(std::string where, const setting& target, std::optional<value> given, std::string_view spelled);
  void refuse(std::string where, std::string_view key, std::string what);

  const std::vector<assignment>& assignments() const { return assignments_; }
  const std::vector<problem>& problems() const { return problems_; }

 private:
  std::vector<assignment> assignments_;
  std::vector<problem> problems_;
};

/// Problems of the file itself (it cannot be read, its syntax is wrong) end the layer.
layer file_layer(const std::string& path);

/// Variables without the prefix `ROOMD_` are nobody's business here; one with it that names no setting is a
/// problem.
layer environment_layer(const std::vector<std::pair<std::string, std::string>>& variables);

/// `sets` are `section.key=value`; `listen`, where there is any, replaces `server.listen`.
layer flag_layer(const std::vector<std::string>& sets, const std::vector<std::string>& listen);

/// ` (did you mean X?)`, or nothing.
std::string did_you_mean(std::string_view text, const std::vector<std::string_view>& candidates);

/// The same over the names of all settings; one with the same key in another section is the likeliest.
std::string did_you_mean_setting(std::string_view name);

}  // namespace roomd::config
