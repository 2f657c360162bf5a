"""What the machine says: CPU time of processes, memory, other work, the distance between the two cores."""

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

SERVER_CPU = 0
LOAD_CPU = 1
TICKS = os.sysconf("SC_CLK_TCK")
TICK_NS = 1_000_000_000 // TICKS
NEAR_NS = 220  # a cache line's round trip is 75 to 130 ns between near cores, 360 to 470 ns between far ones
PROBES = 2  # the smallest counts: a probe that was interrupted says too much
PR_SET_PDEATHSIG, SIGTERM = 1, 15


def cpu_ns(pids: Iterable[int]) -> int:
    """CPU time of all threads of the processes, user and system, from the scheduler's own account."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").iterdir():
            try:
                total += int((task / "schedstat").read_text().split()[0])
            except (FileNotFoundError, ProcessLookupError):
                pass  # a thread that ended: what it used is lost, and small
    return total


def memory(pids: Iterable[int]) -> int:
    """Bytes that the processes hold, what they share with others in proportion (Pss)."""
    return sum(_kilobytes(f"/proc/{pid}/smaps_rollup", "Pss:") for pid in pids) * 1024


def forget_peak(pid: int) -> None:
    """From here on `peak` is the most that the process holds."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak(pid: int) -> int:
    """The most that the process has held in memory, in bytes. The kernel keeps it, so that nobody has to look often."""
    return _kilobytes(f"/proc/{pid}/status", "VmHWM:") * 1024


def resident(pid: int) -> int:
    """What the process holds now, counted as in `peak`."""
    return _kilobytes(f"/proc/{pid}/status", "VmRSS:") * 1024


def available() -> int:
    """Bytes that new processes can have."""
    return _kilobytes("/proc/meminfo", "MemAvailable:") * 1024


def _kilobytes(path: str, label: str) -> int:
    lines = (line.split() for line in Path(path).read_text().splitlines())
    return next(int(fields[1]) for fields in lines if fields[0] == label)


def busy_ns() -> dict[int, int]:
    """Time that each of the two cores has spent at work, whoever's it was, in whole ticks."""
    busy = {}
    for line in Path("/proc/stat").read_text().splitlines():
        name, *fields = line.split()
        if name in (f"cpu{SERVER_CPU}", f"cpu{LOAD_CPU}"):
            user, nice, system, _, _, irq, softirq, *_ = map(int, fields)
            busy[int(name[3:])] = (user + nice + system + irq + softirq) * TICK_NS
    return busy


def pin(cpu: int) -> Callable[[], None]:
    """For `preexec_fn`: runs the child on that CPU, and ends it with this process."""
    def start() -> None:
        os.sched_setaffinity(0, {cpu})
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGTERM)
    return start


def put_first(server: Iterable[int], load: int) -> bool:
    """The server's threads, and what they start, run before whatever else the machine does, and the load before most of
    it. Not for a server that is busy for a second on end: the kernel holds such threads up. False: only root may."""
    try:
        for pid in server:
            for task in Path(f"/proc/{pid}/task").iterdir():
                os.sched_setscheduler(int(task.name), os.SCHED_RR, os.sched_param(1))
        os.setpriority(os.PRIO_PROCESS, load, -15)
    except PermissionError:
        return False
    return True


class Distance:
    """Probes how far the two cores are from each other right now."""

    def __init__(self, program: Path):
        self._child = subprocess.Popen([program, str(LOAD_CPU), str(SERVER_CPU)], text=True, stdin=subprocess.PIPE,
                                       stdout=subprocess.PIPE, preexec_fn=pin(LOAD_CPU))

    def near(self) -> bool:
        return min(self._probe() for _ in range(PROBES)) < NEAR_NS

    def stop(self) -> None:
        self._child.terminate()
        self._child.wait(10)

    def _probe(self) -> float:
        self._child.stdin.write("\n")
        self._child.stdin.flush()
        return float(self._child.stdout.readline())


def description() -> str:
    """One line: processor, cores, memory, kernel."""
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), "unknown processor")
    gigabytes = _kilobytes("/proc/meminfo", "MemTotal:") / 2**20
    return f"{model}, {os.cpu_count()} cores, {gigabytes:.0f} GiB, Linux {os.uname().release}"
