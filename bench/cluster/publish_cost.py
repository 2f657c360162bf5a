"""What a publish costs Redis, to the least that could be called one: a script of INCR, XADD and PUBLISH.

Publishes without a key and with one, as a node sends them that foresees the number of its message. Beside the bars, in
fewer rounds: by a node that does not foresee it, since others publish in the room at that moment, and with a key where so
many were published that there is an older half of the window too. Alternating runs over one connection; counted is the
processor time of Redis' own thread.
"""

import random

from bench.cluster.outcome import Bar, Outcome, Setup
from bench.driver.result import Table, number
from bench.driver.stats import figure, ratios
from measure import ONE_RUN, Link, Publisher
from rooms import Settings
from servers import Server

ABOUT = "Redis' processor time for a publish, to a bare script of INCR, XADD and PUBLISH"
ROUNDS = 31
AROUND = 72  # bytes that a stored message has beside its data
SIZES = (128, 1024, 4096)  # of the data
IN_FLIGHT = (16, 1)
BARE, PUBLISH, KEYED, UNSURE, KEYED_UNSURE, TURNED = "bare", "publish", "keyed", "unsure", "keyed, unsure", "turned"
# What is published, whether its number is foreseen, and the room's settings. The last one's window turns every 1,040 keys.
WAYS = {BARE: ("bare", True, Settings()), PUBLISH: ("publish", True, Settings()), KEYED: ("keyed", True, Settings()),
        UNSURE: ("publish", False, Settings()), KEYED_UNSURE: ("keyed", False, Settings()),
        TURNED: ("keyed", True, Settings(key_age=0))}
MOST = 1.5


def run(setup: Setup, rounds: int = ROUNDS) -> Outcome:
    table = Table(["data", "in flight", "bare µs", "publish µs", "to bare", "quartiles", "with a key µs", "to bare",
                   "quartiles", "not foreseen", "and with a key", "window turned"])
    outcome = Outcome(ABOUT, table)
    server = Server()
    try:
        version = server.client.info("server")["redis_version"]
        for in_flight in IN_FLIGHT:
            for size in SIZES:
                setup.say(f"{size:,} bytes, {in_flight} in flight")
                used = _measure(server, rounds, (BARE, PUBLISH, KEYED), in_flight, size)
                beside = _measure(server, (rounds + 2) // 3, (BARE, UNSURE, KEYED_UNSURE, TURNED), in_flight, size)
                _add(outcome, used, beside, size, in_flight)
    finally:
        server.stop()
    outcome.remarks = [f"Redis {version}; {rounds} rounds of {ONE_RUN:,} publishes of each kind; medians, and medians "
                       "of the rounds' ratios; no subscribers",
                       "the bare script knows no keys, no bounds and no epochs, and never drops a message",
                       "not foreseen, window turned: to bare too, in a third of the rounds"]
    return outcome


def _measure(server: Server, rounds: int, kinds: tuple[str, ...], in_flight: int, size: int) -> dict[str, list[float]]:
    """Microseconds a publish; the same place is the same round."""
    used: dict[str, list[float]] = {kind: [] for kind in kinds}
    link = Link(server.port)
    for _ in range(rounds):
        for kind in random.sample(kinds, len(kinds)):
            server.client.flushall()
            way, sure, settings = WAYS[kind]
            publisher = Publisher(server.client, way, size + AROUND, sure, settings)
            commands = [publisher.next() for _ in range(2 * ONE_RUN)]
            link.run(commands[:ONE_RUN], in_flight, [])
            before = server.cpu()
            link.run(commands[ONE_RUN:], in_flight, [])
            used[kind].append((server.cpu() - before) / ONE_RUN * 1e6)
    link.socket.close()
    return used


def _add(outcome: Outcome, used: dict[str, list[float]], beside: dict[str, list[float]], size: int,
         in_flight: int) -> None:
    row = [f"{size:,} bytes", str(in_flight), number(figure(used[BARE]).median)]
    for kind in (PUBLISH, KEYED):
        ratio = figure(ratios(used[kind], used[BARE]))
        row += [number(figure(used[kind]).median), number(ratio.median), f"{number(ratio.low)} to {number(ratio.high)}"]
        with_key = ", with a key" if kind == KEYED else ""
        text = f"Redis' CPU for a publish of {size:,} bytes{with_key}, {in_flight} in flight: to bare"
        outcome.bars.append(Bar(text, MOST, ratio.median, "×"))
    row += [number(figure(ratios(beside[kind], beside[BARE])).median) for kind in (UNSURE, KEYED_UNSURE, TURNED)]
    outcome.table.rows.append(row)
