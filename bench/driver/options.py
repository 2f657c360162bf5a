"""The command line."""

import argparse
from dataclasses import dataclass
from pathlib import Path

from bench import peers
from bench.driver.bench import FLOOR, FLOOR_TURN, ROOMD, ROOT
from bench.driver.scenarios import SCENARIOS

QUICK_PEERS = [FLOOR, FLOOR_TURN, ROOMD, "uwebsockets"]
CYCLES, QUICK_CYCLES = 15, 6
RESULTS = ROOT / "docs" / "performance"

ABOUT = """\
Measures roomd, the floors (the least that the same traffic can cost) and other brokers: one worker each, the server
on CPU 0, the load on CPU 1. Main figure: CPU time of the server for one delivery, compared within short slices that
alternate between the servers. Takes half an hour; the machine should have nothing else to do.
"""
EXAMPLES = """\
examples:
  bench/run --quick                           under two minutes, printed only
  bench/run --scenario storm --cycles 5       one scenario
  bench/run --scenario idle --against ../old/build/release/roomd     what has changed since
  bench/run --scenario latency --out docs/performance     measures one again and keeps the others' results
"""


@dataclass(frozen=True)
class Options:
    """`out`: where to write the report; None: it is printed only. `keep`: results that stand there stay."""
    quick: bool
    scenarios: list[str]
    peers: list[str]
    cycles: int
    out: Path | None
    keep: bool


def parse(arguments: list[str]) -> Options:
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.cycles is not None and given.cycles < 1:
        parser.error("--cycles is at least 1")
    if given.against and given.peers:
        parser.error("--against chooses the servers itself: leave --peers away")
    wanted = given.peers.split(",") if given.peers else QUICK_PEERS if given.quick else peers.names()
    if given.against:
        wanted = [FLOOR, ROOMD, peers.add_build(given.against)]
    if unknown := [name for name in wanted if name not in peers.names()]:
        parser.error(f"unknown: {', '.join(unknown)}; there are {', '.join(peers.names())}")
    partial = given.quick or bool(given.scenario) or bool(given.peers) or bool(given.against)
    return Options(
        quick=given.quick,
        scenarios=[name for name, scenario in SCENARIOS.items()
                   if (name in given.scenario if given.scenario else scenario.quick or not given.quick)],
        peers=[name for name in peers.names() if name in wanted],
        cycles=given.cycles or (QUICK_CYCLES if given.quick else CYCLES),
        out=given.out or (None if partial else RESULTS),
        keep=bool(given.scenario))


def _parser() -> argparse.ArgumentParser:
    listing = "\n".join(f"  {name:14}{scenario.about}" for name, scenario in SCENARIOS.items())
    parser = argparse.ArgumentParser(prog="bench/run", description=ABOUT,
                                     epilog=f"scenarios:\n{listing}\n\n{EXAMPLES}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true",
                        help=f"few scenarios, cycles and servers ({', '.join(QUICK_PEERS)})")
    parser.add_argument("--scenario", action="append", choices=list(SCENARIOS), default=[], metavar="NAME",
                        help="only this one; may be repeated")
    parser.add_argument("--peers", metavar="A,B", help=f"only these servers, of {', '.join(peers.names())}")
    parser.add_argument("--against", type=Path, metavar="FILE",
                        help="roomd beside another build of it, and the floor")
    parser.add_argument("--cycles", type=int, metavar="N",
                        help=f"cycles that count for each figure ({CYCLES}, --quick {QUICK_CYCLES})")
    parser.add_argument("--out", type=Path, metavar="DIR",
                        help="where to write the report (a full run: docs/performance; else it is only printed)")
    return parser
