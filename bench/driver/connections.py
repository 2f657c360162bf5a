"""Connections: what it costs to make one, and what an idle one holds."""

import time
from collections.abc import Mapping

from bench.driver.bench import FLOOR, Bench
from bench.driver.compare import Comparison
from bench.driver.result import Result, Table, number
from bench.driver.rig import Rig, Server
from bench.driver.slices import alternate
from bench.driver.stats import Figure, figure

AT_ONCE = 1000  # connections of one slice
WARM_UP = 500
PAUSE = 1.0  # seconds until memory is read: what a server gives back, it may
REPEATS = 3


def connect(bench: Bench) -> list[Result]:
    """Connect, upgrade, say hello, join: CPU of the server for each."""
    comparison = Comparison("connect", "Connecting: TCP, upgrade and join", "us", "µs a connection")
    for group in bench.groups(AT_ONCE):
        with Rig(bench) as rig:
            rig.start_all(group, WARM_UP, 1)
            rig.each(_drop, "dropping")
            comparison.add(alternate(rig, "connect", _connect, _per_connection, after=_drop), rig)
            comparison.finish(rig)
    return [comparison.result]


def _connect(server: Server, _: int) -> dict:
    return server.load("connect", members=AT_ONCE, rooms=1)


def _per_connection(cpu_ns: int, _: dict) -> dict[str, float]:
    return {"us": cpu_ns / AT_ONCE / 1000}


def _drop(server: Server) -> None:
    server.load("drop")
    server.settle()


def idle(bench: Bench) -> list[Result]:
    """Memory of connections that are in one room and silent; each server alone and fresh."""
    counts = [10_000] if bench.quick else [10_000, 15_000]
    result = Result("idle", "Idle memory: members of one room, bytes a connection",
                    Table(["server", *(f"at {count:,}" for count in counts), "quartiles", "KiB", "to the floor"]))
    measured: dict[str, list[Figure]] = {}
    for name in bench.servers:
        taken = [_hold(bench, name, counts, result) for _ in range(1 if bench.quick else REPEATS)]
        if all(taken):
            measured[name] = [figure(values) for values in zip(*taken)]
    for name in measured:
        _add_row(result, counts, bench.titles[name], name, measured)
    return [result]


def _hold(bench: Bench, name: str, counts: list[int], result: Result) -> list[float]:
    """Bytes a connection at each count; nothing where the server was lost."""
    def hold(server: Server) -> list[float]:
        time.sleep(PAUSE)
        empty, held, found = server.memory(), 0, []
        for count in counts:
            bench.say(f"idle: {name}, {count:,} connections")
            server.load("connect", members=count - held, rooms=1)
            held = count
            time.sleep(PAUSE)
            found.append((server.memory() - empty) / count)
        return found

    with Rig(bench) as rig:
        server = rig.start(name)
        found = rig.attempt(server, hold) if server else None
        rig.tell(result)
    return found or []


def _add_row(result: Result, counts: list[int], title: str, name: str, measured: Mapping[str, list[Figure]]) -> None:
    figures = measured[name]
    for count, each in zip(counts, figures):
        result.facts.setdefault(f"bytes at {count}", {})[name] = each.median
    first = figures[0]
    ratio = f"{first.median / measured[FLOOR][0].median:.1f}" if FLOOR in measured else ""
    result.table.rows.append([title, *(number(each.median) for each in figures),
                              f"{number(first.low)} to {number(first.high)}", f"{first.median / 1024:.2f}", ratio])
