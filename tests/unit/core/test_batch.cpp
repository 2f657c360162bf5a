// Messages that leave together: what is joined, and for whom.
#include "core/batch.hpp"

#include "catch.hpp"

using namespace roomd;

namespace {

message_ptr made(sequence seq, std::string session, bool echo = false) {
  auto m = std::make_shared<message>(
      message{seq, 0, std::move(session), echo, frame("<" + std::to_string(seq) + ">", 0, 1)});
  return m;
}

/// Sealed for members that take compressed frames: `[5]` stands for `<5>`, one byte shorter.
message_ptr compressed(sequence seq) {
  auto m = std::make_shared<message>(*made(seq, "a"));
  m->native = frame("<" + std::to_string(seq) + "> ", 0, 1);
  m->deflated = std::make_shared<const frame>("[" + std::to_string(seq) + "]", 0, 1);
  return m;
}

bool excludes(const batch& b, std::string_view id) { return b.may_exclude(tag_of(id)); }

}  // namespace

TEST_CASE("batch: one message is its own frame, without a copy") {
  batch b;
  const auto m = made(5, "a");
  b.add(m);
  CHECK(b.joined().get() == &m->native);
  CHECK(b.bytes() == 3);
}

TEST_CASE("batch: several are joined in order, once") {
  batch b;
  for (sequence s = 5; s < 8; ++s) b.add(made(s, "a"));
  const auto joined = b.joined();
  CHECK(joined->wire() == "<5><6><7>");
  CHECK(joined->size() == b.bytes());
  CHECK(b.joined() == joined);
  b.add(made(8, "a"));
  CHECK(b.joined()->wire() == "<5><6><7><8>");
}

TEST_CASE("batch: it knows the numbers that it spans, whatever ephemeral messages stand between") {
  batch b;
  b.add(made(0, "a"));
  CHECK(b.first() == 0);
  b.add(made(5, "a"));
  b.add(made(0, "a"));
  b.add(made(6, "a"));
  CHECK(b.first() == 5);
  CHECK(b.next() == 7);
  CHECK(b.consecutive());
  b.add(made(8, "a"));
  CHECK_FALSE(b.consecutive());
}

TEST_CASE("batch: publishers are excluded unless they asked for an echo") {
  batch b;
  b.add(made(1, "a"));
  b.add(made(2, "b", true));
  b.add(made(3, "a"));
  CHECK(excludes(b, "a"));
  CHECK_FALSE(excludes(b, "b"));
}

TEST_CASE("batch: cleared it is as new") {
  batch b;
  b.add(made(1, "a"));
  b.add(made(3, "a"));
  b.clear();
  CHECK(b.empty());
  CHECK(b.bytes() == 0);
  CHECK(b.consecutive());
  CHECK_FALSE(excludes(b, "a"));
  b.add(made(9, "b"));
  CHECK(b.first() == 9);
  CHECK(b.joined()->wire() == "<9>");
}

TEST_CASE("batch: for who takes compressed frames it joins those, and the others plain") {
  batch b;
  b.add(compressed(5));
  b.add(made(6, "a"));
  b.add(compressed(7));
  CHECK(b.joined()->wire() == "<5> <6><7> ");
  CHECK(b.joined(true)->wire() == "[5]<6>[7]");
  CHECK(b.joined()->size() == b.bytes());
  CHECK(b.joined(true)->size() == b.bytes(true));
  CHECK(b.joined(true) == b.joined(true));
  CHECK(b.joined_bytes() == b.bytes() + b.bytes(true));
}

TEST_CASE("batch: one message is its own compressed frame") {
  batch b;
  const auto m = compressed(5);
  b.add(m);
  CHECK(b.joined(true) == m->deflated);
  CHECK(b.joined().get() == &m->native);
  b.add(compressed(6));
  CHECK(b.joined(true)->wire() == "[5][6]");
  b.clear();
  CHECK(b.bytes(true) == 0);
  b.add(made(7, "a"));
  CHECK(b.joined(true)->wire() == "<7>");
}

TEST_CASE("batch: where nothing is compressed both forms are the same bytes, once") {
  batch b;
  for (sequence s = 5; s < 8; ++s) b.add(made(s, "a"));
  CHECK(b.joined(true) == b.joined());
  CHECK(b.bytes(true) == b.bytes());
  CHECK(b.joined_bytes() == b.bytes());
}
