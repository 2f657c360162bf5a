"""A backend that publishes by the ingest stream, and what holds for its messages."""

import asyncio
import itertools
import json
from collections import defaultdict

from cluster import Cluster, ClusterError, Node, until
from history import History, Kept, Publish
from redis_server import Redis

STREAM = "roomd:{ingest}"
NAME = "backend"
DONE_WITHIN = 20.0  # seconds


class Backend:
    """Adds entries to the rooms in turn, from `begin` to `end`; some with keys."""

    def __init__(self, server: Redis, history: History, rooms: list[str], rate: float):
        self._redis, self._history, self._rooms, self._pause = server, history, rooms, 1 / rate
        self._numbers = itertools.count(1)
        self._life: asyncio.Task | None = None
        self._ended = False

    def begin(self) -> None:
        self._life = asyncio.create_task(self._add())

    async def end(self) -> None:
        """When this returns, all that was added is published."""
        self._ended = True
        await self._life
        await until("the ingest stream is empty", self._is_empty, DONE_WITHIN)

    async def _is_empty(self) -> bool:
        return await asyncio.to_thread(self._redis.client.xlen, STREAM) == 0

    async def _add(self) -> None:
        for room in itertools.cycle(self._rooms):
            if self._ended:
                return
            number = next(self._numbers)
            payload = f"{NAME}-{number}"
            key = payload if number % 3 == 0 else None
            self._history.record(Publish, NAME, "", room, payload, key)
            fields = {"room": room, "event": "say", "data": json.dumps(payload), **({"key": key} if key else {})}
            await asyncio.to_thread(self._redis.client.xadd, STREAM, fields)
            await asyncio.sleep(self._pause)


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
    """Each entry is in its room once, and in the order in which the backend added them."""
    added: dict[str, list[str]] = defaultdict(list)
    for event in history.of(Publish):
        if event.client == NAME:
            added[event.room].append(event.payload)
    kept: dict[tuple[str, str], list[str]] = defaultdict(list)  # by node and room
    for event in history.of(Kept):
        if event.payload.startswith(f"{NAME}-"):
            kept[event.client, event.room].append(event.payload)
    count = sum(map(len, added.values()))
    found = [f"too few entries: {count}, at least {least} were to be added"] if count < least else []
    for (node, room), payloads in kept.items():
        if payloads != added[room]:
            pairs = enumerate(zip(payloads, added[room]))
            at = next((i for i, (a, b) in pairs if a != b), min(len(payloads), len(added[room])))
            found.append(f"ingest: room {room}, {node}: {len(payloads)} of {len(added[room])} entries, "
                         f"from place {at} on {payloads[at:at + 3]} in place of {added[room][at:at + 3]}")
    told = {room for _, room in kept}
    return found + [f"ingest: room {room} has no entry" for room in added if room not in told]
