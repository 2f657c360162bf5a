"""One run: a cluster, its members, a fault, and whether the history that came of it is sound."""

import asyncio
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from checker import AT_ANY_TIME, RULES, check
from cluster import Cluster, ClusterError
from faults import Fault
from history import History
from load import Size
from rest import come_to_rest, everybody_is_in
from violation import Violation

SHOWN = 5  # violations that were wanted
BEFORE = 0.25  # of the time of the load, until the fault strikes


@dataclass(frozen=True)
class Plan:
    """`seconds`: how long the members act; a fault that lasts longer prolongs it."""
    binary: Path
    seconds: float
    seed: int
    nodes: int = 3
    size: Size = field(default_factory=Size)


@dataclass
class Outcome:
    """`problems`: all that is wrong. `broken`: seconds from the fault's blow until it was mended."""
    history: History = field(default_factory=History)
    problems: list[str] = field(default_factory=list)
    broken: float = 0


def run(plan: Plan, fault: Fault, folder: Path) -> Outcome:
    """`folder` gets the nodes' logs and the history."""
    outcome = Outcome()
    history, problems = outcome.history, outcome.problems
    try:
        asyncio.run(_run(plan, fault, outcome, folder))
    except ClusterError as problem:
        problems.append(str(problem))
    except Exception:  # a fault of the test itself must not keep the other runs from taking place
        problems.append(traceback.format_exc())
    history.save(folder / "history.json")
    found = check(history, fault.allowed, AT_ANY_TIME if problems else RULES)
    problems += not_found(fault, found) if fault.must_find else [*map(str, found), *fault.problems(history)]
    problems += too_few(plan, fault, history)
    return outcome


def not_found(fault: Fault, found: list[Violation]) -> list[str]:
    """For a run that is made to break a rule: nothing where it did, and the run says what."""
    wanted = [violation for violation in found if violation.rule == fault.must_find]
    print(f"   as it must, the checker has found {len(wanted)}, of {len({v.client for v in wanted})} members:")
    for violation in wanted[:SHOWN]:
        print(f"   {violation}")
    return [] if wanted else [f"{fault.must_find} has found nothing, so that this checker proves nothing"]


async def _run(plan: Plan, fault: Fault, outcome: Outcome, folder: Path) -> None:
    history = outcome.history
    async with Cluster(plan.binary, plan.nodes, folder, fault.keeper(*fault.redis_settings), fault.proxied,
                       fault.sentinels, fault.detoured, fault.node_settings) as cluster:
        try:
            await fault.prepare(cluster)
            async with fault.load(cluster.addresses, history, fault.size or plan.size, plan.seed) as load:
                await everybody_is_in(load)
                load.begin()
                await fault.begin(cluster, load, history)
                began = asyncio.get_running_loop().time()
                await asyncio.sleep(plan.seconds * BEFORE)
                broke = asyncio.get_running_loop().time()
                await fault.strike(cluster)
                mended = asyncio.get_running_loop().time()
                outcome.broken = mended - broke
                await asyncio.sleep(max(began + plan.seconds - mended, plan.seconds * BEFORE))
                await load.end()
                await fault.end()
                await come_to_rest(cluster, load, history, required=not fault.must_find)
            await cluster.stop_nodes()
        finally:
            await fault.clean_up()


def too_few(plan: Plan, fault: Fault, history: History) -> list[str]:
    """A run that saw next to nothing proves nothing."""
    acts, counts = (fault.size or plan.size).rate * plan.seconds, history.counts()
    bounds = {"publishes": acts / 2, "acknowledged": acts / 4, "refused": fault.refusals, "deliveries": acts,
              "resumes": acts / 50, "notices": fault.notices}
    return [f"too few {name}: {counts[name]}, at least {least:.0f} were to be seen"
            for name, least in bounds.items() if counts[name] < least]
