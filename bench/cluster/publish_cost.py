"""What a publish costs Redis, to the least that could be called one: a script of INCR, XADD and PUBLISH.

A publish with a key is compared with that script too, as the bar has it, and with one that also remembers a key, since
that alone takes a good part of what the bar allows. Alternating runs over one connection; counted is the processor time
of Redis' own thread.
"""

import random

from bench.cluster.outcome import Bar, Outcome, Setup
from bench.driver.result import Table, number
from bench.driver.stats import figure, ratios
from measure import BARE, ONE_RUN, Link, Publisher, command
from servers import Server

ABOUT = "Redis' processor time for a publish, to a bare script of INCR, XADD and PUBLISH"
ROUNDS = 31
AROUND = 72  # bytes that a stored message has beside its data
SIZES = (128, 1024, 4096)  # of the data
IN_FLIGHT = (16, 1)
PLAIN, PLAIN_KEYED, PUBLISH, KEYED = "bare", "bare with a key", "publish", "keyed"
MOST = 1.5
REMEMBER = "redis.call('HSETNX', KEYS[4], ARGV[2], n)\n"


class BarePublisher(Publisher):
    """With a key: the script remembers it as well."""

    def __init__(self, client, size: int):
        super().__init__(client, PLAIN, size)
        first, rest = BARE.split("\n", 1)
        self.sha = client.script_load(f"{first}\n{REMEMBER}{rest}")

    def next(self) -> bytes:
        self.count += 1
        record, log, keys, _ = self.room.keys
        return command("EVALSHA", self.sha, 4, record + ":n", log, record, keys, self.payload, f"key-{self.count:012d}")


def run(setup: Setup, rounds: int = ROUNDS) -> Outcome:
    table = Table(["data", "in flight", "bare µs", "publish µs", "to bare", "quartiles", "with a key µs", "to bare",
                   "quartiles", "to bare with a key", "quartiles"])
    outcome = Outcome(ABOUT, table)
    server = Server()
    try:
        version = server.client.info("server")["redis_version"]
        for in_flight in IN_FLIGHT:
            for size in SIZES:
                setup.say(f"{size:,} bytes, {in_flight} in flight")
                used = _measure(server, rounds, in_flight, size + AROUND)
                _add(outcome, used, size, in_flight)
    finally:
        server.stop()
    outcome.remarks = [f"Redis {version}; {rounds} rounds of {ONE_RUN:,} publishes of each kind; medians, and medians "
                       "of the rounds' ratios; no subscribers",
                       "the bare script knows no keys, no bounds and no epochs, and never drops a message; bare with a "
                       "key: the same with one HSETNX"]
    return outcome


def _measure(server: Server, rounds: int, in_flight: int, size: int) -> dict[str, list[float]]:
    """Microseconds a publish; the same place is the same round."""
    kinds = [PLAIN, PLAIN_KEYED, PUBLISH, KEYED]
    used: dict[str, list[float]] = {kind: [] for kind in kinds}
    link = Link(server.port)
    for _ in range(rounds):
        for kind in random.sample(kinds, len(kinds)):
            server.client.flushall()
            publisher = (BarePublisher(server.client, size) if kind == PLAIN_KEYED
                         else Publisher(server.client, kind, size))
            commands = [publisher.next() for _ in range(2 * ONE_RUN)]
            link.run(commands[:ONE_RUN], in_flight, [])
            before = server.cpu()
            link.run(commands[ONE_RUN:], in_flight, [])
            used[kind].append((server.cpu() - before) / ONE_RUN * 1e6)
    link.socket.close()
    return used


def _add(outcome: Outcome, used: dict[str, list[float]], size: int, in_flight: int) -> None:
    row = [f"{size:,} bytes", str(in_flight), number(figure(used[PLAIN]).median)]
    for kind, to in ((PUBLISH, PLAIN), (KEYED, PLAIN), (KEYED, PLAIN_KEYED)):
        ratio = figure(ratios(used[kind], used[to]))
        row += [number(figure(used[kind]).median)] if to == PLAIN else []
        row += [number(ratio.median), f"{number(ratio.low)} to {number(ratio.high)}"]
        if to == PLAIN:
            with_key = ", with a key" if kind == KEYED else ""
            text = f"Redis' CPU for a publish of {size:,} bytes{with_key}, {in_flight} in flight: to bare"
            outcome.bars.append(Bar(text, MOST, ratio.median, "×"))
    outcome.table.rows.append(row)
