"""Nodes of roomd around what keeps their rooms, each on a free port and, where a fault wants it, behind a proxy of its own; or
around a Redis with sentinels."""

import asyncio
import os
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

from detour import Detour
from proxy import Proxy
from sentinels import NAME, Sentinels
from servers import free_port
from topologies import OneServer

READY_WITHIN = 30.0  # seconds
SETTINGS = {
    "drain.window": "0ms", "drain.timeout": "2s", "rooms.linger": "1s", "rooms.history_size": "100000",
    "session.ping_interval": "15s", "session.ping_timeout": "10s", "session.command_timeout": "5s",
}


class ClusterError(Exception):
    """A node does not do what it has to do before a run can begin or go on."""


class Node:
    """One process. It keeps its port when it is started again."""

    def __init__(self, binary: Path, name: str, settings: dict[str, str], folder: Path):
        self.name, self.port = name, free_port()
        self.log = folder / f"{name}.log"
        sets = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
        self._command = [str(binary), "--listen", f"127.0.0.1:{self.port}", *sets]
        self._process: subprocess.Popen | None = None

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/ws"

    def start(self) -> None:
        # roomd takes every variable that begins with ROOMD_ for a setting: those of whoever tests are not meant.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ROOMD_")}
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             env=environment)

    async def ready(self) -> None:
        await until(f"{self.name} is ready", self._is_ready, READY_WITHIN)

    async def _is_ready(self) -> bool:
        if self._process.poll() is not None:
            raise ClusterError(f"{self.name} ended with {self._process.returncode}:\n{self.last_words()}")
        return await asyncio.to_thread(self._answers, "/ready")

    def _answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    async def stop(self) -> None:
        """A clean end; anything else is an error."""
        if self._process.poll() is None:
            self.go_on()
            self._process.terminate()
        try:
            await asyncio.to_thread(self._process.wait, READY_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
        if self._process.returncode != 0:
            raise ClusterError(f"{self.name} ended with {self._process.returncode}:\n{self.last_words()}")

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(encoding="utf8", errors="replace").splitlines()[-15:])


class Cluster:
    """`keeper`: what the rooms are kept in. `proxied`: every node reaches Redis through its own proxy. `sentinels`: the
    Redis has replicas and sentinels, and the nodes ask these. `detoured`: they get to all of them by a detour. Logs go to
    `folder`. Use it in an `async with`."""

    def __init__(self, binary: Path, nodes: int, folder: Path, keeper: OneServer, proxied: bool = False,
                 sentinels: bool = False, detoured: bool = False, node_settings: dict[str, str] | None = None):
        self.keeper, self.redis = keeper, keeper.servers[0]
        self.sentinels = Sentinels(self.redis) if sentinels else None
        self.detour = Detour(self.sentinels) if detoured else None
        self.proxies = [Proxy(self.redis.port) for _ in range(nodes if proxied else 0)]
        self.nodes: list[Node] = []
        self._binary, self._count, self._folder = binary, nodes, folder
        self._settings = {**SETTINGS, **(node_settings or {})}

    @property
    def addresses(self) -> list[str]:
        return [node.address for node in self.nodes]

    async def __aenter__(self) -> "Cluster":
        try:
            for proxy in self.proxies:
                await proxy.open()
            if self.detour:
                await self.detour.open()
            for number in range(self._count):
                settings = {**self._settings, "engine.type": "redis", **self._redis_of(number),
                            **self.keeper.trust}
                self.nodes.append(Node(self._binary, f"node{number + 1}", settings, self._folder))
                self.nodes[-1].start()
            for node in self.nodes:
                await node.ready()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_) -> None:
        await self._end()

    def _redis_of(self, number: int) -> dict[str, str]:
        if self.sentinels:
            ports = (self.detour or self.sentinels).ports
            return {"redis.mode": "sentinel", "redis.master": NAME,
                    "redis.addresses": ",".join(f"127.0.0.1:{port}" for port in ports)}
        return self.keeper.names(self.proxies[number].port if self.proxies else None)

    async def stop_nodes(self) -> None:
        for node in self.nodes:
            await node.stop()

    async def _end(self) -> None:
        for node in self.nodes:
            node.kill()
        for proxy in self.proxies:
            await proxy.close()
        if self.detour:
            await self.detour.close()
        if self.sentinels:
            self.sentinels.stop()
        self.keeper.stop()


async def until(what: str, condition, seconds: float) -> None:
    """Asks until `await condition()` is true; ClusterError where it is not in time."""
    deadline = time.monotonic() + seconds
    while not await condition():
        if time.monotonic() > deadline:
            raise ClusterError(f"not within {seconds:g} s: {what}")
        await asyncio.sleep(0.05)
