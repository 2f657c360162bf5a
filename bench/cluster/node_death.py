"""A node dies, and its members come back on another one that has none of their rooms in use.

They are behind by different numbers of messages, as clients are whose lines broke at different times: some have missed
more than the new node reads when it opens a room, so pages must come from Redis; others stand within it. Meanwhile a
third node publishes. Everyone must get what it missed, and what comes, exactly once. Redis tells who reads which page.
"""

import json
import time
from dataclasses import dataclass
from itertools import cycle

from bench.cluster.crowd import Client, Crowd
from bench.cluster.line import Line
from bench.cluster.monitor import Monitor
from bench.cluster.nodes import Nodes, pid_of
from bench.cluster.outcome import Bar, Outcome, Setup
from bench.cluster.websocket import text_frame
from bench.driver import machine
from bench.driver.result import Table, number

ABOUT = "10,000 members return to one node when theirs has died: page reads of Redis, and what they get"
PATIENCE = 120.0  # seconds
DATA = "x" * 126  # 128 bytes as JSON
LIVE = 5  # messages a room while they return
SETTLE = 0.5  # seconds in which what comes twice would come
NUMBERED = b'{"message":{"seq":'  # how roomd begins a message; ten million of them are not read as JSON
SETTINGS = {"rooms.linger": "1h"}  # the third node keeps the rooms in use


@dataclass(frozen=True)
class Size:
    """`lags`: how far the members of a room are behind, each as many of them as the others. `reads`: how often a page
    may be read."""
    members: int = 10_000
    rooms: int = 20
    kept: int = 1000
    lags: tuple[int, ...] = (950, 700, 300, 20)
    reads: int = 1


@dataclass
class Tally:
    joined: int = 0
    got: int = 0


class Returner(Client):
    """In one room. `next` is the number that it has to get next; `wrong` is what came instead."""

    def __init__(self, user: str, room: str, lag: int, tally: Tally):
        super().__init__()
        self.user, self.room, self.lag, self.tally = user, room, lag, tally
        self.since: dict | None = None
        self.next = 0
        self.wrong: list[str] = []
        self._in_room = b'"room":"%b"' % room.encode()

    def greeting(self) -> bytes:
        since = {"since": self.since} if self.since else {}
        return (text_frame(json.dumps({"id": 1, "hello": {"user": self.user}})) +
                text_frame(json.dumps({"id": 2, "join": {"room": self.room, **since}})))

    def fall_behind(self, to_head: int) -> None:
        """It has forgotten all that is newer."""
        self.since["seq"] = to_head - self.lag
        self.next = to_head - self.lag + 1

    def take(self, text: bytes) -> None:
        if not text.startswith(NUMBERED):
            return self._take_other(json.loads(text))
        begin = len(NUMBERED)
        seq = int(text[begin:text.index(b",", begin)])
        if seq != self.next or self._in_room not in text:
            self.wrong.append(f"{seq} in place of {self.next}")
        self.next = seq + 1
        self.tally.got += 1

    def _take_other(self, frame: dict) -> None:
        if "hello" in frame:
            return
        reply = frame.get("join")
        if not reply or (self.since and not reply["recovered"]):
            self.wrong.append(str(frame)[:200])
            return
        self.tally.joined += 1
        if not self.since:
            self.since, self.next = {"epoch": reply["epoch"], "seq": reply["seq"]}, reply["seq"] + 1


def run(setup: Setup, size: Size = Size()) -> Outcome:
    with Nodes(setup.roomd, 3, setup.folder, SETTINGS) as nodes, Crowd() as crowd:
        dying, returned_to, third = nodes.nodes
        rooms = [f"room-{number:03}" for number in range(size.rooms)]
        with Line(third.port, "publisher") as publisher:
            setup.say(f"{size.kept:,} messages into each of {size.rooms} rooms")
            heads = {room: publisher.publish(room, DATA, size.kept) for room in rooms}
            members = _members(size, rooms)
            setup.say(f"{size.members:,} members join on the node that will die")
            tally = _join_all(crowd, members, dying.port)
            dying.kill()
            crowd.until("all have lost their lines", lambda: all(m.socket is None for m in members), PATIENCE)
            for member in members:
                member.fall_behind(heads[member.room])
            setup.say("it was killed; all return to another one")
            with Monitor(nodes.redis.port) as monitor:
                cpu, began = machine.cpu_ns([pid_of(returned_to)]), time.monotonic()
                crowd.connect(members, returned_to.port)
                heads = _publish_meanwhile(crowd, publisher, rooms, tally, len(members))
                crowd.until("all have everything", lambda: _complete(members, heads), PATIENCE)
                took = time.monotonic() - began
                cpu = machine.cpu_ns([pid_of(returned_to)]) - cpu
                crowd.run(SETTLE)
        return _outcome(size, members, monitor, tally, took, cpu / 1e9)


def _members(size: Size, rooms: list[str]) -> list[Returner]:
    places = cycle([(room, lag) for lag in size.lags for room in rooms])
    tally = Tally()
    return [Returner(f"member-{at:05}", *next(places), tally) for at in range(size.members)]


def _join_all(crowd: Crowd, members: list[Returner], port: int) -> Tally:
    tally = members[0].tally
    crowd.connect(members, port)
    crowd.until("all have joined", lambda: tally.joined >= len(members), PATIENCE)
    tally.joined = tally.got = 0
    return tally


def _publish_meanwhile(crowd: Crowd, publisher: Line, rooms: list[str], tally: Tally, members: int) -> dict[str, int]:
    """A message into each room whenever another part of the members has joined. The rooms' heads."""
    heads: dict[str, int] = {}
    for part in range(1, LIVE + 1):
        crowd.until(f"{part} of {LIVE} parts have joined", lambda: tally.joined >= members * part // LIVE, PATIENCE)
        heads = {room: publisher.publish(room, DATA) for room in rooms}
    return heads


def _complete(members: list[Returner], heads: dict[str, int]) -> bool:
    return all(member.next > heads[member.room] or member.lost for member in members)


def _outcome(size: Size, members: list[Returner], monitor: Monitor, tally: Tally, took: float, cpu: float) -> Outcome:
    reads = monitor.reads
    most = max(reads.values(), default=0)
    wrong = [f"{member.user} in {member.room}: {problem}" for member in members for problem in member.wrong]
    wrong += [f"{member.user} lost its line: {member.lost}" for member in members if member.lost]
    table = Table(["members", "rooms", "messages got", "page reads", "a room", "different pages", "same page, most",
                   "seconds", "CPU s of the node"])
    table.rows.append([f"{size.members:,}", str(size.rooms), f"{tally.got:,}", str(reads.total()),
                       number(reads.total() / size.rooms), str(len(reads)), str(most), number(took), number(cpu)])
    behind = ", ".join(map(str, size.lags))
    outcome = Outcome(ABOUT.replace("10,000", f"{size.members:,}"), table)
    outcome.bars = [Bar("Return after a node's death: reads of one page of a room", size.reads, most),
                    Bar("Return after a node's death: messages lost, repeated or out of order", 0, len(wrong))]
    outcome.remarks = [f"behind by {behind} messages, equally many members of each room by each",
                       "page reads: calls of read_page.lua, as MONITOR told them, the one that opens a room included"]
    outcome.failures = wrong[:5]
    return outcome
