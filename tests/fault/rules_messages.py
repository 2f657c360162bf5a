"""What holds for messages, whoever they went to."""

from collections import defaultdict
from collections.abc import Iterator

from history import Acknowledged, Delivered, Kept
from memberships import Facts
from violation import Allowed, Finding, label


def delivered_implies_published(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """What comes was published before, into that room, with that key, by that session, and not refused for good."""
    for event in facts.history.events:
        if not isinstance(event, (Delivered, Kept)):
            continue
        attempts = [a for a in facts.attempts.get(event.payload, ()) if a.room == event.room and a.at < event.at]
        if not attempts:
            yield event.room, event.client, f"number {event.seq} is {label(event.payload)}, which nobody had published"
        elif event.publisher not in {a.session for a in attempts}:
            yield event.room, event.client, f"{label(event.payload)} does not come from session {event.publisher}"
        elif isinstance(event, Delivered) and event.key != attempts[0].key:
            yield event.room, event.client, f"{label(event.payload)} has the key {event.key}, not {attempts[0].key}"
        elif _refused_for_good(facts, event.payload, len(facts.attempts[event.payload])):
            yield event.room, event.client, f"number {event.seq} is {label(event.payload)}, which was refused"


def _refused_for_good(facts: Facts, payload: str, attempts: int) -> bool:
    return sum(1 for refusal in facts.refused.get(payload, ()) if refusal.code < 500) == attempts


def one_number_one_payload(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """(room, epoch, number) is one message for everybody; without loss (room, number) is already."""
    names: dict[tuple, set[str]] = defaultdict(set)
    for (room, epoch, seq), payloads in facts.names.items():
        names[(room, epoch, seq) if allowed.loss else (room, "any", seq)] |= payloads
    for (room, epoch, seq), payloads in names.items():
        if len(payloads) > 1:
            found = " and ".join(sorted(map(label, payloads)))
            yield room, "several", f"number {seq} of epoch {epoch} is {found}"


def one_payload_one_number(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """A message is stored once, however often it was published with its key. After a loss it may be once more."""
    numbers: dict[tuple, set[int]] = defaultdict(set)
    for (room, epoch, seq), payloads in facts.names.items():
        for payload in payloads:
            numbers[(room, epoch if allowed.loss else "any", payload)].add(seq)
    for (room, epoch, payload), found in numbers.items():
        if len(found) > 1:
            yield room, "several", f"{label(payload)} has the numbers {sorted(found)} of epoch {epoch}"


def duplicates_are_told(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """Of all acknowledgements of one message, only that of the session that published it is not a duplicate's. After a
    loss it may have been published again, once an epoch."""
    first: dict[tuple, Acknowledged] = {}
    for payload, answers in facts.acknowledged.items():
        for answer in (answer for answer in answers if not answer.duplicate):
            place = (payload, answer.epoch if allowed.loss else "any")
            stranger = not (allowed.loss or facts.may_be_from(answer.session, answer.room, answer.seq, payload))
            if first.setdefault(place, answer) is not answer or stranger:
                yield answer.room, answer.client, f"{label(payload)} was acknowledged as new again, as {answer.seq}"


def acknowledged_in_order(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    """What is published after another message was acknowledged has the higher number."""
    rooms: dict[tuple, dict[int, tuple[int, int]]] = defaultdict(dict)  # number to (began, acknowledged)
    for payload, answers in facts.acknowledged.items():
        for answer in answers:
            if answer.seq > 0:
                began = facts.attempts[payload][0].at if payload in facts.attempts else answer.at
                rooms[answer.room, answer.epoch].setdefault(answer.seq, (began, answer.at))
    for (room, epoch), found in rooms.items():
        latest, holder = 0, 0
        for seq, (began, answered) in sorted(found.items()):
            if answered < latest:
                yield room, "several", (f"number {seq} of epoch {epoch} was acknowledged before "
                                        f"number {holder} was published")
            if began > latest:
                latest, holder = began, seq


def ephemeral_have_no_number(facts: Facts, allowed: Allowed) -> Iterator[Finding]:
    for event in facts.history.events:
        if isinstance(event, (Acknowledged, Delivered, Kept)) and event.payload in facts.attempts:
            ephemeral = facts.attempts[event.payload][0].ephemeral
            if ephemeral != (event.seq == 0):
                yield (event.room, event.client,
                       f"{label(event.payload)}, ephemeral: {ephemeral}, has the number {event.seq}")


RULES = (delivered_implies_published, one_number_one_payload, one_payload_one_number, duplicates_are_told,
         acknowledged_in_order, ephemeral_have_no_number)
