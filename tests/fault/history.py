"""What the clients of a run did and saw: append-only, in the order in which it happened.

A message is known by its `payload`, which no two publishes share; a publish that is repeated with its key has the same.
Every event names the client, the session (the server's word for one connection) and the room; connections have none.
"""

import dataclasses
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar


@dataclass(frozen=True, slots=True)
class Event:
    """`at`: nanoseconds of the monotonic clock."""
    at: int
    client: str
    session: str
    room: str


@dataclass(frozen=True, slots=True)
class Connected(Event):
    node: str


@dataclass(frozen=True, slots=True)
class Disconnected(Event):
    pass


@dataclass(frozen=True, slots=True)
class Publish(Event):
    """An attempt. What has neither Acknowledged nor Refused after it may or may not have been stored."""
    payload: str
    key: str | None = None
    ephemeral: bool = False
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledged(Event):
    """`seq` 0: of an ephemeral one."""
    payload: str
    epoch: str
    seq: int
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Added(Event):
    """A backend was told that its stream has an entry, wherever the stream will live on."""
    payload: str


@dataclass(frozen=True, slots=True)
class Refused(Event):
    """A `code` below 500 says that nothing was stored; from 500 on nobody knows."""
    payload: str
    code: int


@dataclass(frozen=True, slots=True)
class Joined(Event):
    """The reply to a join: `seq` is the room's head. `since`: the position that was resumed from, (epoch, seq). `last`: so
    many of the newest messages were asked for."""
    epoch: str
    seq: int
    recovered: bool
    missed: int
    since: tuple[str, int] | None = None
    last: int = 0

    @property
    def stands_at(self) -> int:
        """The number behind which a join without `since` begins."""
        return max(0, self.seq - self.last)


@dataclass(frozen=True, slots=True)
class Left(Event):
    """By its own wish or because the server said so."""


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """`seq` 0: an ephemeral one. `publisher`: the session that published it."""
    seq: int
    payload: str
    key: str | None
    publisher: str


@dataclass(frozen=True, slots=True)
class Gap(Event):
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Renumbered(Event):
    """An `epoch` push: the next message is `seq` + 1 of `epoch`."""
    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Head(Event):
    """What a node says of a room when all is over."""
    epoch: str
    seq: int


@dataclass(frozen=True, slots=True)
class Kept(Event):
    """A message in a room's history when all is over, as a node tells it."""
    epoch: str
    seq: int
    payload: str
    publisher: str


@dataclass(frozen=True, slots=True)
class Present(Event):
    """Who is in a room when all is over, as a node tells it. Users are clients."""
    users: tuple[str, ...]


KINDS = {kind.__name__: kind for kind in (Connected, Disconnected, Publish, Acknowledged, Added, Refused, Joined, Left,
                                          Delivered, Gap, Renumbered, Head, Kept, Present)}
Kind = TypeVar("Kind", bound=Event)


class History:
    def __init__(self, events: Iterable[Event] = ()):
        self.events = list(events)

    def record(self, kind: type[Kind], *fields, **more) -> Kind:
        """Adds an event that happens now."""
        event = kind(time.monotonic_ns(), *fields, **more)
        self.events.append(event)
        return event

    def of(self, kind: type[Kind]) -> Iterator[Kind]:
        return (event for event in self.events if isinstance(event, kind))

    def save(self, path) -> None:
        """A JSON array with an event a line."""
        lines = (json.dumps([type(event).__name__, *dataclasses.astuple(event)]) for event in self.events)
        with open(path, "w", encoding="utf8") as file:
            file.write("[\n" + ",\n".join(lines) + "\n]\n")

    @classmethod
    def load(cls, path) -> "History":
        with open(path, encoding="utf8") as file:
            return cls(_event(*line) for line in json.load(file))

    def counts(self) -> dict[str, int]:
        """How much of everything it saw."""
        kinds = Counter(map(type, self.events))
        return {"publishes": kinds[Publish], "acknowledged": kinds[Acknowledged], "refused": kinds[Refused],
                "deliveries": kinds[Delivered], "resumes": sum(1 for event in self.of(Joined) if event.since),
                "notices": kinds[Gap] + kinds[Renumbered]}


def _event(kind: str, *fields) -> Event:
    """JSON has no tuples."""
    return KINDS[kind](*(tuple(field) if isinstance(field, list) else field for field in fields))
