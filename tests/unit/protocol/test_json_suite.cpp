// JSONTestSuite's files: y_ must be accepted, n_ rejected, i_ survived. The folder is not part of this project.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <nlohmann/json.hpp>

#include "protocol/json_scanner.hpp"

#include "catch.hpp"

namespace {

std::string contents(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The WebSocket layer's part.
bool valid_utf8(const std::string& text) {
  try {
    [[maybe_unused]] const auto dumped = nlohmann::json(text).dump();
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("json scanner: JSONTestSuite's files get the verdict in their names") {
  const char* folder = std::getenv("ROOMD_JSON_TEST_SUITE");
  if (!folder) {
    WARN("skipped: ROOMD_JSON_TEST_SUITE does not name a folder");
    return;
  }
  std::size_t judged = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const std::string text = contents(entry.path());
    const bool accepted = valid_utf8(text) && roomd::protocol::valid_json(text);
    INFO(name);
    if (name.starts_with("y_")) CHECK(accepted);
    if (name.starts_with("n_")) CHECK_FALSE(accepted);
    judged += name.starts_with("y_") || name.starts_with("n_");
  }
  CHECK(judged > 0);
}
