"""Fan-out: what the server's CPU needs for one delivery, in one big room and in many small ones."""

from bench.driver.bench import Bench
from bench.driver.compare import Comparison
from bench.driver.result import Result
from bench.driver.rig import Rig
from bench.driver.slices import alternate, fan_out, per_delivery, warm_up

# Name, publishes in flight, publishes in one system call, and how to say it.
ONE, MANY, BURST = ("w1", 1, 1, "one in flight"), ("w32", 32, 1, "32 in flight"), ("burst10", 10, 10, "bursts of 10")


def one_thousand(bench: Bench) -> list[Result]:
    return _measure(bench, "fanout-1000", 1000, 1, [ONE, MANY, BURST])


def ten_thousand(bench: Bench) -> list[Result]:
    return _measure(bench, "fanout-10000", 10_000, 1, [ONE, MANY])


def rooms(bench: Bench) -> list[Result]:
    return _measure(bench, "rooms", 10_000, 1000, [("w1", 1, 1, "random rooms, one in flight")])


def _measure(bench: Bench, name: str, members: int, room_count: int, variants: list[tuple]) -> list[Result]:
    shape = f"{room_count:,} room{'s' if room_count > 1 else ''} × {members // room_count:,}"
    all_of = [Comparison(f"{name}-{short}", f"Fan-out: {shape}, {text}", "us", "µs a delivery",
                         {"per_second": "deliveries/s"}) for short, _, _, text in variants]
    for group in bench.groups(members):
        with Rig(bench) as rig:
            rig.start_all(group, members, room_count)
            for comparison, (short, window, burst, _) in zip(all_of, variants):
                warm_up(rig, window, burst)
                comparison.add(alternate(rig, f"{name} {short}", fan_out(window, burst), per_delivery), rig)
                comparison.finish(rig)
    return [comparison.result for comparison in all_of]
