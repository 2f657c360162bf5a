"""Whether a member hears what is published in its rooms in time. Pure: facts in, findings out."""

import bisect
from collections import defaultdict
from collections.abc import Iterator

from history import Acknowledged
from memberships import Facts, Membership, first_of, last_of
from rules_members import own_number
from violation import Finding

SECOND = 1_000_000_000  # nanoseconds


def silent_members(facts: Facts, seconds: float) -> Iterator[Finding]:
    """A message that is acknowledged while a member is in the room has come to it, or was given up, or the member is out of
    the room, so many seconds later."""
    rooms: dict[str, list[Acknowledged]] = defaultdict(list)
    for event in facts.history.of(Acknowledged):
        if event.seq > 0 and not event.duplicate:
            rooms[event.room].append(event)
    end = facts.history.events[-1].at if facts.history.events else 0
    for member in facts.memberships:
        said, patience = rooms[member.room], int(seconds * SECOND)
        first = bisect.bisect_right(said, member.joined.at, key=lambda event: event.at)
        for event in said[first:]:
            if event.at + patience > (member.left_at or end):
                break
            if not _heard(facts, member, event, event.at + patience):
                yield (member.room, member.client, f"number {event.seq} of epoch {event.epoch} did not come within "
                       f"{seconds:g} s to session {member.session}")


def _heard(facts: Facts, member: Membership, what: Acknowledged, until: int) -> bool:
    """Where it stood above that number already, or was told that it does, other rules say whether that is so."""
    for stretch in member.stretches:
        if stretch.start >= what.seq:
            return True
        if any(item.at <= until and first_of(item) <= what.seq <= last_of(item) for item in stretch.items):
            return True
    return own_number(facts, member, what.epoch, what.seq)
