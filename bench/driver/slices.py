"""Takes slices: one server works for a moment, and what it used is read before and after. Slices of all servers of a
rig alternate, so that each cycle has met the machine in one mood."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.driver import machine
from bench.driver.rig import Rig, Server
from bench.driver.series import FEW, Cycle, Series, Slice

OTHERS = 0.05  # share of a core that others may use
SLACK = 2 * machine.TICK_NS  # how exactly the kernel says what a core did
ATTEMPTS = 2  # for a slice that somebody disturbed
SLICE_MS = 200
WARM_UP_MS = 300  # programs on virtual machines compile what is hot

Action = Callable[[Server, int], dict]  # with the cycle's number; the load generator's answer
Values = Callable[[int, dict], Mapping[str, float]]  # from the CPU time in ns and the answer


@dataclass(frozen=True)
class Reading:
    """Clocks at one moment, in nanoseconds."""
    now: int
    server: int
    load: int
    busy: Mapping[int, int]

    @staticmethod
    def of(server: Server) -> "Reading":
        return Reading(time.monotonic_ns(), server.cpu_ns(), machine.cpu_ns([server.load.pid, os.getpid()]),
                       machine.busy_ns())


def disturbed(before: Reading, after: Reading) -> bool:
    """Whether others used more than OTHERS of a core."""
    most = OTHERS * (after.now - before.now) + SLACK
    ours = {machine.SERVER_CPU: after.server - before.server, machine.LOAD_CPU: after.load - before.load}
    return any(after.busy[cpu] - before.busy[cpu] - used > most for cpu, used in ours.items())


def take(rig: Rig, server: Server, act: Action, values: Values, number: int) -> Slice:
    """One slice; taken again where somebody disturbed it, a few times."""
    for _ in range(ATTEMPTS):
        near = rig.bench.distance.near()
        before = Reading.of(server)
        answer = act(server, number)
        after = Reading.of(server)
        taken = Slice((near, rig.bench.distance.near()), disturbed(before, after),
                      values(after.server - before.server, answer))
        if not taken.disturbed:
            break
    return taken


def alternate(rig: Rig, label: str, act: Action, values: Values, enough: Callable[[Series], bool] | None = None,
              after: Callable[[Server], None] = lambda server: None) -> Series:
    """Cycles until there are enough alike ones. `after` follows each slice and is not measured."""
    bench, series, started = rig.bench, Series(), time.monotonic()

    def done(so_far: Series) -> bool:
        late = time.monotonic() - started > bench.longest and len(so_far.cycles) >= FEW
        return late or len(so_far.best) >= bench.cycles or len(so_far.cycles) >= bench.most_cycles

    while rig.servers and not (enough or done)(series):
        count = len(series.cycles)
        bench.say(f"{label}: cycle {count + 1}, alike so far {len(series.best)} of {bench.cycles}")
        series.cycles.append(_cycle(rig, act, values, after, count))
    return series


def _cycle(rig: Rig, act: Action, values: Values, after: Callable[[Server], None], number: int) -> Cycle:
    """Each cycle begins with another server."""
    def measure(server: Server) -> Slice:
        taken = take(rig, server, act, values, number)
        after(server)
        return taken

    slices = {}
    servers = list(rig.servers.values())
    for server in servers[number % len(servers):] + servers[:number % len(servers)]:
        if (taken := rig.attempt(server, measure)) is not None:
            slices[server.name] = taken
    return Cycle({name: slices[name] for name in rig.servers})


def fan_out(window: int, burst: int, ms: int = SLICE_MS) -> Action:
    """As many deliveries as go through in a slice."""
    return lambda server, number: server.load("fan_out", window=window, burst=burst, ms=ms, seed=number + 1)


def per_delivery(cpu_ns: int, answer: dict) -> dict[str, float]:
    """Microseconds of CPU for a delivery, and deliveries a second."""
    return {"us": cpu_ns / answer["deliveries"] / 1000, "per_second": answer["deliveries"] / answer["ns"] * 1e9}


def warm_up(rig: Rig, window: int = 1, burst: int = 1) -> None:
    rig.each(lambda server: fan_out(window, burst, WARM_UP_MS)(server, 0), "warming up")
