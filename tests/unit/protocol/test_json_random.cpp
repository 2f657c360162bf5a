// Random and damaged JSON, judged by our scanner and by nlohmann's parser.
#include <exception>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "protocol/json_scanner.hpp"

#include "catch.hpp"
#include "unit/protocol/text_mutator.hpp"

using namespace roomd::protocol;
using roomd::protocol::test::any;
using roomd::protocol::test::generator;

namespace {

template <std::size_t N>
std::string_view pick(generator& rng, const std::string_view (&from)[N]) {
  return from[any(rng, N)];
}

std::string space(generator& rng) { return std::string(pick(rng, {"", "", "", " ", "\n", "\t \r"})); }

std::string random_string(generator& rng) {
  std::string out = "\"";
  for (std::size_t n = any(rng, 6); n > 0; --n) {
    out += pick(rng, {"a", "Zz", "0", " ", "/", "{", "]", ":", ",", "\\\"", "\\\\", "\\/", "\\n", "\\u00e4",
                      "\\ud83d\\ude00", "ä", "€", "😀", "\x7f"});
  }
  return out + "\"";
}

std::string random_number(generator& rng) {
  std::string out(pick(rng, {"", "-"}));
  out += pick(rng, {"0", "1", "42", "9007199254740993", "123456789012345678901234567890"});
  out += pick(rng, {"", "", ".0", ".25", ".000001"});
  out += pick(rng, {"", "", "e0", "E+10", "e-7"});
  return out;
}

std::string random_value(generator& rng, std::size_t levels);

std::string random_container(generator& rng, std::size_t levels) {
  const bool object = any(rng, 2) == 0;
  std::string out(1, object ? '{' : '[');
  const std::size_t members = any(rng, 4);
  for (std::size_t i = 0; i < members; ++i) {
    if (i > 0) out += ',';
    if (object) out += space(rng) + random_string(rng) + space(rng) + ':';
    out += random_value(rng, levels - 1);
  }
  if (members == 0) out += space(rng);
  return out + (object ? '}' : ']');
}

std::string random_value(generator& rng, std::size_t levels) {
  std::string value;
  switch (any(rng, levels > 0 ? 6 : 3)) {
    case 0:
      value = random_string(rng);
      break;
    case 1:
      value = random_number(rng);
      break;
    case 2:
      value = pick(rng, {"true", "false", "null"});
      break;
    default:
      value = random_container(rng, levels);
      break;
  }
  return space(rng) + value + space(rng);
}

enum class verdict { accepted, rejected, other_rules };

/// nlohmann rejects what our scanner leaves alone: numbers over a double's range, lone surrogates, invalid UTF-8.
verdict judge(const std::string& text) {
  try {
    [[maybe_unused]] const auto value = nlohmann::json::parse(text);
    return verdict::accepted;
  } catch (const nlohmann::json::out_of_range&) {
    return verdict::other_rules;
  } catch (const nlohmann::json::parse_error& e) {
    const std::string_view what = e.what();
    const bool ours = what.find("surrogate") != what.npos || what.find("UTF-8") != what.npos;
    return ours ? verdict::other_rules : verdict::rejected;
  }
}

}  // namespace

TEST_CASE("json scanner: random JSON is accepted, and is its own slice") {
  for (unsigned seed = 1; seed <= 3000; ++seed) {
    generator rng(seed);
    const std::string text = random_value(rng, 5);
    json_scanner in(text);
    json_slice value;
    const bool whole = in.value(value) && in.at_end();
    if (whole && nlohmann::json::parse(text) == nlohmann::json::parse(value.text)) continue;
    FAIL("seed " << seed << ": " << text);
  }
}

TEST_CASE("json scanner: it agrees with nlohmann about damaged JSON") {
  constexpr std::string_view alphabet = "{}[]:,\"\\ \n\t\x01/abeEfnrtu0123456789.+-";
  std::size_t accepted = 0;
  std::size_t rejected = 0;
  for (unsigned seed = 1; seed <= 20000; ++seed) {
    generator rng(seed);
    const std::string text = test::mutated(random_value(rng, 4), alphabet, rng);
    const verdict theirs = judge(text);
    if (theirs == verdict::other_rules) continue;
    const bool ours = valid_json(text);
    if (ours != (theirs == verdict::accepted)) FAIL("seed " << seed << ": " << text);
    ++(ours ? accepted : rejected);
  }
  CHECK(accepted > 1000);
  CHECK(rejected > 1000);
}
