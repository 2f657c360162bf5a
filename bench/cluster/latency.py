"""How much later a message is there on another node.

One message is under way at a time, from before it is sent until it was received, by one client that waits in the
kernel: from node to node, on one node, on one node that keeps its rooms in its own memory, and, as what Redis itself
takes, from a bare SPUBLISH to its subscriber. Slices of all four alternate; compared are their medians, within one
cycle. Cycles in which others used the cores do not count, as long as there are enough without.
"""

import json
import os
import random
import socket
import statistics
import time
from collections.abc import Callable
from contextlib import ExitStack

from bench.cluster.line import Line
from bench.cluster.nodes import ALWAYS, Nodes, pid_of
from bench.cluster.outcome import Bar, Outcome, Setup
from bench.cluster.websocket import text_frame
from bench.driver import machine
from bench.driver.machine import LOAD_CPU, SERVER_CPU
from bench.driver.result import Table, number
from bench.driver.series import Cycle, Series, Slice
from bench.driver.slices import Reading, disturbed
from bench.driver.stats import figure
from measure import command

ABOUT = "latency of a message from node to node, to one node and to Redis alone"
CYCLES, MOST_CYCLES, WARM_UP = 15, 60, 2
SLICE = 0.2  # seconds
DATA = "x" * 126
ACROSS, SAME, MEMORY, BARE = "from node to node", "on one node", "on one node without Redis", "bare SPUBLISH"
PATIENCE = 120.0  # seconds

Path = Callable[[], int]  # sends one message and returns its nanoseconds


def run(setup: Setup, cycles: int = CYCLES) -> Outcome:
    """Servers on one core, the client on the other, where there are two."""
    allowed = os.sched_getaffinity(0)
    pinned = {SERVER_CPU, LOAD_CPU} <= allowed
    with ExitStack() as stack:
        nodes = stack.enter_context(Nodes(setup.roomd, 2, setup.folder, pin=SERVER_CPU if pinned else None))
        alone = nodes.start("alone", ALWAYS)
        first, second = (node.port for node in nodes.nodes[:2])
        paths = {ACROSS: _messages(stack, "across", first, second), SAME: _messages(stack, "same", first, first),
                 MEMORY: _messages(stack, "alone", alone.port, alone.port), BARE: _bare(stack, nodes.redis.port)}
        if pinned:
            stack.callback(os.sched_setaffinity, 0, allowed)
            os.sched_setaffinity(0, {LOAD_CPU})
        servers = [pid_of(node) for node in nodes.nodes] + [nodes.redis.process.pid]
        return _outcome(_alternate(setup, paths, servers if pinned else [], cycles), pinned)


def _messages(stack: ExitStack, room: str, from_port: int, to_port: int) -> Path:
    publisher, receiver = (stack.enter_context(Line(port, "someone")) for port in (from_port, to_port))
    receiver.ask("join", room=room)
    frame = text_frame(json.dumps({"id": 1, "publish": {"room": room, "event": "say", "data": DATA}}))

    def one() -> int:
        began = time.perf_counter_ns()
        publisher.socket.sendall(frame)
        receiver.next()
        took = time.perf_counter_ns() - began
        publisher.next()  # its acknowledgement
        return took
    return one


def _bare(stack: ExitStack, port: int) -> Path:
    publisher, subscriber = (stack.enter_context(socket.create_connection(("127.0.0.1", port), PATIENCE))
                             for _ in range(2))
    subscriber.sendall(command("SSUBSCRIBE", "bare"))
    subscriber.recv(1000)
    words = command("SPUBLISH", "bare", DATA)

    def one() -> int:
        began = time.perf_counter_ns()
        publisher.sendall(words)
        message = subscriber.recv(1000)
        while not message.endswith(b"x\r\n"):
            message += subscriber.recv(1000)
        took = time.perf_counter_ns() - began
        publisher.recv(1000)  # how many have received it
        return took
    return one


def _alternate(setup: Setup, paths: dict[str, Path], servers: list[int], cycles: int) -> Series:
    series = Series()
    for _ in range(WARM_UP):
        _cycle(paths, servers)
    while len(series.best) < cycles and len(series.cycles) < MOST_CYCLES:
        if len(series.cycles) % 10 == 0:
            setup.say(f"cycle {len(series.cycles) + 1}, undisturbed so far {len(series.best)} of {cycles}")
        series.cycles.append(_cycle(paths, servers))
    return series


def _cycle(paths: dict[str, Path], servers: list[int]) -> Cycle:
    return Cycle({name: _slice(paths[name], servers) for name in random.sample(list(paths), len(paths))})


def _slice(path: Path, servers: list[int]) -> Slice:
    """The median of as many messages as there is time for. Where the cores are is not probed."""
    before, took = _reading(servers), []
    while time.monotonic_ns() - before.now < SLICE * 1e9:
        took.append(path())
    after = _reading(servers)
    return Slice((True, True), bool(servers) and disturbed(before, after), {"us": statistics.median(took) / 1000})


def _reading(servers: list[int]) -> Reading:
    return Reading(time.monotonic_ns(), machine.cpu_ns(servers), machine.cpu_ns([os.getpid()]), machine.busy_ns())


def _outcome(series: Series, pinned: bool) -> Outcome:
    outcome = Outcome(ABOUT, Table(["path", "median µs", "quartiles", "to bare"]))
    for name in (ACROSS, SAME, MEMORY, BARE):
        of = series.figure(name, "us")
        outcome.table.rows.append([name, number(of.median), f"{number(of.low)} to {number(of.high)}",
                                   number(series.ratio(name, BARE, "us"))])
    bare = series.values(BARE, "us")
    for over in (SAME, MEMORY):
        added = figure([(across - same) / once for across, same, once
                        in zip(series.values(ACROSS, "us"), series.values(over, "us"), bare)]).median
        outcome.table.rows.append([f"added from node to node, over {over}", "", "", number(added)])
        if over == SAME:
            outcome.bars = [Bar("Latency added from node to node, over one node: to a bare round", 2, added, "×")]
    undisturbed = len([cycle for cycle in series.chosen if cycle.clean])
    outcome.remarks = [f"{len(bare)} cycles of slices of {1000 * SLICE:.0f} ms, others used the cores in "
                       f"{len(bare) - undisturbed} of them; one message under way; medians of the slices' medians, and "
                       "of the cycles' ratios",
                       "servers on one core, the client on the other" if pinned else "cores as the kernel chose them",
                       "on one node a message goes through Redis too: its subscribers hear it from the channel"]
    return outcome
