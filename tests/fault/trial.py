"""One run: a cluster, its members, a fault, and whether the history that came of it is sound."""

import asyncio
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from checker import AT_ANY_TIME, RULES, check
from cluster import Cluster, ClusterError
from faults import Fault
from history import Acknowledged, Delivered, History, Publish, Refused
from load import Load, Size
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


def run(plan: Plan, fault: Fault, folder: Path) -> tuple[History, list[str]]:
    """The history, and all that is wrong. `folder` gets the nodes' logs and the history."""
    history = History()
    try:
        asyncio.run(_run(plan, fault, history, folder))
        problems = []
    except ClusterError as problem:
        problems = [str(problem)]
    except Exception:  # a fault of the test itself must not keep the other runs from taking place
        problems = [traceback.format_exc()]
    history.save(folder / "history.json")
    found = check(history, fault.allowed, AT_ANY_TIME if problems else RULES)
    if fault.must_find:
        return history, [*problems, *not_found(fault, found), *too_few(plan, fault, history)]
    return history, [*problems, *map(str, found), *fault.problems(history), *too_few(plan, fault, history)]


def not_found(fault: Fault, found: list[Violation]) -> list[str]:
    """For a run that is made to break a rule: nothing where it did, and the run says what."""
    wanted = [violation for violation in found if violation.rule == fault.must_find]
    print(f"   as it must, the checker has found {len(wanted)}, of {len({v.client for v in wanted})} members:")
    for violation in wanted[:SHOWN]:
        print(f"   {violation}")
    return [] if wanted else [f"{fault.must_find} has found nothing, so that this checker proves nothing"]


async def _run(plan: Plan, fault: Fault, history: History, folder: Path) -> None:
    async with Cluster(plan.binary, plan.nodes, folder, fault.keeper(*fault.redis_settings), fault.proxied,
                       fault.sentinels, fault.detoured, fault.node_settings) as cluster:
        try:
            await fault.prepare(cluster)
            async with Load(cluster.addresses, history, plan.size, plan.seed) as load:
                await everybody_is_in(load)
                load.begin()
                await fault.begin(cluster, load, history)
                began = asyncio.get_running_loop().time()
                await asyncio.sleep(plan.seconds * BEFORE)
                await fault.strike(cluster)
                struck = asyncio.get_running_loop().time()
                await asyncio.sleep(max(began + plan.seconds - struck, plan.seconds * BEFORE))
                await load.end()
                await fault.end()
                await come_to_rest(cluster, load, history, required=not fault.must_find)
            await cluster.stop_nodes()
        finally:
            await fault.clean_up()


def too_few(plan: Plan, fault: Fault, history: History) -> list[str]:
    """A run that saw next to nothing proves nothing."""
    acts = plan.size.rate * plan.seconds
    counts = {kind.__name__: sum(1 for _ in history.of(kind)) for kind in (Publish, Acknowledged, Refused, Delivered)}
    bounds = (("publishes", counts["Publish"], acts / 2), ("acknowledged", counts["Acknowledged"], acts / 4),
              ("deliveries", counts["Delivered"], acts), ("resumes", history.resumes(), acts / 50),
              ("notices", history.notices(), fault.notices), ("refusals", counts["Refused"], fault.refusals))
    return [f"too few {name}: {count}, at least {least:.0f} were to be seen"
            for name, count, least in bounds if count < least]
