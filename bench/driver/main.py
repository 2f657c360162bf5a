"""Runs what the command line asks for."""

import os
import signal
import sys
import time
from pathlib import Path

from bench import peers
from bench.driver import machine, options, report
from bench.driver.bench import PROGRAMS, ROOMD, ROOT, Bench, opened
from bench.driver.load import LoadError
from bench.driver.result import Result, Table
from bench.driver.rig import ScenarioError
from bench.driver.scenarios import SCENARIOS


def main() -> int:
    """The exit status: 0, also without some of the peers; 1 where roomd lost something or could not be measured."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    wanted = options.parse(sys.argv[1:])
    if problem := _unfit():
        print(f"bench/run: {problem}", file=sys.stderr)
        return 1
    try:
        return _run(wanted)
    except KeyboardInterrupt:
        print("\nbench/run: stopped; what was finished has been written where --out says", file=sys.stderr)
        return 130


def _unfit() -> str:
    """Why this machine or tree cannot run the benchmark."""
    if not {machine.SERVER_CPU, machine.LOAD_CPU} <= os.sched_getaffinity(0):
        return "needs CPU 0 for the servers and CPU 1 for the load"
    missing = [name for name in ("bench_load", "bench_distance") if not (PROGRAMS / name).exists()]
    return f"{', '.join(missing)} not built; ./dev bench builds and runs" if missing else ""


def _run(wanted: options.Options) -> int:
    started = time.monotonic()
    missing = peers.prepare(wanted.peers, ROOT)
    for name, why in missing.items():
        print(f"-- without {name}: {why}", flush=True)
    machine.pin(machine.LOAD_CPU)()
    servers = [name for name in wanted.peers if name not in missing]
    results: list[Result] = []
    with opened(servers, wanted.cycles, wanted.quick) as bench:
        for name in wanted.scenarios:
            results += _scenario(bench, name)
            if wanted.out:  # now, since the next one may be cut short
                about = report.About.now(bench.titles, missing, wanted.cycles)
                written = report.write(wanted.out, about, results, wanted.keep)
    if wanted.out:
        print(*(f"-- wrote {path}" for path in written), sep="\n")
    else:
        print(report.bars_text(results))
    failures = [f"{result.name}: {line}" for result in results for line in result.failures]
    if ROOMD in missing:
        failures.append(f"roomd: {missing[ROOMD]}")
    for line in failures:
        print(f"bench/run: FAILED {line}", file=sys.stderr)
    print(f"-- done in {time.monotonic() - started:.0f} s")
    return 1 if failures else 0


def _scenario(bench: Bench, name: str) -> list[Result]:
    """One that fails does not keep the others from running."""
    started = time.monotonic()
    bench.note(f"\n== {name}: {SCENARIOS[name].about}")
    try:
        results = SCENARIOS[name].run(bench)
    except (ScenarioError, LoadError, peers.PeerError, OSError) as problem:
        failure = f"{type(problem).__name__}: {problem}"
        results = [Result(name, SCENARIOS[name].about, Table([""]), failures=[failure])]
    for result in results:
        bench.note("\n" + result.text())
    bench.note(f"-- {name}: {time.monotonic() - started:.0f} s")
    return results
