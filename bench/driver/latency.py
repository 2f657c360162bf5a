"""Latency at a fixed rate: from before the publish to after the read, for every member."""

from bench.driver.bench import Bench
from bench.driver.compare import Comparison
from bench.driver.result import Result
from bench.driver.rig import Rig, Server
from bench.driver.slices import alternate, warm_up

MEMBERS = 500
RATE = 100  # a second
SLICE_MS = 1000


def latency(bench: Bench) -> list[Result]:
    comparison = Comparison("latency", f"Latency: {RATE} messages a second to {MEMBERS} members", "p99", "p99 ms",
                            {"p50": "p50 ms", "us": "µs a delivery"})
    for group in bench.groups(MEMBERS):
        with Rig(bench) as rig:
            rig.start_all(group, MEMBERS, 1)
            warm_up(rig)
            comparison.add(alternate(rig, "latency", _at_rate, _values), rig)
            comparison.finish(rig)
    comparison.result.remarks.append(f"each slice is {SLICE_MS / 1000:.0f} s; medians of the slices' p50 and p99")
    return [comparison.result]


def _at_rate(server: Server, _: int) -> dict:
    return server.load("rate", per_second=RATE, ms=SLICE_MS)


def _values(cpu_ns: int, answer: dict) -> dict[str, float]:
    return {"p50": answer["p50_us"] / 1000, "p99": answer["p99_us"] / 1000,
            "us": cpu_ns / answer["deliveries"] / 1000}
