"""Slow readers: two roomd side by side, one where everybody reads and one where a tenth stops reading. The others must
not notice; those who read on later must find everything; those who never do are closed."""

import time
import urllib.request

from bench.driver.bench import ROOMD, Bench
from bench.driver.result import Result, Table, number
from bench.driver.rig import Rig, Server
from bench.driver.series import Series
from bench.driver.slices import alternate, fan_out, per_delivery, warm_up

MEMBERS, SLOW, READ_ON, WINDOW = 1000, 100, 50, 32
SECONDS, QUICK_SECONDS = 30, 8
FILL = 30  # seconds at most until those who do not read have fallen behind: the kernel takes some MiB for each
GRACE = 15  # seconds by which the write time-out is longer than the traffic: who reads on must still be there
SLACK = 5
ALL, SOME = "all read", "some are slow"
MIB = 1024 * 1024
SLOW_CONSUMER = 'roomd_closes_total{code="4006"}'


def slow_readers(bench: Bench) -> list[Result]:
    if ROOMD not in bench.servers:
        return []
    result = Result("slow", f"Slow readers: 1 room × {MEMBERS:,}, {WINDOW} in flight; {SLOW} of them stop reading",
                    Table(["", "µs a delivery", "quartiles", "deliveries/s", "memory MiB"]))
    with Rig(bench) as rig:
        seconds = QUICK_SECONDS if bench.quick else SECONDS
        _start(rig, seconds)
        rig.each(_connect, "connecting")
        if len(rig.servers) == 2:
            rig.attempt(rig.servers[SOME], lambda server: _measure(rig, server, seconds, result))
        rig.tell(result)
    return [result]


def _start(rig: Rig, seconds: int) -> None:
    settings = {"session.write_timeout": f"{seconds + GRACE}s", "rooms.history_size": "5000000",
                "rooms.history_bytes": "4GiB", "engine.memory_bytes": "8GiB"}
    for name in (ALL, SOME):
        rig.start(ROOMD, name, settings)


def _connect(server: Server) -> None:
    if server.name == ALL:
        server.load("connect", members=MEMBERS, rooms=1)
    else:
        server.load("connect", members=MEMBERS - SLOW, rooms=1)
        server.load("slow", count=SLOW)


def _measure(rig: Rig, some: Server, seconds: int, result: Result) -> None:
    """Traffic, then half of the slow ones read on, then the end of those who never do."""
    warm_up(rig, WINDOW)
    before = {name: server.memory() for name, server in rig.servers.items()}
    counted = {name: -_metric(server, "roomd_messages_in_total") for name, server in rig.servers.items()}
    _stall(rig, some, result)
    stuck = time.monotonic()
    series = alternate(rig, "slow readers", fan_out(WINDOW, 1), per_delivery,
                       enough=lambda _: time.monotonic() - stuck > seconds)
    grown = {name: server.memory() - before[name] for name, server in rig.servers.items()}
    counted = {name: counted[name] + _metric(server, "roomd_messages_in_total")
               for name, server in rig.servers.items()}
    # The history grows with every message in both alike; what is more in one of them is held for slow readers.
    more = grown[SOME] - grown[ALL] * counted[SOME] / counted[ALL]
    _compare(result, series, grown, more)
    _read_on(rig, some, result)
    _await_closes(rig, some, result, stuck, seconds + GRACE)


def _stall(rig: Rig, some: Server, result: Result) -> None:
    """They stop reading, and traffic goes on until roomd feels it."""
    before = _metric(some, "roomd_catch_ups_total")
    some.load("stall")
    until, behind = time.monotonic() + FILL, 0
    while behind < SLOW and time.monotonic() < until:
        rig.bench.say(f"slow readers: {behind} of {SLOW} behind")
        fan_out(WINDOW, 1)(some, 0)
        behind = _metric(some, "roomd_catch_ups_total") - before
    result.remarks.append(f"{behind} of {SLOW} had fallen behind when the measuring began")


def _compare(result: Result, series: Series, grown: dict[str, int], more: float) -> None:
    for name in (ALL, SOME):
        us = series.figure(name, "us")
        result.table.rows.append([name, number(us.median), f"{number(us.low)} to {number(us.high)}",
                                  number(series.figure(name, "per_second").median), number(grown[name] / MIB)])
    throughput, cpu = series.ratio(SOME, ALL, "per_second"), series.ratio(SOME, ALL, "us")
    result.facts = {"throughput lost": {ROOMD: 100 * (1 - throughput)}, "cpu more": {ROOMD: 100 * (cpu - 1)},
                    "memory": {ROOMD: more}}
    result.remarks += [series.remark, f"deliveries to those who read: {throughput:.3f} of the throughput, "
                                      f"{cpu:.3f} of the CPU a delivery (medians of the cycles' ratios)",
                       f"held for {SLOW} slow readers, history not counted: {more / MIB:.1f} MiB"]


def _read_on(rig: Rig, some: Server, result: Result) -> None:
    rig.bench.say(f"slow readers: {READ_ON} read on")
    answer = some.load("read_on", count=READ_ON)
    lost = answer["gaps"] + answer["repeats"] + answer["closed"]
    result.facts["lost"] = {ROOMD: lost}
    result.remarks.append(f"{READ_ON} read on and had everything after {answer['ns'] / 1e9:.1f} s: {answer['gaps']} "
                          f"messages lost, {answer['repeats']} repeated, {answer['closed']} connections closed")
    if lost:
        result.failures.append(f"slow readers: {lost} messages lost, repeated or connections closed")


def _await_closes(rig: Rig, some: Server, result: Result, stuck: float, write_timeout: int) -> None:
    """roomd decides after the write time-out, counts the close when its frame was read, or not for as long again."""
    expected, until = SLOW - READ_ON, stuck + 2 * write_timeout + SLACK
    while (closed := _metric(some, SLOW_CONSUMER)) < expected and time.monotonic() < until:
        rig.bench.say(f"slow readers: {closed} of {expected} closed, {until - time.monotonic():.0f} s left")
        time.sleep(0.5)
    result.facts["left open"] = {ROOMD: abs(expected - closed)}
    result.remarks.append(f"{closed} of the {expected} who never read on were closed with 4006, "
                          f"{time.monotonic() - stuck:.0f} s after they were stuck (write time-out {write_timeout} s, "
                          f"and as long again for the close frame to be read)")


def _metric(server: Server, name: str) -> int:
    """A value from roomd's own account; 0: not there yet."""
    where = server.peer.dialect
    with urllib.request.urlopen(f"http://{where['host']}:{where['port']}/metrics", timeout=10) as answer:
        lines = (line.rsplit(" ", 1) for line in answer.read().decode().splitlines() if not line.startswith("#"))
    return next((int(float(value)) for key, value in lines if key == name), 0)
