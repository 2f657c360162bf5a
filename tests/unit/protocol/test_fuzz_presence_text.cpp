// The fuzzer's own entry, over words that are damaged at random.
#include <string>

#include "catch.hpp"
#include "unit/protocol/text_mutator.hpp"

#define LLVMFuzzerTestOneInput fuzz_presence_text  // the other entries of this program have the usual name
#include "fuzz/fuzz_presence_text.cpp"
#undef LLVMFuzzerTestOneInput

namespace {

constexpr std::string_view words[] = {
    R"({"node":"node-one","ask":""})",
    R"({"node":"node-one","ask":"node-two"})",
    R"({"node":"node-one","life":1,"part":1,"parts":1,"sessions":{}})",
    R"({"node":"node-one","life":1,"part":1,"parts":2,"sessions":{"s":{"user":"ann","stamp":7,"info":{"a":[1e4]}}}})",
    R"({"node":"node-one","life":18446744073709551615,"number":2,"sessions":{"s":null,"t":{"stamp":8,"info":{}}}})",
    R"({"node":"node-one","life":5,"number":3,"sessions":{"\u0073":{"user":"ä\"\\","stamp":0,"info":{"x":"😀"}}}})",
};

}  // namespace

TEST_CASE("presence text: damaged words break no promise of the fuzzer's entry") {
  std::string alphabet = "{}[]:,\"\\ \n0123456789.e-tfnu";
  for (int c = 0; c < 256; c += 3) alphabet += static_cast<char>(c);
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    roomd::protocol::test::generator rng(seed);
    const std::string_view original = words[seed % std::size(words)];
    const std::string text = roomd::protocol::test::mutated(std::string(original), alphabet, rng);
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    fuzz_presence_text(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
