// What sessions ask of a room. Each answer goes through the hub of the session's shard, behind everything that the
// room said before.
#include <algorithm>
#include <utility>

#include "actors/room.hpp"
#include "core/resume.hpp"

namespace roomd::actors {

void room::on(const join_room& m) {
  const auto known = m.since ? log().common(*m.since) : sequence{0};
  if (known ? *known <= log().head() : is_unknown(m.since->epoch)) return admit(m);
  doubt(m);
}

void room::admit(const join_room& m) {
  const room_log& l = log();
  joined a;
  a.to = m.from;
  a.room = name_;
  a.number = number_;
  a.head = {l.numbering(), l.head()};
  a.next = l.head() + 1;
  a.info_stamp = m.info_stamp;
  a.observer = m.members;
  a.refund = refund(m);
  a.already = !members_.add({m.from.session, m.session_id, m.members, m.deflates});
  if (!a.already) {
    resume_plan plan = plan_join(l, m.since, m.last, m.published ? m.session_id : std::string_view());
    a.recovered = plan.recovered;
    a.missed = plan.missed;
    a.what_is_lost = std::move(plan.what_is_lost);
    a.next = plan.next;
    if (m.bytes > 0 && a.missed > 0 && !is_elsewhere(l, a.next))
      a.first_page = cut_page(l, a.next, {SIZE_MAX, m.bytes}, pages_, m.deflates);
    announce(presence_.join(m.from.session, m.session_id, m.who, m.info_stamp));
    came(m);
  }
  if (m.members) list_for(m, a);
  answer(std::move(a));
}

void room::on(const leave_room& m) {
  went(m.from.session);
  reads_.forget(m.from.session);
  if (!members_.remove(m.from.session)) {
    if (m.answer) answer(refused{m.from, name_, {errc::not_joined, {}, {}}});
    return;
  }
  if (m.answer) answer(left{m.from, name_, number_});
  announce(presence_.leave(m.from.session, home().now()));
  schedule();
}

void room::on(const publish_message& m) {
  draft& d = *m.what;
  if (!d.ephemeral) {
    ++publishing_;
    open_->append(
        std::move(d), moment_of(home()),
        [this, from = m.from, tell = m.tell, refunds = refund(m)](result<store::receipt> r) {
          if (--publishing_ == 0) schedule();
          if (r) ++(r->duplicate ? state_.stats.duplicates : state_.stats.messages_in);
          if (!r) return answer_publish(from, tell, r.error());
          answer_publish(from, tell, published{from, name_, std::move(r->at), r->duplicate, refunds});
        });
    return;
  }
  ++state_.stats.ephemeral_in;
  open_->send(std::move(d), moment_of(home()));
  answer_publish(m.from, m.tell, published{m.from, name_, {}, false, refund(m)});
}

void room::answer_publish(const origin& from, const publish_answer& tell, result<published> r) {
  if (tell) return tell(std::move(r));
  if (!r) return answer(refused{from, name_, r.error()});
  answer(std::move(*r));
}

}  // namespace roomd::actors
