"""System calls that send, for each delivery, with 32 publishes in flight. They do not depend on the machine's mood."""

import signal
import subprocess
import time
from pathlib import Path

from bench.driver import machine
from bench.driver.bench import ROOMD, Bench
from bench.driver.result import Result, Table, number
from bench.driver.rig import Rig, Server
from bench.driver.slices import fan_out, warm_up

MEMBERS, WINDOW, SLICE_MS = 1000, 32, 500
CALLS = ("sendmsg", "sendmmsg", "sendto", "write", "writev")
PATIENCE = 5.0


class TraceError(Exception):
    """strace could not look at the server; the text says why."""


def sends(bench: Bench) -> list[Result]:
    result = Result("sends", f"System calls: 1 room × {MEMBERS:,}, {WINDOW} in flight, under strace",
                    Table(["server", "sends a delivery", "deliveries a send", "roomd to it"]))
    with Rig(bench) as rig:
        rig.start_all(bench.servers, MEMBERS, 1)
        warm_up(rig, WINDOW)
        found: dict[str, float] = {}
        for server in list(rig.servers.values()):
            bench.say(f"sends: {server.name}")
            try:
                counted = rig.attempt(server, lambda each: _count(each, bench.workdir / f"strace-{each.name}"))
            except TraceError as problem:
                rig.remarks.append(f"{server.name}: {problem}")
                continue
            if counted is not None:
                found[server.name] = counted
        rig.tell(result)
    result.facts = {"sends": found, "roomd to": _ratios(found)}
    for name, each in found.items():
        ratio = result.facts["roomd to"].get(name)
        result.table.rows.append([bench.titles[name], f"{each:.3f}", number(1 / each), f"{ratio:.2f}" if ratio else ""])
    return [result]


def _ratios(found: dict[str, float]) -> dict[str, float]:
    return {name: found[ROOMD] / each for name, each in found.items()} if ROOMD in found else {}


def _count(server: Server, log: Path) -> float:
    """Sends for each delivery of one slice."""
    targets = [argument for pid in server.pids for argument in ("-p", str(pid))]
    tracer = _start(["strace", "-f", "-c", "-e", f"trace={','.join(CALLS)}", "-o", str(log), *targets])
    try:
        _await_attached(tracer, server)
        answer = fan_out(WINDOW, 1, SLICE_MS)(server, 0)
    finally:
        tracer.send_signal(signal.SIGINT)
        tracer.wait(20)
    return calls(log.read_text()) / answer["deliveries"]


def calls(summary: str) -> int:
    """The number of CALLS in strace's summary: `% time, seconds, usecs/call, calls, [errors,] syscall`."""
    lines = (line.split() for line in summary.splitlines())
    return sum(int(fields[3]) for fields in lines if fields and fields[-1] in CALLS)


def _start(command: list[str]) -> subprocess.Popen:
    try:
        return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                preexec_fn=machine.pin(machine.SERVER_CPU))
    except FileNotFoundError as problem:
        raise TraceError("no strace here") from problem


def _await_attached(tracer: subprocess.Popen, server: Server) -> None:
    until = time.monotonic() + PATIENCE
    while not all(_traced(pid) for pid in server.pids):
        if tracer.poll() is not None or time.monotonic() > until:
            raise TraceError("strace may not attach to other processes (needs root, or kernel.yama.ptrace_scope=0)")
        time.sleep(0.02)


def _traced(pid: int) -> bool:
    """Whether all threads of the process have a tracer."""
    return all("\nTracerPid:\t0\n" not in (task / "status").read_text() for task in Path(f"/proc/{pid}/task").iterdir())
