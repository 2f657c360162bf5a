#include "load/dialect.hpp"

#include <nlohmann/json.hpp>

namespace bench {
namespace {

role parse_role(const nlohmann::json& in) {
  role r;
  r.path = in.at("path");
  if (in.contains("headers")) in.at("headers").get_to(r.headers);
  for (const auto& s : in.value("steps", nlohmann::json::array())) {
    const bool wait = s.contains("wait");
    r.steps.push_back({wait, s.at(wait ? "wait" : "send")});
  }
  return r;
}

}  // namespace

dialect parse_dialect(const std::string& text) {
  const auto in = nlohmann::json::parse(text);
  dialect d;
  d.host = in.at("host");
  d.port = in.at("port");
  d.kind = in.value("binary", false) ? opcode::binary : opcode::text;
  d.member = parse_role(in.at("member"));
  d.publisher = parse_role(in.at("publisher"));
  d.publisher_per_room = in.at("publisher").value("per_room", false);
  d.publish = in.at("publisher").at("publish");
  for (const auto& a : in.value("answers", nlohmann::json::array()))
    d.answers.emplace_back(a.at("to"), a.at("with"));
  d.sequence = in.value("sequence", "");
  d.epoch = in.value("epoch", "");
  if (in.contains("returning")) d.returning = parse_role(in.at("returning"));
  return d;
}

std::string fill_in(std::string text, const values& with) {
  for (const auto& [name, value] : with) {
    const std::string mark = '{' + std::string(name) + '}';
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + value.size()))
      text.replace(at, mark.size(), value);
  }
  return text;
}

}  // namespace bench
