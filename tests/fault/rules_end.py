"""What holds when the fault is over and everything has come to rest. The rooms keep all that a run publishes."""

from collections import defaultdict
from collections.abc import Iterator

from history import Acknowledged, Gap, Kept, Present
from memberships import Facts, Membership
from rules_members import own_number, passed_over
from violation import Allowed, Finding, label


def heads_agree(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """All nodes say the same of a room, and none tells its history with a hole."""
    told: dict[tuple[str, str], set[int]] = defaultdict(set)  # by session that asked a node, and room
    for event in facts.history.of(Kept):
        told[event.session, event.room].add(event.seq)
    for room, heads in facts.heads.items():
        if len({(head.epoch, head.seq) for head in heads}) > 1:
            yield room, "several", "the nodes say " + ", ".join(sorted({f"{h.epoch} {h.seq}" for h in heads}))
        for head in heads:
            missing = sorted(set(range(1, head.seq + 1)) - told[head.session, room])
            if missing:
                yield room, head.client, f"the history has no {missing}"


def members_reach_the_head(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Who is in a room has everything up to its head, but for its own."""
    for member in facts.present():
        heads, stretch = facts.heads.get(member.room), member.stretches[-1]
        if not heads:
            yield member.room, member.client, "no node was asked for the head of this room"
        elif stretch.epoch != heads[-1].epoch:
            yield member.room, member.client, f"stands in epoch {stretch.epoch}, the room in {heads[-1].epoch}"
        else:
            for number in passed_over(stretch, heads[-1].seq):
                if number > stretch.last() and not own_number(facts, member, stretch.epoch, number):
                    yield member.room, member.client, f"number {number} of epoch {stretch.epoch} never came"
            if stretch.last() > heads[-1].seq:
                yield member.room, member.client, f"had number {stretch.last()}, above the head {heads[-1].seq}"


def acknowledged_is_kept(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """What was acknowledged stands in the history under its number; after a loss, what was acknowledged since."""
    for event in facts.history.of(Acknowledged):
        heads = facts.heads.get(event.room)
        if event.seq == 0 or not heads or (allowed.loss and event.epoch != heads[-1].epoch):
            continue
        found = facts.kept[event.room].get(event.seq)
        if found != event.payload:
            yield (event.room, event.client, f"{label(event.payload)} was acknowledged as number {event.seq} of epoch "
                   f"{event.epoch}, which is {label(found)} in the end")


def nothing_is_given_up(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Where nothing was lost nobody is told so."""
    for member in facts.memberships if not allowed.loss else ():
        if member.joined.since and not member.joined.recovered:
            yield member.room, member.client, f"the resume from {member.joined.since} did not recover"
        for event in member.events:
            if isinstance(event, Gap):
                yield member.room, member.client, f"{event.first} to {event.last} were given up"
        for before, after in zip(member.stretches, member.stretches[1:]):
            if after.start < before.last():
                yield (member.room, member.client, f"stood at {before.last()} of epoch {before.epoch}, "
                       f"was told {after.start} of {after.epoch}")


def epochs_stay(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    epochs: dict[str, set[str]] = {}
    for room, epoch, _ in facts.names if not allowed.epochs else ():
        epochs.setdefault(room, set()).add(epoch)
    for room, found in epochs.items():
        if len(found) > 1:
            yield room, "several", f"the epochs {sorted(found)}, and nothing happened to the room"


def losses_are_told(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Who had a message that the room no longer has was told of an epoch that begins below it."""
    for member in facts.present() if allowed.loss else ():
        turns = turning_points(member)
        for epoch, seq, payload in _had(facts, member):
            left = next((at for at, turn in enumerate(turns) if turn[0] == epoch), None)
            told = left is not None and any(point < seq for _, point in turns[left:])
            if facts.kept[member.room].get(seq) != payload and not told:
                yield (member.room, member.client, f"had number {seq} of epoch {epoch}, {label(payload)}, "
                       "which is lost, and was not told")


def turning_points(member: Membership) -> list[tuple[str, int]]:
    """Each epoch that the member left, and up to which number what it had still holds in the next."""
    found = []
    for link in member.chain():
        since, came_from = link.joined.since, link.stretches[0].epoch
        if since and since[0] != came_from:
            found.append(since)
        for stretch in link.stretches[1:]:
            found.append((came_from, stretch.start))
            came_from = stretch.epoch
    return found


def _had(facts: Facts, member: Membership) -> Iterator[tuple[str, int, str]]:
    """Epoch, number and payload of all that it was delivered, or acknowledged while it was in the room."""
    for link in member.chain():
        for stretch in link.stretches:
            yield from ((stretch.epoch, item.seq, item.payload) for item in stretch.items
                        if not isinstance(item, Gap))
        until = link.left_at or facts.history.events[-1].at
        epochs = {stretch.epoch for stretch in link.stretches}
        for event in facts.acknowledged_to.get((link.session, link.room), ()):
            if link.joined.at < event.at <= until and event.epoch in epochs:
                yield event.epoch, event.seq, event.payload


def presence_converges(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """All nodes list the clients that are in a room, and nobody else."""
    there: dict[str, set[str]] = defaultdict(set)
    for member in facts.present():
        there[member.room].add(member.client)
    for event in facts.history.of(Present):
        listed = set(event.users)
        if listed != there[event.room]:
            yield (event.room, event.client, f"lists {sorted(listed - there[event.room])} who are not there, and not "
                   f"{sorted(there[event.room] - listed)} who are")


RULES = (presence_converges, heads_agree, members_reach_the_head, acknowledged_is_kept, nothing_is_given_up, epochs_stay, losses_are_told)
