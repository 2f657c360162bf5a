"""One node with very many rooms loses its connections to Redis again and again, while others publish on a second node
with the same Redis, whose connections stay. Every room has to serve again soon after the last loss."""

import asyncio
import re
import statistics
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from cluster import Node
from connection import Connection
from servers import Server

ROOMS_A_SESSION = 1000
IN_FLIGHT = 200
SETTINGS = {
    "engine.type": "redis", "limits.rooms": "1000000", "limits.rooms_per_session": "10000",
    "limits.commands_in_flight": "1000", "limits.commands_per_second": "0", "session.command_timeout": "60s",
    "limits.new_rooms_per_session": "0", "limits.new_rooms_per_address": "0",
    "session.ping_interval": "60s", "drain.window": "0ms",
}
PATIENCE = 120.0  # seconds


@dataclass
class Outcome:
    """Times in seconds, the others' in milliseconds."""

    refused_joins: int = 0
    back_after: float = 0.0  # the last loss, until the node says that it serves every room
    unserved: int = 0  # what it said when the time was over
    refused: list[str] = field(default_factory=list)  # publishes, one in every room once all are served
    calm: float = 0.0  # p99 of the others' publishes
    meanwhile: float = 0.0

    def text(self) -> str:
        return (f"refused joins {self.refused_joins}; every room served {self.back_after:.1f} s after the last loss "
                f"({self.unserved} left); {len(self.refused)} publishes refused then; others' p99 "
                f"{self.calm:.1f} ms in calm, {self.meanwhile:.1f} ms meanwhile")


def metric(node: Node, name: str) -> float:
    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(name + r"[ {]", line))


class Rooms:
    """Sessions on a node that are in so many rooms, `prefix` and a number."""

    def __init__(self, node: Node, prefix: str, count: int):
        self._node, self.names = node, [f"{prefix}{number}" for number in range(count)]
        self._sessions: list[Connection] = []

    async def open(self) -> int:
        """How many joins were refused."""
        parts = [self.names[i:i + ROOMS_A_SESSION] for i in range(0, len(self.names), ROOMS_A_SESSION)]
        for number in range(len(parts)):
            self._sessions.append(await Connection.open(self._node.address, f"u{number}", lambda _: None, PATIENCE))
        refusals = await asyncio.gather(*(self._each(session, part, "join", {})
                                          for session, part in zip(self._sessions, parts)))
        return sum(len(each) for each in refusals)

    async def publish(self) -> list[str]:
        """Once in every room; what was refused."""
        parts = [self.names[i:i + ROOMS_A_SESSION] for i in range(0, len(self.names), ROOMS_A_SESSION)]
        message = {"event": "e", "data": 1}
        refusals = await asyncio.gather(*(self._each(session, part, "publish", message)
                                          for session, part in zip(self._sessions, parts)))
        return [text for each in refusals for text in each]

    async def _each(self, session: Connection, names: list[str], command: str, fields: dict) -> list[str]:
        gate, refusals = asyncio.Semaphore(IN_FLIGHT), []

        async def one(name: str) -> None:
            async with gate:
                reply = await session.ask(command, room=name, **fields)
                if "error" in reply:
                    refusals.append(f"{name}: {reply['error']}")

        await asyncio.gather(*(one(name) for name in names))
        return refusals

    async def time_publishes(self, stop: asyncio.Event, pause: float = 0.02) -> list[float]:
        """One after the other, until `stop`: how long each took, in milliseconds."""
        took, number = [], 0
        while not stop.is_set():
            number += 1
            begin = time.monotonic()
            reply = await self._sessions[0].ask("publish", room=self.names[number % len(self.names)], event="e", data=1)
            if "error" in reply:
                raise AssertionError(f"somebody else's publish was refused: {reply['error']}")
            took.append((time.monotonic() - begin) * 1000)
            await asyncio.sleep(pause)
        return took

    def close(self) -> None:
        for session in self._sessions:
            session.cut()


def p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98] if len(values) > 1 else 0.0


async def measure(others: Rooms, during) -> tuple[float, object]:
    stop = asyncio.Event()
    task = asyncio.create_task(others.time_publishes(stop))
    try:
        found = await during
    finally:
        stop.set()
    return p99(await task), found


async def served_again(node: Node, last_loss: float, within: float, outcome: Outcome) -> None:
    """The count is of rooms that have heard of the loss; so it counts only once the connections are back."""
    while True:
        away = await asyncio.to_thread(metric, node, "roomd_engine_away")
        outcome.unserved = int(await asyncio.to_thread(metric, node, "roomd_engine_rooms_unserved"))
        outcome.back_after = time.monotonic() - last_loss
        if (away == 0 and outcome.unserved == 0) or outcome.back_after > within:
            return
        await asyncio.sleep(0.2)


async def lose_connections(redis: Server, kept: set, node: Node, losses: int, outcome: Outcome, within: float) -> None:
    def lose() -> None:
        for client in redis.client.client_list():
            if client["id"] not in kept:
                redis.client.execute_command("CLIENT", "KILL", "ID", client["id"])

    last = time.monotonic()
    for _ in range(losses):
        await asyncio.to_thread(lose)  # the others' publishes go on, and their times are measured, meanwhile
        last = time.monotonic()
        await asyncio.sleep(1.0)
    await served_again(node, last, within, outcome)


async def run(binary: Path, folder: Path, rooms: int, losses: int, threads: int, within: float) -> Outcome:
    outcome, redis = Outcome(), Server()
    settings = {**SETTINGS, "redis.address": f"127.0.0.1:{redis.port}"}
    other = Node(binary, "other", settings, folder)
    node = Node(binary, "node", {**settings, "server.threads": str(threads)}, folder)
    others, own = Rooms(other, "other", 50), Rooms(node, "r", rooms)
    try:
        other.start()
        await other.ready()
        await others.open()
        kept = {client["id"] for client in redis.client.client_list()}
        node.start()
        await node.ready()
        outcome.refused_joins = await own.open()
        outcome.calm, _ = await measure(others, asyncio.sleep(5))
        outcome.meanwhile, _ = await measure(others, lose_connections(redis, kept, node, losses, outcome, within))
        outcome.refused = await own.publish()
    finally:
        others.close()
        own.close()
        node.kill()
        other.kill()
        redis.stop()
    return outcome
