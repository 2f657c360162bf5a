"""The command line."""

import argparse
import datetime
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from bench.cluster import idle, latency, node_death, publish_cost, users
from bench.cluster.crowd import Late
from bench.cluster.outcome import Outcome, Setup, bars_table
from bench.cluster.websocket import ProtocolError
from bench.driver import machine
from cluster import ClusterError
from servers import PROGRAM

ROOT = Path(__file__).resolve().parents[2]
SCENARIOS = {"latency": latency, "publish_cost": publish_cost, "node_death": node_death, "users": users, "idle": idle}
MET, MISSED, UNABLE = 0, 1, 2
DESCRIPTORS = 11_000  # of one process: ten thousand connections, and some more

ABOUT = """\
Measures what many nodes around one Redis promise, each scenario with a Redis and nodes of its own, and holds it against
the bars. Takes about six minutes. ROOMD_REDIS_SERVER names another redis-server than the one on the PATH.
The status is 0 where all bars are met, 1 where one is missed or something was lost, 2 where it cannot run.
"""


def main(arguments: list[str]) -> int:
    given = _parse(arguments)
    if problem := _unfit(given):
        print(f"bench/cluster/run: {problem}", file=sys.stderr)
        return UNABLE
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    folder = Path(tempfile.mkdtemp(prefix="roomd-cluster-"))
    try:
        outcomes = [_scenario(name, given, folder) for name in given.only or SCENARIOS]
    except (ClusterError, OSError, AssertionError) as problem:
        print(f"bench/cluster/run: {type(problem).__name__}: {problem}; logs in {folder}", file=sys.stderr)
        return UNABLE
    except KeyboardInterrupt:
        print("\nbench/cluster/run: stopped", file=sys.stderr)
        return 130
    page = _page(outcomes)
    print("\n" + bars_table(outcomes).text())
    if given.out:
        given.out.write_text(page, encoding="utf8")
        print(f"-- wrote {given.out}")
    good = all(outcome.good for outcome in outcomes)
    if good:
        shutil.rmtree(folder)
    else:
        print(f"-- logs in {folder}")
    return MET if good else MISSED


def _parse(arguments: list[str]) -> argparse.Namespace:
    listing = "\n".join(f"  {name:14}{scenario.ABOUT}" for name, scenario in SCENARIOS.items())
    parser = argparse.ArgumentParser(prog="bench/cluster/run", description=ABOUT, epilog="scenarios:\n" + listing,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), metavar="NAME",
                        help="only this scenario; may be repeated")
    parser.add_argument("--roomd", type=Path, default=ROOT / "build/release/roomd", metavar="PATH", help="the daemon")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to write the tables, in Markdown")
    return parser.parse_args(arguments)


def _unfit(given: argparse.Namespace) -> str:
    if not os.access(given.roomd, os.X_OK):
        return f"{given.roomd} is missing; ./dev build makes it, --roomd names another one"
    if PROGRAM is None:
        return "redis-server is not installed; ./dev setup --test installs it"
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < DESCRIPTORS:
        return f"needs {DESCRIPTORS} open files a process, and may have {most}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return ""


def _scenario(name: str, given: argparse.Namespace, folder: Path) -> Outcome:
    began = time.monotonic()
    about = SCENARIOS[name].ABOUT
    print(f"\n== {name}: {about}", flush=True)
    setup = Setup(given.roomd.resolve(), folder, lambda text: print(f"   {text}", flush=True))
    try:
        outcome = SCENARIOS[name].run(setup)
    except (Late, ProtocolError) as problem:  # roomd's fault; the other scenarios go on
        outcome = Outcome.failed(about, f"{type(problem).__name__}: {problem}")
    print(f"\n{outcome.text()}\n-- {name}: {time.monotonic() - began:.0f} s", flush=True)
    return outcome


def _page(outcomes: list[Outcome]) -> str:
    head = [f"- Machine: {machine.description()}", f"- Date: {datetime.date.today().isoformat()}"]
    parts = ["# Many nodes: the bars", "Written by `bench/cluster/run`; not edited by hand.", "\n".join(head),
             bars_table(outcomes).text(), *(outcome.text() for outcome in outcomes)]
    return "\n\n".join(parts) + "\n"
