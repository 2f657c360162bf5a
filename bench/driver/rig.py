"""The servers of one scenario, all up at once, each with a load generator of its own."""

import contextlib
import itertools
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench import peers
from bench.driver import machine
from bench.driver.bench import FLOOR, PROGRAMS, ROOMD, ROOT, Bench
from bench.driver.load import Load, LoadError
from bench.driver.result import Result

SETTLED_NS = 1_000_000  # a server that used no more CPU time than this within QUIET has nothing left to do
QUIET = 0.05  # seconds
PATIENCE = 5.0


class ScenarioError(Exception):
    """The scenario cannot go on: what it compares with is gone."""


@dataclass
class Server:
    """`name` is unique in the rig; `recipe` is the peer's name."""
    name: str
    recipe: str
    peer: peers.Peer
    load: Load
    pids: list[int]

    def cpu_ns(self) -> int:
        return machine.cpu_ns(self.pids)

    def memory(self) -> int:
        return machine.memory(self.pids)

    def settle(self) -> None:
        """Returns when the server has nothing left to do."""
        until = time.monotonic() + PATIENCE
        before = self.cpu_ns()
        while time.monotonic() < until:
            time.sleep(QUIET)
            now = self.cpu_ns()
            if now - before < SETTLED_NS:
                return
            before = now

    def stop(self) -> None:
        self.load.stop()
        self.peer.stop()


class Rig:
    """A context manager: what it started has ended when it is left. A server that fails is lost and the others go on;
    roomd's losses are failures, and without the floor nothing can go on."""

    def __init__(self, bench: Bench):
        self.bench = bench
        self.servers: dict[str, Server] = {}
        self.remarks: list[str] = []
        self.failures: list[str] = []
        self._folders = itertools.count()
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> "Rig":
        return self

    def __exit__(self, *_) -> None:
        self._stack.close()

    def start(self, recipe: str, name: str = "", settings: Mapping[str, str] | None = None) -> Server | None:
        """Starts a server and its load generator; None where that fails."""
        name = name or recipe
        self.bench.say(f"starting {name}")
        folder = self.bench.workdir / f"{name}-{next(self._folders)}-{id(self)}"
        try:
            peer = peers.start(recipe, free_port(), machine.SERVER_CPU, ROOT, folder, settings)
        except peers.PeerError as problem:
            self._lost(recipe, name, str(problem))
            return None
        self._stack.callback(peer.stop)
        load = Load(PROGRAMS / "bench_load", peer.dialect)
        self._stack.callback(load.stop)
        self.bench.titles[recipe] = peer.title
        self.servers[name] = Server(name, recipe, peer, load, peer.pids())
        return self.servers[name]

    def start_all(self, names: list[str], members: int, rooms: int) -> None:
        """Starts them and connects so many members to each."""
        for name in names:
            self.start(name)
        self.each(lambda server: server.load("connect", members=members, rooms=rooms),
                  f"connecting {members:,} members")

    def each(self, action: Callable[[Server], object], what: str) -> None:
        """Does the same with all servers."""
        for server in list(self.servers.values()):
            self.bench.say(f"{what}: {server.name}")
            self.attempt(server, action)

    def attempt(self, server: Server, action: Callable[[Server], object]) -> object | None:
        """What the action returns; None where the server was lost at it."""
        try:
            return action(server)
        except LoadError as problem:
            self._lost(server.recipe, server.name, str(problem))
            self.servers.pop(server.name).stop()
            return None

    def tell(self, result: Result) -> None:
        """Hands over what was lost, once."""
        result.remarks += self.remarks
        result.failures += self.failures
        self.remarks, self.failures = [], []

    def _lost(self, recipe: str, name: str, why: str) -> None:
        line = f"{name}: {why}"
        self.bench.note(f"   lost {line}")
        (self.failures if recipe == ROOMD else self.remarks).append(line)
        if recipe == FLOOR:
            raise ScenarioError(line)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
