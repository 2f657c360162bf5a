#include <set>
#include <string>
#include <vector>

#include "core/close_code.hpp"
#include "core/error.hpp"

#include "catch.hpp"

using namespace roomd;

TEST_CASE("errors: every one has the number, the word and the retry of the protocol") {
  struct row {
    errc e;
    int code;
    std::string reason;
    bool retry;
  };
  const std::vector<row> protocol = {
      {errc::bad_request, 400, "bad_request", false},
      {errc::unknown_command, 400, "unknown_command", false},
      {errc::invalid_room, 400, "invalid_room", false},
      {errc::invalid_event, 400, "invalid_event", false},
      {errc::unauthorized, 401, "unauthorized", false},
      {errc::token_expired, 401, "token_expired", false},
      {errc::forbidden, 403, "forbidden", false},
      {errc::not_joined, 404, "not_joined", false},
      {errc::room_limit, 409, "room_limit", false},
      {errc::too_large, 413, "too_large", false},
      {errc::rate_limited, 429, "rate_limited", true},
      {errc::unavailable, 503, "unavailable", true},
      {errc::timeout, 504, "timeout", true},
  };
  for (const auto& r : protocol) {
    CAPTURE(r.reason);
    CHECK(describe(r.e).code == r.code);
    CHECK(describe(r.e).reason == r.reason);
    CHECK(describe(r.e).retry == r.retry);
  }
}

TEST_CASE("errors: every one has a sentence of its own") {
  std::set<std::string_view> sentences;
  for (int e = 0; e <= static_cast<int>(errc::timeout); ++e) {
    sentences.insert(describe(static_cast<errc>(e)).message);
  }
  CHECK(sentences.size() == static_cast<std::size_t>(errc::timeout) + 1);
  CHECK(sentences.count("") == 0);
}

TEST_CASE("errors: an error's own message goes before the table's sentence") {
  CHECK(error{errc::forbidden, "", {}}.text() == describe(errc::forbidden).message);
  CHECK(error{errc::forbidden, "no", {}}.text() == "no");
}

TEST_CASE("close codes: every one has the reason and the advice of the protocol") {
  struct row {
    close_code c;
    int number;
    std::string reason;
    reconnect next;
  };
  const std::vector<row> protocol = {
      {close_code::going_away, 1001, "draining", reconnect::at_once},
      {close_code::message_too_big, 1009, "message_too_big", reconnect::no},
      {close_code::internal_error, 1011, "internal_error", reconnect::with_backoff},
      {close_code::unauthorized, 4001, "unauthorized", reconnect::no},
      {close_code::token_expired, 4002, "token_expired", reconnect::with_new_token},
      {close_code::disconnected, 4003, "disconnected", reconnect::no},
      {close_code::handshake_timeout, 4004, "handshake_timeout", reconnect::at_once},
      {close_code::ping_timeout, 4005, "ping_timeout", reconnect::at_once},
      {close_code::slow_consumer, 4006, "slow_consumer", reconnect::with_resume},
      {close_code::protocol_error, 4007, "protocol_error", reconnect::no},
      {close_code::too_many_connections, 4008, "too_many_connections", reconnect::with_backoff},
  };
  for (const auto& r : protocol) {
    CAPTURE(r.number);
    CHECK(static_cast<int>(r.c) == r.number);
    CHECK(describe(r.c).code == r.c);
    CHECK(describe(r.c).reason == r.reason);
    CHECK(describe(r.c).next == r.next);
    CHECK(r.reason.size() <= 123);  // a close frame holds no more
  }
}
