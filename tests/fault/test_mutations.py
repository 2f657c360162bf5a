"""A sound history that was recorded from a cluster which lost its newest messages once. Each change to it is caught."""

import dataclasses
import os
import random
import unittest
from collections.abc import Callable, Iterator

from checker import check
from history import Acknowledged, Delivered, Event, Head, History, Joined, Kept, Renumbered
from memberships import memberships
from violation import Allowed

LOSS = Allowed(epochs=True, loss=True)
TIMES = 12  # each kind of change is made, in different places
Change = tuple[Event, list[Event]]  # an event and what stands in its place


# tests/fault/run failover_lost_writes --clients 6 --rooms 2 --rate 30 --seconds 5 --seed 7 --keep FOLDER
HISTORY = History.load(os.path.join(os.path.dirname(os.path.abspath(__file__)), "recorded.json"))
MEMBERSHIPS, _ = memberships(HISTORY)


def numbered() -> Iterator[Delivered]:
    """Deliveries that something has to follow, so that it can be told whether they came."""
    for member in MEMBERSHIPS:
        for stretch in member.stretches:
            yield from stretch.items[:-1]
        if member.left_at is None:
            yield from member.stretches[-1].items[-1:]


def neighbours() -> Iterator[tuple[Delivered, Delivered]]:
    for member in MEMBERSHIPS:
        for stretch in member.stretches:
            yield from zip(stretch.items, stretch.items[1:])


def drop(events: Iterator[Event]) -> Iterator[list[Change]]:
    return ([(event, [])] for event in events)


def alter(events: Iterator[Event], fields: Callable[[Event], dict]) -> Iterator[list[Change]]:
    return ([(event, [dataclasses.replace(event, **fields(event))])] for event in events)


def swap_two_deliveries() -> Iterator[list[Change]]:
    for one, two in neighbours():
        yield [(one, [dataclasses.replace(two, at=one.at)]), (two, [dataclasses.replace(one, at=two.at)])]


def deliver_to_the_publisher() -> Iterator[list[Change]]:
    """What it asked not to hear comes to it behind its acknowledgement."""
    rooms = {(member.session, member.room) for member in MEMBERSHIPS if member.left_at is None}
    keys = {event.payload: event.key for event in HISTORY.of(Delivered)}
    for event in HISTORY.of(Acknowledged):
        if event.seq and not event.duplicate and (event.session, event.room) in rooms:
            yield [(event, [event, Delivered(event.at, event.client, event.session, event.room, event.seq,
                                             event.payload, keys.get(event.payload), event.session)])]


def of_another(event: Delivered) -> dict:
    other = next(e for e in HISTORY.of(Delivered) if e.room == event.room and e.seq not in (0, event.seq))
    return {"payload": other.payload, "key": other.key, "publisher": other.publisher}


def recovered() -> Iterator[Joined]:
    """Resumes that went on beyond the head that they were told."""
    for member in MEMBERSHIPS:
        if member.joined.since and member.joined.recovered and member.stretches[0].last() > member.joined.seq:
            yield member.joined


MUTATIONS: dict[str, Callable[[], Iterator[list[Change]]]] = {
    "a delivery is dropped": lambda: drop(numbered()),
    "two deliveries are swapped": swap_two_deliveries,
    "a delivery is repeated": lambda: ([(event, [event, event])] for event in numbered()),
    "a payload is another": lambda: alter(numbered(), lambda event: {"payload": event.payload + "?"}),
    "a payload is another message's": lambda: alter(numbered(), of_another),
    "a key is another": lambda: alter(numbered(), lambda event: {"key": "another"}),
    "a message comes from another session": lambda: alter(numbered(), lambda event: {"publisher": "another"}),
    "a number is another": lambda: alter(numbered(), lambda event: {"seq": event.seq + 1}),
    "a delivery goes to another room": lambda: alter(numbered(), lambda event: {"room": "nowhere"}),
    "a message comes to its publisher": deliver_to_the_publisher,
    "an epoch push is dropped": lambda: drop(HISTORY.of(Renumbered)),
    "an epoch push gives another number": lambda: alter(HISTORY.of(Renumbered), lambda event: {"seq": event.seq + 1}),
    "an epoch push names another epoch": lambda: alter(HISTORY.of(Renumbered), lambda event: {"epoch": "another"}),
    "an acknowledgement names another number": lambda: alter(
        (event for event in HISTORY.of(Acknowledged) if event.seq), lambda event: {"seq": event.seq + 1}),
    "a resume begins one later": lambda: alter(
        recovered(), lambda event: {"since": (event.since[0], event.since[1] + 1)}),
    "a resume announces one more": lambda: alter(recovered(), lambda event: {"missed": event.missed + 1}),
    "the history lacks a message": lambda: drop(HISTORY.of(Kept)),
    "a node names another head": lambda: alter(HISTORY.of(Head), lambda event: {"seq": event.seq + 1}),
}


def changed(changes: list[Change]) -> History:
    place = {id(event): instead for event, instead in changes}
    return History(new for event in HISTORY.events for new in place.get(id(event), [event]))


class Mutations(unittest.TestCase):
    def test_the_recorded_history_is_sound(self):
        self.assertEqual(check(HISTORY, LOSS), [])

    def test_every_change_is_caught(self):
        seed = random.SystemRandom().getrandbits(32)
        for name, changes in MUTATIONS.items():
            possible = list(changes())
            chosen = random.Random(seed).sample(possible, min(TIMES, len(possible)))
            self.assertTrue(chosen, name)
            for change in chosen:
                with self.subTest(name, seed=seed, instead=str(change)[:500]):
                    self.assertTrue(check(changed(change), LOSS))


if __name__ == "__main__":
    unittest.main()
