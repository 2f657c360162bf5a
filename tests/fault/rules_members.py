"""What holds for one member of a room."""

from collections import Counter
from collections.abc import Iterator

from history import Delivered, Gap, Renumbered
from memberships import Facts, Membership, Stretch, first_of, last_of
from violation import Allowed, Finding, label


def delivered_to_members_only(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    for event in facts.strays:
        yield event.room, event.client, f"{type(event).__name__} for session {event.session}, which is not in the room"


def in_order(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Numbers rise within an epoch, and begin behind the position that was joined at."""
    for member in facts.memberships:
        for stretch in member.stretches:
            newest, seen = stretch.start, set()
            for item in stretch.items:
                if first_of(item) <= newest and first_of(item) not in seen:
                    yield (member.room, member.client,
                           f"number {first_of(item)} of epoch {stretch.epoch} comes when {newest} was there")
                newest = max(newest, last_of(item))
                seen.update(range(first_of(item), last_of(item) + 1))


def no_repeats(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """A number comes once, unless an `epoch` push told the member to stand below it; a message without one too."""
    for member in facts.memberships:
        for stretch in member.stretches:
            numbers = Counter(item.seq for item in stretch.items if isinstance(item, Delivered))
            yield from ((member.room, member.client, f"number {seq} of epoch {stretch.epoch} comes {count} times")
                        for seq, count in numbers.items() if count > 1)
        ephemeral = Counter(event.payload for event in member.events
                            if isinstance(event, Delivered) and event.seq == 0)
        yield from ((member.room, member.client, f"{label(payload)} comes {count} times")
                    for payload, count in ephemeral.items() if count > 1)


def no_silent_hole(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Each number between two that came was given up by a notice, or is the session's own message. The same holds for
    those up to where an `epoch` push says that the member stands."""
    for member in facts.memberships:
        unnamed = []
        ends = [*(stretch.start for stretch in member.stretches[1:]), 0]
        for stretch, end in zip(member.stretches, ends):
            for number in passed_over(stretch, end):
                if _is_unnamed(facts, member, stretch.epoch, number):
                    unnamed.append(number)
                elif not own_number(facts, member, stretch.epoch, number):
                    yield (member.room, member.client,
                           f"number {number} of epoch {stretch.epoch} never came to session {member.session}")
        if unnamed and len(unnamed) > facts.unanswered(member):
            yield member.room, member.client, f"nobody knows the numbers {unnamed}, more than it published itself"


def passed_over(stretch: Stretch, end: int) -> Iterator[int]:
    """Numbers up to `end`, or the newest that came, which did not come and were not given up."""
    newest = stretch.start
    for item in stretch.items:
        yield from range(newest + 1, first_of(item))
        newest = max(newest, last_of(item))
    yield from range(newest + 1, end + 1)


def own_number(facts: Facts, member: Membership, epoch: str, number: int) -> bool:
    names = facts.names.get((member.room, epoch, number)) or facts.names_of_any_epoch(member.room, number)
    return any(facts.is_own(member, number, payload) for payload in names)


def _is_unnamed(facts: Facts, member: Membership, epoch: str, number: int) -> bool:
    return not facts.names.get((member.room, epoch, number)) and not facts.names_of_any_epoch(member.room, number)


def resumes_begin_where_it_stood(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """The position that a member names bears witness: what is below it had come."""
    for member in facts.memberships:
        if not member.previous:
            continue
        stretch, (epoch, seq) = _stood_in(member), member.joined.since
        if epoch != stretch.epoch:
            yield member.room, member.client, f"stood in epoch {stretch.epoch}, resumes from {epoch}"
        for number in passed_over(stretch, seq):
            if number > stretch.last() and not _published_by(facts, member, epoch, number):
                yield member.room, member.client, f"resumes from {seq} of epoch {epoch}, and {number} never came"


def _stood_in(member: Membership) -> Stretch:
    """Where the session that leaves comes back itself, it may have asked to before it heard of the newest epoch."""
    stretches = member.previous.stretches
    if member.previous.session == member.session:
        stretches = [stretch for stretch in stretches if stretch.epoch == member.joined.since[0]] or stretches
    return stretches[-1]


def _published_by(facts: Facts, member: Membership, epoch: str, number: int) -> bool:
    """Through whichever session, and under whichever epoch: a repeated publish is acknowledged to a later session, and
    one that came before the join under the room's epoch of then."""
    names = facts.names.get((member.room, epoch, number)) or facts.names_of_any_epoch(member.room, number)
    return any(attempt.client == member.client for payload in names for attempt in facts.attempts.get(payload, ()))


def resumes_say_what_is_lost(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Not recovered: a notice comes before any message. Recovered: the head is not below the position."""
    for member in facts.memberships:
        joined = member.joined
        told = [event for event in member.events if not isinstance(event, Delivered) or event.seq > 0]
        if not joined.since:
            continue
        if joined.recovered and joined.seq < joined.since[1]:
            yield joined.room, joined.client, f"recovered from {joined.since}, but the head is {joined.seq}"
        if not joined.recovered and told and isinstance(told[0], Delivered):
            yield joined.room, joined.client, f"not recovered from {joined.since}, and no notice says so"
        if not joined.recovered and not told and member.left_at is None:
            yield joined.room, joined.client, f"not recovered from {joined.since}, and nothing followed"


def missed_is_what_comes(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """`missed` messages come up to the head that the reply to a join names, unless the line was lost or the room was
    numbered anew before that."""
    for member in facts.memberships:
        joined, stretch = member.joined, _after_the_seam(member)
        if (joined.since or joined.last) and stretch and stretch.last() > joined.seq:
            came = sum(1 for item in stretch.items if isinstance(item, Delivered) and item.seq <= joined.seq)
            if came != joined.missed:
                began = joined.since or f"the newest {joined.last}"
                yield (joined.room, joined.client, f"resumed from {began} at head {joined.seq}: "
                       f"{joined.missed} missed were announced, {came} came")


def _after_the_seam(member: Membership) -> Stretch | None:
    """What came after the notice with which a resume may begin, and before any other notice."""
    told = not member.joined.recovered and any(isinstance(event, Renumbered) for event in member.events)
    stretch = member.stretches[1 if told else 0]
    gaps = sum(1 for item in stretch.items if isinstance(item, Gap))
    return stretch if gaps <= (not member.joined.recovered and not told) else None


def not_echoed(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    for member in facts.memberships:
        for event in member.events:
            if isinstance(event, Delivered) and event.publisher == member.session:
                if facts.attempts.get(event.payload) and facts.is_own(member, event.seq, event.payload):
                    yield member.room, member.client, f"number {event.seq} is its own message {label(event.payload)}"


RULES = (delivered_to_members_only, in_order, no_repeats, no_silent_hole, resumes_begin_where_it_stood,
         resumes_say_what_is_lost, missed_is_what_comes, not_echoed)
