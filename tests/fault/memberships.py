"""Out of a history: who was in which room when, and what each number was called. Pure.

A membership is from a join's reply until the member leaves or its line is lost. One that resumes goes on where an
earlier one of the same client ended; all that hang together are a chain.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from history import (Acknowledged, Delivered, Disconnected, Event, Gap, Head, History, Joined, Kept, Left,
                     Publish, Refused, Renumbered)

Item = Delivered | Gap


@dataclass
class Stretch:
    """A part of a membership under one epoch: `start` is the number it stood at when that began."""
    epoch: str
    start: int
    items: list[Item] = field(default_factory=list)

    def last(self) -> int:
        """The newest number that was delivered or given up."""
        return max([self.start, *map(last_of, self.items)])


@dataclass
class Membership:
    joined: Joined
    previous: "Membership | None"
    stretches: list[Stretch]
    events: list[Event] = field(default_factory=list)
    left_at: int | None = None

    @property
    def room(self) -> str:
        return self.joined.room

    @property
    def client(self) -> str:
        return self.joined.client

    @property
    def session(self) -> str:
        return self.joined.session

    def take(self, event: Event) -> None:
        self.events.append(event)
        if isinstance(event, Renumbered):
            self.stretches.append(Stretch(event.epoch, event.seq))
        elif isinstance(event, Gap):
            self.stretches[-1].items.append(event)
            if len(self.stretches) == 1:
                self.stretches[0].epoch = self.joined.epoch
        elif event.seq > 0:
            self.stretches[-1].items.append(event)

    def chain(self) -> "list[Membership]":
        """This one and those that it resumes, the oldest first."""
        found, at = [], self
        while at:
            found.append(at)
            at = at.previous
        return found[::-1]


def first_of(item: Item) -> int:
    return item.first if isinstance(item, Gap) else item.seq


def last_of(item: Item) -> int:
    return item.last if isinstance(item, Gap) else item.seq


def memberships(history: History) -> tuple[list[Membership], list[Event]]:
    """Also what was pushed to sessions about rooms that they were not in."""
    found: list[Membership] = []
    strays: list[Event] = []
    present: dict[tuple[str, str], Membership] = {}  # by session and room
    latest: dict[tuple[str, str], Membership] = {}  # by client and room
    for event in history.events:
        place = (event.session, event.room)
        if isinstance(event, Joined):
            previous = latest.get((event.client, event.room)) if event.since else None
            member = Membership(event, previous, [_begin(event)])
            found.append(member)
            present[place] = latest[event.client, event.room] = member
        elif isinstance(event, (Delivered, Gap, Renumbered)):
            present[place].take(event) if place in present else strays.append(event)
        elif isinstance(event, Left) and place in present:
            present.pop(place).left_at = event.at
        elif isinstance(event, Disconnected):
            for session, room in [key for key in present if key[0] == event.session]:
                present.pop((session, room)).left_at = event.at
    return found, strays


def _begin(joined: Joined) -> Stretch:
    """What did not recover stands where it stood until a notice says where that is now."""
    if not joined.since:
        return Stretch(joined.epoch, joined.stands_at)
    return Stretch(joined.epoch if joined.recovered else joined.since[0], joined.since[1])


class Facts:
    """All that the rules ask of a history, found once."""

    def __init__(self, history: History):
        self.history = history
        self.memberships, self.strays = memberships(history)
        self.attempts: dict[str, list[Publish]] = defaultdict(list)  # by payload
        self.acknowledged: dict[str, list[Acknowledged]] = defaultdict(list)
        self.refused: dict[str, list[Refused]] = defaultdict(list)
        # Sessions, by room, number and payload, as others were told: more than one where what was lost was said again.
        self.publishers: dict[tuple[str, int, str], set[str]] = defaultdict(set)
        self.heads: dict[str, list[Head]] = defaultdict(list)  # by room
        self.kept: dict[str, dict[int, str]] = defaultdict(dict)  # by room and number
        self.names: dict[tuple[str, str, int], set[str]] = defaultdict(set)  # payloads, by room, epoch, number
        self.acknowledged_to: dict[tuple[str, str], list[Acknowledged]] = defaultdict(list)  # by session and room
        self._any_epoch: dict[tuple[str, int], set[str]] = defaultdict(set)
        for event in history.events:
            self._sort(event)
        for room, epoch, event in self.numbered():
            self.names[room, epoch, event.seq].add(event.payload)
            self._any_epoch[room, event.seq].add(event.payload)

    def _sort(self, event: Event) -> None:
        by_payload = {Publish: self.attempts, Acknowledged: self.acknowledged, Refused: self.refused}
        if type(event) in by_payload:
            by_payload[type(event)][event.payload].append(event)
            if isinstance(event, Acknowledged) and event.seq > 0:
                self.acknowledged_to[event.session, event.room].append(event)
        elif isinstance(event, (Delivered, Kept)):
            self.publishers[event.room, event.seq, event.payload].add(event.publisher)
            if isinstance(event, Kept):
                self.kept[event.room][event.seq] = event.payload
        elif isinstance(event, Head):
            self.heads[event.room].append(event)

    def numbered(self) -> Iterator[tuple[str, str, Acknowledged | Delivered | Kept]]:
        """Room, epoch and event of everything that says which message a number is."""
        for event in self.history.events:
            if isinstance(event, (Acknowledged, Kept)) and event.seq > 0:
                yield event.room, event.epoch, event
        for member in self.memberships:
            for stretch in member.stretches:
                for item in stretch.items:
                    if isinstance(item, Delivered):
                        yield member.room, stretch.epoch, item

    def names_of_any_epoch(self, room: str, seq: int) -> set[str]:
        """Epochs that descend from each other share numbers, and not each of them was named under all."""
        return self._any_epoch.get((room, seq), set())

    def present(self) -> Iterator[Membership]:
        """Those who are still in their rooms when all is over."""
        return (member for member in self.memberships if member.left_at is None)

    def unanswered(self, member: Membership) -> int:
        """Publishes of its session to its room of which nobody knows whether they were stored."""
        return sum(1 for payload, attempts in self.attempts.items() if payload not in self.acknowledged
                   and any(a.session == member.session and a.room == member.room and not a.ephemeral and not a.echo
                           for a in attempts))

    def may_be_from(self, session: str, room: str, seq: int, payload: str) -> bool:
        """Nobody was told that it comes from another one alone."""
        return session in (self.publishers.get((room, seq, payload)) or {session})

    def is_own(self, member: Membership, seq: int, payload: str) -> bool:
        """A message that its session published and asked not to hear."""
        return (self.may_be_from(member.session, member.room, seq, payload)
                and any(a.session == member.session and not a.echo for a in self.attempts.get(payload, ())))
