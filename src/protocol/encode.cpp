#include "protocol/encode.hpp"

#include <array>
#include <span>
#include <utility>

#include "protocol/frame_writer.hpp"
#include "protocol/message_text.hpp"

namespace roomd::protocol {

namespace {

/// `{"id":7,"join":{`: the reply's fields follow, then `}}`.
frame_writer begin_reply(command_id id, std::string_view command, std::size_t expected = 128) {
  frame_writer w(expected);
  w.raw(R"({"id":)").number(id).raw(",\"").raw(command).raw("\":{");
  return w;
}

/// `{"gap":{"room":"a"`: the push's other fields follow, then `}}`.
frame_writer begin_push(std::string_view what, std::string_view room) {
  frame_writer w;
  w.raw("{\"").raw(what).raw(R"(":{"room":)").string(room);
  return w;
}

void write_user(frame_writer& w, std::string_view user, std::string_view info) {
  w.raw(R"({"user":)").string(user).raw(R"(,"info":)").raw(info.empty() ? "{}" : info);
}

void write_users(frame_writer& w, std::span<const user_info> users) {
  w.array(users, [&](const user_info& u) {
    write_user(w, u.user, u.info);
    w.raw("}");
  });
}

/// The page is the last field, and its text closes the reply.
reply_frames finish_with(frame_writer w, const member_page& page) {
  constexpr std::size_t worth_sharing = 4096;
  if (page.text->size() >= worth_sharing) return {w.finish_as(begun_text), page.text};
  return {w.raw(page.text->payload()).finish_as(final_text)};
}

frame_ptr members_push(std::string_view room, const std::array<std::span<const user_info>, 3>& lists) {
  frame_writer w = begin_push("members", room);
  w.raw(R"(,"joined":)");
  write_users(w, lists[0]);
  w.raw(R"(,"left":)");
  write_users(w, lists[1]);
  w.raw(R"(,"updated":)");
  write_users(w, lists[2]);
  return w.finish();
}

/// Milliseconds as a JSON number of seconds: 25, 0.25, 2.5.
void write_seconds(frame_writer& w, std::chrono::milliseconds t) {
  w.number(t.count() / 1000);
  auto rest = t.count() % 1000;
  if (rest == 0) return;
  w.raw(".");
  for (auto unit = 100; rest > 0; unit /= 10) {
    w.number(rest / unit);
    rest %= unit;
  }
}

}  // namespace

frame_ptr hello_reply(command_id id, const hello_answer& a) {
  frame_writer w = begin_reply(id, "hello");
  w.raw(R"("session":)").string(a.session);
  w.raw(R"(,"user":)").string(a.user);
  w.raw(R"(,"server":)").string(a.server);
  w.raw(R"(,"ping":)");
  write_seconds(w, a.ping);
  w.raw(R"(,"max_message":)").number(a.max_message);
  return w.finish();
}

reply_frames joined_reply(command_id id, const joined& j) {
  frame_writer w = begin_reply(id, "join");
  w.raw(R"("room":)").string(j.room);
  w.raw(R"(,"epoch":)").string(j.head.epoch).raw(R"(,"seq":)").number(j.head.seq);
  w.raw(R"(,"recovered":)").boolean(j.recovered).raw(R"(,"missed":)").number(j.missed);
  if (!j.members) return {w.finish()};
  return finish_with(std::move(w.raw(R"(,"members":)")), *j.members);
}

frame_ptr left_reply(command_id id, std::string_view room) {
  return begin_reply(id, "leave").raw(R"("room":)").string(room).finish();
}

frame_ptr published_reply(command_id id, const published& p) {
  frame_writer w = begin_reply(id, "publish");
  w.raw(R"("room":)").string(p.room);
  if (p.at.seq > 0) {
    w.raw(R"(,"epoch":)").string(p.at.epoch).raw(R"(,"seq":)").number(p.at.seq);
    w.raw(R"(,"duplicate":)").boolean(p.duplicate);
  }
  return w.finish();
}

frame_ptr history_reply(command_id id, const history_read& h) {
  std::size_t expected = 256 + h.room.size() + h.epoch.size();
  for (const message_ptr& m : h.messages) expected += m->native.size();
  frame_writer w = begin_reply(id, "history", expected);
  w.raw(R"("room":)").string(h.room).raw(R"(,"epoch":)").string(h.epoch);
  w.raw(R"(,"first":)").number(h.first).raw(R"(,"seq":)").number(h.head).raw(R"(,"messages":)");
  w.array(h.messages, [&](const message_ptr& m) { w.raw(object_text(*m)); });
  return w.finish();
}

reply_frames members_reply(command_id id, const members_listed& m) {
  frame_writer w = begin_reply(id, "members");
  w.raw(R"("room":)").string(m.room).raw(R"(,"members":)");
  return finish_with(std::move(w), *m.page);
}

frame_ptr identity_reply(command_id id) { return begin_reply(id, "identity").finish(); }

frame_ptr error_reply(command_id id, const error& e) {
  const error_row& row = describe(e.code);
  frame_writer w;
  w.raw("{");
  if (id > 0) w.raw(R"("id":)").number(id).raw(",");
  w.raw(R"("error":{"code":)").number(row.code).raw(R"(,"reason":)").string(row.reason);
  w.raw(R"(,"message":)").string(e.text()).raw(R"(,"retry":)").boolean(row.retry);
  if (e.after) w.raw(R"(,"after":)").number(e.after->count());
  return w.finish();
}

frame_ptr gap_push(std::string_view room, const gap_notice& g) {
  frame_writer w = begin_push("gap", room);
  w.raw(R"(,"from":)").number(g.from).raw(R"(,"to":)").number(g.to);
  return w.finish();
}

frame_ptr epoch_push(std::string_view room, const position& at) {
  frame_writer w = begin_push("epoch", room);
  w.raw(R"(,"epoch":)").string(at.epoch).raw(R"(,"seq":)").number(at.seq);
  return w.finish();
}

std::vector<frame_ptr> members_pushes(std::string_view room, const presence_change& change,
                                      std::size_t bytes) {
  const std::array<std::span<const user_info>, 3> all{change.joined, change.left, change.updated};
  std::array<std::span<const user_info>, 3> lists{};
  std::vector<frame_ptr> pushes;
  std::size_t filled = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::size_t begin = 0;
    for (std::size_t n = 0; n < all[i].size(); ++n) {
      const std::size_t cost = cost_of(member_form::reset, all[i][n].user, all[i][n].info, {}).user;
      if (filled > 0 && filled + cost > bytes) {
        pushes.push_back(members_push(room, lists));
        lists = {};
        begin = n;
        filled = 0;
      }
      filled += cost;
      lists[i] = all[i].subspan(begin, n + 1 - begin);
    }
  }
  if (filled > 0) pushes.push_back(members_push(room, lists));
  return pushes;
}

frame_ptr removed_push(std::string_view room, int code, std::string_view reason) {
  frame_writer w = begin_push("removed", room);
  w.raw(R"(,"code":)").number(code).raw(R"(,"reason":)").string(reason);
  return w.finish();
}

frame_ptr ping_push() {
  static const frame_ptr ping = text_frame(R"({"ping":{}})");
  return ping;
}

}  // namespace roomd::protocol
