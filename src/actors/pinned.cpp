#include "actors/pinned.hpp"

#include <exception>
#include <string>

#include <caf/all.hpp>

namespace roomd::actors::detail {

namespace {

/// What a message says may be long, and is not the log's business in full.
constexpr std::size_t longest_excerpt = 120;

std::string label(const caf::scheduled_actor& actor) {
  return std::string(actor.name()) + "#" + std::to_string(actor.id());
}

std::string what_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "not a std::exception";
  }
}

void report_unexpected(const shard& home, const caf::scheduled_actor& actor, const std::string& what) {
  home.report("actor.unexpected", label(actor) + ": " + what.substr(0, longest_excerpt));
}

}  // namespace

void answer_for_defaults(caf::scheduled_actor& actor, const shard& home) {
  actor.set_exception_handler([&home](caf::scheduled_actor* self, std::exception_ptr& thrown) -> caf::error {
    home.report("actor.exception", label(*self) + ": " + what_of(thrown));
    return caf::sec::runtime_error;
  });
  actor.set_default_handler(
      [&home](caf::scheduled_actor* self, caf::message_view& what) -> caf::result<caf::message> {
        report_unexpected(home, *self, what.content().stringify());
        return caf::sec::unexpected_message;
      });
  actor.set_error_handler([&home](caf::scheduled_actor* self, caf::error& what) {
    report_unexpected(home, *self, to_string(what));
  });
  actor.set_down_handler([&home](caf::scheduled_actor* self, caf::down_msg& what) {
    report_unexpected(home, *self, to_string(what));
  });
}

void report_unreachable(const caf::scheduled_actor& actor, const shard& home) {
  if (shard::current() != &home) home.report("actor.unreachable", label(actor));
}

}  // namespace roomd::actors::detail
