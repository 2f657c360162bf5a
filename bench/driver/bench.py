"""What all scenarios share: where things are, which servers take part, how long to measure, and telling of progress."""

import contextlib
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.driver import machine
from bench.driver.stats import chunks

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / "build" / "release" / "bench"
FLOOR, FLOOR_TURN, ROOMD = "floor", "floor-turn", "roomd"
CONNECTION_BYTES = 45_000  # what one connection may take at most, in both processes and the kernel
PAUSE = 0.5  # seconds between two signs of life


@dataclass
class Bench:
    """Made by `opened`, which also ends what it started."""
    servers: list[str]
    cycles: int
    quick: bool
    distance: machine.Distance
    workdir: Path
    titles: dict[str, str] = field(default_factory=dict)  # with versions, of the servers that were started
    _spoken: float = 0.0

    @property
    def most_cycles(self) -> int:
        """Where too many are of no use, the measuring still ends."""
        return 3 * self.cycles

    @property
    def longest(self) -> float:
        """Seconds for one figure, however unlike its cycles are."""
        return 10 if self.quick else 120

    def having(self, names: list[str]) -> list[str]:
        """Those of the names that take part."""
        return [name for name in names if name in self.servers]

    def groups(self, members: int) -> list[list[str]]:
        """All servers, in groups that the machine holds at once; the floor and roomd are in each, to compare with."""
        base = self.having([FLOOR, ROOMD])
        others = [name for name in self.servers if name not in base]
        size = max(1, room_for(members) - len(base))
        return [[name for name in self.servers if name in base + part] for part in chunks(others, size)] or [base]

    def say(self, text: str) -> None:
        """What goes on: on a terminal the line is overwritten by the next."""
        if sys.stdout.isatty():
            print(f"\r\033[K   {text}", end="", flush=True)
        elif time.monotonic() - self._spoken > 20 * PAUSE:
            self._spoken = time.monotonic()
            print(f"   {text}", flush=True)

    def note(self, text: str) -> None:
        """Something that stays to be read."""
        print(("\r\033[K" if sys.stdout.isatty() else "") + text, flush=True)


def room_for(members: int) -> int:
    """How many servers with so many members this machine holds."""
    opened, _, most = map(int, Path("/proc/sys/fs/file-nr").read_text().split())
    by_files = 0.8 * (most - opened) / (2 * members)
    by_memory = 0.6 * machine.available() / (CONNECTION_BYTES * members)
    return int(min(by_files, by_memory))


@contextlib.contextmanager
def opened(servers: list[str], cycles: int, quick: bool) -> Iterator[Bench]:
    distance = machine.Distance(PROGRAMS / "bench_distance")
    try:
        with tempfile.TemporaryDirectory(prefix="roomd-bench-") as folder:
            yield Bench(servers, cycles, quick, distance, Path(folder))
    finally:
        distance.stop()
