"""What was aimed at, held against what was measured."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.driver.bench import FLOOR, FLOOR_TURN, ROOMD
from bench.driver.result import Result, Table, number

Results = Mapping[str, Result]
Measured = Callable[[Results], float]  # raises KeyError or ValueError where it was not measured
KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True)
class Bar:
    """Met where what was measured is at most `most`."""
    text: str
    most: float
    measured: Measured
    unit: str = "×"


def fact(result: str, measure: str, server: str = ROOMD, scale: float = 1.0) -> Measured:
    return lambda results: results[result].facts[measure][server] / scale


def worst_peer(result: str) -> Measured:
    """roomd's highest ratio to any peer, the floors aside."""
    def measured(results: Results) -> float:
        ratios = results[result].facts["roomd to"]
        return max(ratio for server, ratio in ratios.items() if server not in (FLOOR, FLOOR_TURN, ROOMD))
    return measured


def growth(results: Results) -> float:
    """How roomd's cost grows with the members, to how the floor's does."""
    first, last = (results["growth"].facts[f"us at {members}"] for members in (10, 10_000))
    return (last[ROOMD] / first[ROOMD]) / (last[FLOOR] / first[FLOOR])


def _fan_out(text: str, result: str, to: str, most: float) -> Bar:
    return Bar(f"{text}: CPU a delivery, to {to}", most, fact(result, "roomd to", to))


BARS = [
    _fan_out("1 × 1,000, one in flight", "fanout-1000-w1", FLOOR, 1.10),
    Bar("1 × 1,000, one in flight: CPU a delivery, to every peer", 1.0, worst_peer("fanout-1000-w1")),
    _fan_out("1 × 1,000, 32 in flight", "fanout-1000-w32", FLOOR_TURN, 1.25),
    _fan_out("1 × 1,000, 32 in flight", "fanout-1000-w32", "uwebsockets", 1.15),
    _fan_out("1 × 1,000, bursts of 10", "fanout-1000-burst10", FLOOR_TURN, 1.25),
    _fan_out("1 × 1,000, bursts of 10", "fanout-1000-burst10", "uwebsockets", 1.15),
    Bar("1 × 1,000, 32 in flight: sends a delivery, to uwebsockets", 1.20, fact("sends", "roomd to", "uwebsockets")),
    _fan_out("1 × 10,000, one in flight", "fanout-10000-w1", "uwebsockets", 1.10),
    _fan_out("1 × 10,000, 32 in flight", "fanout-10000-w32", "uwebsockets", 1.10),
    _fan_out("1,000 × 10, random rooms", "rooms-w1", FLOOR, 1.25),
    Bar("10 to 10,000 members: growth of the cost, to the floor's growth", 1.0, growth),
    Bar("Idle memory at 10,000", 5.0, fact("idle", "bytes at 10000", scale=KIB), "KiB a connection"),
    Bar("Idle memory at 15,000", 5.0, fact("idle", "bytes at 15000", scale=KIB), "KiB a connection"),
    # 25 µs on the machine where the floor takes 7.4 (Debian 12, two virtual cores).
    Bar("Connecting, hello and join: CPU, to floor", 3.38, fact("connect", "to floor")),
    Bar("Latency p99, to the best peer", 1.2, worst_peer("latency")),
    Bar("Storm: messages lost or repeated", 0, fact("storm", "lost"), ""),
    Bar("Nine of ten storms: the others' p99, to calm", 2.0, fact("storm", "p99 to calm")),
    Bar("Nine of ten storms: the others' p99, to the floor's in turns", 1.5, fact("storm", "p99 to floor")),
    Bar("Nine of ten storms: time, to the floor's in turns", 1.5, fact("storm", "time to floor in turns")),
    Bar("Nine of ten storms, same room: the others' p99, to calm", 2.0, fact("storm-same-room", "p99 to calm")),
    Bar("Nine of ten storms, same room: p99, to the floor's in turns", 1.5, fact("storm-same-room", "p99 to floor")),
    Bar("Nine of ten storms, same room: time, to the floor's in turns", 1.5,
        fact("storm-same-room", "time to floor in turns")),
    Bar("Storm: time, to a floor's that lets them wait (median)", 1.5, fact("storm", "time to floor at once")),
    Bar("Storm: growth of memory", 500, fact("storm", "memory", scale=MIB), "MiB"),
    Bar("One client alone, 1,000 behind: CPU", 5.0, fact("storm-alone", "ms"), "ms"),
    Bar("100 of 1,000 read slowly: throughput lost", 5.0, fact("slow", "throughput lost"), "%"),
    Bar("100 of 1,000 read slowly: CPU a delivery more", 5.0, fact("slow", "cpu more"), "%"),
    Bar("100 of 1,000 read slowly: memory more", 25.0, fact("slow", "memory", scale=MIB), "MiB"),
    Bar("Slow readers: messages lost or repeated when they read on", 0, fact("slow", "lost"), ""),
    Bar("Who never reads on: not closed with 4006 in two write time-outs", 0, fact("slow", "left open"), ""),
]


HEADINGS = ["bar", "at most", "measured", "met"]


def row(text: str, most: float, value: float | None, unit: str) -> list[str]:
    """Of a table with these headings; None: it was not measured."""
    at_most = f"{most:g} {unit}".strip()
    if value is None:
        return [text, at_most, "not measured", ""]
    return [text, at_most, f"{number(value)} {unit}".strip(), "yes" if value <= most else "**no**"]


def table(results: Results) -> Table:
    """One row for each bar; those that were not measured say so."""
    out = Table(HEADINGS)
    for bar in BARS:
        try:
            value = bar.measured(results)
        except (KeyError, ValueError):
            value = None
        out.rows.append(row(bar.text, bar.most, value, bar.unit))
    return out
