"""A Redis and nodes of roomd around it, as tests/fault has them, for programs that wait instead of awaiting.

`Nodes` is a context manager; what it started has ended when it is left.
"""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

from cluster import Node
from redis_server import Redis

# The clients here answer no pings.
ALWAYS = {"server.threads": "1", "log.level": "warn", "drain.window": "0ms", "session.ping_interval": "1h",
          "session.ping_timeout": "10m"}


class Nodes:
    """`settings` are those of all nodes; `pin`: the processor for the nodes and the Redis, None: any."""

    def __init__(self, roomd: Path, count: int, folder: Path, settings: Mapping[str, str] | None = None,
                 pin: int | None = None):
        self.redis = Redis()
        address = {"engine.type": "redis", "redis.address": f"127.0.0.1:{self.redis.port}"}
        self.nodes: list[Node] = []
        self._plan = [(f"node{number + 1}", {**ALWAYS, **address, **(settings or {})}) for number in range(count)]
        self._roomd, self._folder, self._pin = roomd, folder, pin

    def __enter__(self) -> "Nodes":
        try:
            if self._pin is not None:
                pin_process(self.redis.process.pid, self._pin)
            for name, settings in self._plan:
                self.start(name, settings)
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_) -> None:
        self._end()

    def start(self, name: str, settings: Mapping[str, str]) -> Node:
        node = Node(self._roomd, name, dict(settings), self._folder)
        node.start()
        self.nodes.append(node)
        asyncio.run(node.ready())
        if self._pin is not None:
            pin_process(pid_of(node), self._pin)
        return node

    def _end(self) -> None:
        for node in self.nodes:
            node.kill()
        self.redis.stop()


def pid_of(node: Node) -> int:
    return node._process.pid  # what tests/fault keeps for itself


def pin_process(pid: int, cpu: int) -> None:
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {cpu})
