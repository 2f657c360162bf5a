"""What members who do nothing cost Redis: the commands that it counts over several leases."""

from collections import Counter
from dataclasses import dataclass

from bench.cluster.crowd import Crowd
from bench.cluster.node_death import Returner, Tally
from bench.cluster.nodes import Nodes
from bench.cluster.outcome import Bar, Outcome, Setup
from bench.driver.result import Table, number

ABOUT = "idle members: commands that Redis gets for each node and lease"
PATIENCE = 60.0  # seconds
ROOMS = 10
NODES = 3
LEASES = ("evalsha",)
INSIDE = ("hget", "hset", "hgetall", "hdel", "pexpire", "time")  # what lease.lua runs, and one SPUBLISH
PROBE = 6  # commands of one call of probe.lua, with itself: HINCRBY, XADD, twice PEXPIRE, SPUBLISH


@dataclass(frozen=True)
class Size:
    """`members` are tried one number after the other; `lease` in seconds."""
    members: tuple[int, ...] = (30, 3000)
    lease: int = 2
    leases: int = 6


def run(setup: Setup, size: Size = Size()) -> Outcome:
    settings = {"presence.lease": f"{size.lease}s", "rooms.linger": "1h"}
    table = Table(["members", "leases' scripts", "commands inside them", "probes", "the link's pings", "others"])
    outcome = Outcome(ABOUT, table)
    with Nodes(setup.roomd, NODES, setup.folder, settings) as nodes, Crowd() as crowd:
        tally, there = Tally(), 0
        for members in size.members:
            setup.say(f"{members:,} members, {size.leases} leases of {size.lease} s")
            for at in range(there, members):
                member = Returner(f"member-{at:05}", f"room-{at % ROOMS:03}", 0, tally)
                crowd.connect([member], nodes.nodes[at % NODES].port)
            there = members
            crowd.until("all have joined", lambda: tally.joined >= there, PATIENCE)
            counted = _count(nodes, crowd, size)
            row = _row(counted, NODES * size.leases)
            table.rows.append([f"{members:,}", *map(number, row)])
    outcome.bars = [Bar("Idle presence: commands for a node and lease; probes aside", 1.1, row[0] + row[4])]
    outcome.remarks = [f"{NODES} nodes of one shard, {ROOMS} rooms in use on each; `presence.lease` {size.lease} s; "
                       "all figures are for one node and one lease",
                       "counted by INFO commandstats; a shard's probe and ping come by the clock and not by the lease: "
                       f"per node and {size.lease} s"]
    return outcome


def _count(nodes: Nodes, crowd: Crowd, size: Size) -> Counter[str]:
    """What Redis counts over the leases, once the joins' words are said."""
    crowd.run(size.lease)
    before = _commands(nodes)
    crowd.run(size.lease * size.leases)
    counted = _commands(nodes)
    counted.subtract(before)
    counted["info"] -= 1  # our own
    return counted


def _commands(nodes: Nodes) -> Counter[str]:
    stats = nodes.redis.client.info("commandstats")
    return Counter({name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()})


def _row(counted: Counter[str], leases: int) -> list[float]:
    probes = counted["hincrby"]
    scripts = sum(counted[name] for name in LEASES) - probes
    inside = scripts + sum(counted[name] for name in INSIDE) - 2 * probes
    pings = counted["info"] + counted["ping"]
    others = counted.total() - scripts - inside - PROBE * probes - pings
    return [each / leases for each in (scripts, inside, probes, pings, others)]
