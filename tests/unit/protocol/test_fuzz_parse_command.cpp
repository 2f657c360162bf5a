// The fuzzer's own entry, over commands that are damaged at random.
#include <string>

#include "catch.hpp"
#include "fuzz/fuzz_parse_command.cpp"
#include "unit/protocol/text_mutator.hpp"

namespace {

constexpr std::string_view commands[] = {
    R"({"hello":{"token":"a.b.c","user":"u","info":{"n":1},"client":"c/1"},"id":1})",
    R"({"id":2,"join":{"room":"a","since":{"epoch":"e","seq":3},"members":true}})",
    R"({"id":2,"join":{"room":"a","last":10}})",
    R"({"leave":{"room":"\u0061"},"id":9007199254740991})",
    R"({"publish":{"room":"a","event":"e","data":{"x":[1e400,"\ud800",null]},"key":"k","echo":true},"id":3})",
    R"({"publish":{"room":"a","event":"e","data":"ä","ephemeral":true}})",
    R"({"history":{"room":"a","since":5,"limit":20},"id":4})",
    R"({"history":{"room":"a","before":5},"id":4})",
    R"({"members":{"room":"a"},"id":5})",
    R"({"identity":{"info":{"mood":"😀"}},"id":6})",
    R"({"refresh":{"token":"x.y.z"},"id":7})",
    R"({"pong":{}})",
};

}  // namespace

TEST_CASE("parse command: damaged commands break no promise of the fuzzer's entry") {
  std::string alphabet = "{}[]:,\"\\ \n0123456789.e-tfnu";
  for (int c = 0; c < 256; c += 3) alphabet += static_cast<char>(c);
  for (unsigned seed = 1; seed <= 30000; ++seed) {
    roomd::protocol::test::generator rng(seed);
    const std::string_view original = commands[seed % std::size(commands)];
    const std::string text = roomd::protocol::test::mutated(std::string(original), alphabet, rng);
    INFO("seed " << seed);  // the entry aborts where a promise is broken
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  }
}
