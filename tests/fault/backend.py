"""A backend that publishes by the ingest stream, and what holds for its messages."""

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence

import redis
from cluster import Cluster, ClusterError, Node, until
from history import Added, History, Kept, Publish
from redis_server import Redis

STREAM = "roomd:{ingest}"
NAME = "backend"
DONE_WITHIN = 20.0  # seconds
REPLICA_WITHIN = 200  # ms
PAUSE = 0.05  # seconds, after an entry that was not added
AGAIN = 90  # so many entries later one is added once more; a multiple of 9


class Backend:
    """Adds entries to the rooms in turn, from `begin` to `end`. Some have keys; those it adds until it is told that
    they are added: that the stream has them, and `replicas` of it too. Some it adds once more a while later.
    `homes`: servers of which one has the stream at a time."""

    def __init__(self, homes: Sequence[Redis], history: History, rooms: list[str], rate: float, replicas: int = 0):
        self._homes, self._replicas = itertools.cycle(homes), replicas
        self._home = next(self._homes)
        self._history, self._rooms, self._pause = history, rooms, 1 / rate
        self._life: asyncio.Task | None = None
        self._ended = False

    def begin(self) -> None:
        self._life = asyncio.create_task(self._add_all())

    async def end(self) -> None:
        """When this returns, all that was added is published."""
        self._ended = True
        await asyncio.wait_for(self._life, DONE_WITHIN)
        await until("the ingest stream is empty", self._is_empty, DONE_WITHIN)

    async def _is_empty(self) -> bool:
        return await self._ask(lambda: self._home.client.xlen(STREAM)) == 0

    async def _add_all(self) -> None:
        for number in itertools.count(1):
            if self._ended:
                return
            while not await self._add(number) and has_key(number):
                await asyncio.sleep(PAUSE)
            if number % 9 == 0 and number > AGAIN:
                await self._add(number - AGAIN)
            await asyncio.sleep(self._pause)

    async def _add(self, number: int) -> bool:
        """Whether it was told that it is added; where not, it may be."""
        room, payload = self._rooms[number % len(self._rooms)], f"{NAME}-{number}"
        key = payload if has_key(number) else None
        self._history.record(Publish, NAME, "", room, payload, key)
        fields = {"room": room, "event": "say", "data": json.dumps(payload), **({"key": key} if key else {})}
        copies = await self._ask(lambda: self._store(fields))
        if copies is None or copies < self._replicas:
            return False
        self._history.record(Added, NAME, "", room, payload)
        return True

    def _store(self, fields: dict[str, str]) -> int:
        """On how many replicas it is. One connection for both commands: WAIT speaks of what its own has written."""
        both = self._home.client.pipeline(transaction=False)
        both.xadd(STREAM, fields)
        both.execute_command("WAIT", self._replicas, REPLICA_WITHIN)
        return both.execute()[1]

    async def _ask(self, question) -> int | None:
        """None where this server does not answer, or no longer has the stream: then the next one is asked."""
        try:
            return await asyncio.to_thread(question)
        except redis.RedisError:
            self._home = next(self._homes)
            return None


def has_key(number: int) -> bool:
    return number % 3 == 0


def reader(cluster: Cluster) -> Node:
    """The node that reads the stream now. Its log says when it began; the newest such line of all logs counts."""
    began: dict[str, Node] = {}
    for node in cluster.nodes:
        for line in node.log.read_text(encoding="utf8", errors="replace").splitlines():
            if "ingest.reads" in line:
                began[line] = node
    if not began:
        raise ClusterError("no node reads the ingest stream")
    return began[max(began)]


def problems(history: History, least: int) -> list[str]:
    """What the backend was told is added is in its room; nothing is there twice, and all in the order in which it was
    sent."""
    sent: dict[str, dict[str, None]] = defaultdict(dict)  # by room, in order
    for event in history.of(Publish):
        if event.client == NAME:
            sent[event.room][event.payload] = None
    added = {event.payload for event in history.of(Added)}
    kept: dict[tuple[str, str], list[str]] = defaultdict(list)  # by node and room
    for event in history.of(Kept):
        if event.payload.startswith(f"{NAME}-"):
            kept[event.client, event.room].append(event.payload)
    found = [f"too few entries: {len(added)}, at least {least} were to be added"] if len(added) < least else []
    for (node, room), payloads in kept.items():
        found += [f"ingest: room {room}, {node}: {what}" for what in _wrong(payloads, list(sent[room]), added)]
    told = {room for _, room in kept}
    return found + [f"ingest: room {room} has no entry" for room in sent if room not in told]


def _wrong(kept: list[str], sent: list[str], added: set[str]) -> Iterator[str]:
    if missing := [payload for payload in sent if payload in added and payload not in set(kept)]:
        yield f"{len(missing)} of {len(sent)} entries are missing, {missing[:3]} first"
    places = {payload: place for place, payload in enumerate(sent)}
    for before, after in itertools.pairwise(kept):
        if places.get(after, -1) <= places.get(before, -1):
            yield f"{after} comes behind {before}"
