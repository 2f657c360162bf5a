"""The scenarios by name, in the order of the report."""

from collections.abc import Callable
from dataclasses import dataclass

from bench.driver import connections, fan_out, growth, latency, sends, slow_readers, storm
from bench.driver.bench import Bench
from bench.driver.result import Result


@dataclass(frozen=True)
class Scenario:
    """`quick`: also part of the short run."""
    about: str
    run: Callable[[Bench], list[Result]]
    quick: bool = False


SCENARIOS = {
    "fanout-1000": Scenario("1 room × 1,000: one in flight, 32 in flight, bursts of 10", fan_out.one_thousand, True),
    "fanout-10000": Scenario("1 room × 10,000: one in flight, 32 in flight", fan_out.ten_thousand),
    "rooms": Scenario("1,000 rooms × 10, random rooms", fan_out.rooms, True),
    "growth": Scenario("1 room × 10 to 10,000, one in flight", growth.growth),
    "sends": Scenario("system calls for each delivery (strace)", sends.sends),
    "latency": Scenario("100 messages a second to 500 members", latency.latency),
    "connect": Scenario("CPU for each connection that is made", connections.connect, True),
    "idle": Scenario("memory of idle connections", connections.idle, True),
    "storm": Scenario("2,000 come back, 1,000 messages behind; one alone", storm.catch_up, True),
    "slow": Scenario("100 of 1,000 stop reading", slow_readers.slow_readers),
}
