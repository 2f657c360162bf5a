#include <string>

#include "protocol/deflater.hpp"
#include "protocol/extension.hpp"

#include "catch.hpp"

using namespace roomd::protocol;

namespace {

const std::string plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const std::string windowed = plain + "; server_max_window_bits=12";
const std::string none;

struct row {
  std::string offers;
  std::string answer;
};

std::string repeated(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

}  // namespace

TEST_CASE("extension: the first offer that can be kept is answered") {
  static_assert(deflater::window_bits == 12);
  const row rows[] = {
      {"permessage-deflate", plain},
      {"permessage-deflate; client_max_window_bits", plain},  // browsers
      {"permessage-deflate; server_max_window_bits=12; client_max_window_bits=12", windowed},
      {"permessage-deflate; client_max_window_bits=8", plain},
      {"permessage-deflate; client_max_window_bits=15", plain},
      {"permessage-deflate; server_no_context_takeover", plain},
      {"permessage-deflate; client_no_context_takeover", plain},
      {"permessage-deflate; client_no_context_takeover; server_no_context_takeover", plain},
      {"permessage-deflate; server_max_window_bits=15", windowed},
      {"permessage-deflate; server_max_window_bits=13; server_no_context_takeover", windowed},
      {"permessage-deflate; server_max_window_bits=10, permessage-deflate", plain},
      {"permessage-deflate; server_max_window_bits=12, permessage-deflate", windowed},
      {"permessage-deflate, permessage-deflate; server_max_window_bits=12", plain},
      {"permessage-deflate; x, permessage-deflate; server_max_window_bits=14", windowed},
      {"x-webkit-deflate-frame, permessage-deflate", plain},
      {"permessage-bzip2; a=1; b=\"2\"; a=1, permessage-deflate", plain},
  };
  for (const row& r : rows) {
    INFO(r.offers);
    CHECK(answer_extensions(r.offers).text == r.answer);
    CHECK(answer_extensions(r.offers).well_formed);
  }
}

TEST_CASE("extension: an offer that cannot be kept is passed over") {
  const std::string offers[] = {
      "permessage-deflate; server_max_window_bits=11",
      "permessage-deflate; server_max_window_bits=8",
      "permessage-deflate; server_max_window_bits",
      "permessage-deflate; server_max_window_bits=7",
      "permessage-deflate; server_max_window_bits=16",
      "permessage-deflate; server_max_window_bits=012",
      "permessage-deflate; server_max_window_bits=12.0",
      "permessage-deflate; server_max_window_bits=+12",
      "permessage-deflate; server_max_window_bits=4294967308",
      "permessage-deflate; server_max_window_bits=twelve",
      "permessage-deflate; client_max_window_bits=7",
      "permessage-deflate; client_max_window_bits=16",
      "permessage-deflate; client_max_window_bits=08",
      "permessage-deflate; client_max_window_bits=1",
      "permessage-deflate; client_max_window_bits=115",
      "permessage-deflate; server_no_context_takeover=1",
      "permessage-deflate; client_no_context_takeover=\"1\"",
      "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
      "permessage-deflate; client_no_context_takeover; client_no_context_takeover",
      "permessage-deflate; server_max_window_bits=12; server_max_window_bits=12",
      "permessage-deflate; client_max_window_bits; client_max_window_bits=15",
      "permessage-deflate; unknown",
      "permessage-deflate; unknown=1; client_max_window_bits",
      "Permessage-Deflate",
      "permessage-deflate2",
      "permessage",
      "client_max_window_bits",
      "x, y; z=1",
  };
  for (const std::string& text : offers) {
    INFO(text);
    CHECK(answer_extensions(text).text == none);
    CHECK(answer_extensions(text).well_formed);
    CHECK(answer_extensions(text + ", permessage-deflate").text == plain);
  }
}

TEST_CASE("extension: space, quotes and empty elements are allowed where the grammar has them") {
  const row rows[] = {
      {"", none},
      {" \t ", none},
      {",", none},
      {" , ,permessage-deflate,, ", plain},
      {"\tpermessage-deflate\t;\tclient_max_window_bits\t", plain},
      {"permessage-deflate;server_max_window_bits=12", windowed},
      {"permessage-deflate ; server_max_window_bits = 12 ", windowed},
      {"permessage-deflate; server_max_window_bits=\"12\"", windowed},
      {"permessage-deflate; server_max_window_bits = \"12\" ; client_max_window_bits", windowed},
      {"permessage-deflate; server_max_window_bits=\"\\1\\2\"", windowed},
      {"x; y=\"a\\b\", permessage-deflate", plain},
  };
  for (const row& r : rows) {
    INFO(r.offers);
    CHECK(answer_extensions(r.offers).text == r.answer);
    CHECK(answer_extensions(r.offers).well_formed);
  }
}

TEST_CASE("extension: a header that breaks the grammar is not answered") {
  const std::string offers[] = {
      ";",
      "=",
      "\"permessage-deflate\"",
      "permessage-deflate;",
      "permessage-deflate; ;client_max_window_bits",
      "permessage-deflate; =12",
      "permessage-deflate; client_max_window_bits=",
      "permessage-deflate; client_max_window_bits=\"\"",
      "permessage-deflate; client_max_window_bits=\"12",
      "permessage-deflate; client_max_window_bits=\"12\\",
      "permessage-deflate; client_max_window_bits=\" 12\"",
      "permessage-deflate; client_max_window_bits=\"1,2\"",
      "permessage-deflate; client_max_window_bits=\"1\\\"\"",
      "permessage-deflate; client_max_window_bits=12 12",
      "permessage-deflate; client_max_window_bits=12=12",
      "permessage-deflate; client_max_window_bits==12",
      "permessage-deflate client_max_window_bits",
      "permessage-deflate, x y",
      "permessage-deflate, x/y",
      "permessage-deflate, (x)",
      "permessage-deflate\r\n",
      "permessage-deflate, \xc3\xa4",
      std::string("permessage-deflate\0", 19),
  };
  for (const std::string& text : offers) {
    INFO(text);
    CHECK_FALSE(answer_extensions(text).well_formed);
    CHECK(answer_extensions(text).text == none);
  }
}

TEST_CASE("extension: a header of a megabyte costs no more than reading it") {
  CHECK(answer_extensions(repeated("permessage-deflate; server_max_window_bits=8,", 25000) +
                          "permessage-deflate")
            .text == plain);
  CHECK(answer_extensions("permessage-deflate" + repeated("; client_max_window_bits", 50000)).text == none);
  CHECK(answer_extensions("permessage-deflate; x=\"" + repeated("\\a", 500000) + '"').well_formed);
  CHECK_FALSE(answer_extensions("permessage-deflate; x=\"" + repeated("\\", 1000001)).well_formed);
  CHECK(answer_extensions(repeated(" ,\t", 300000)).well_formed);
}
