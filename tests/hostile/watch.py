"""What the target looks like from outside, about once a second."""

import threading
import time
from dataclasses import dataclass, field

from target import Target

PATHS = ("/ready", "/metrics", "/health")


@dataclass(frozen=True)
class Look:
    """`at`: nanoseconds of the monotonic clock. `memory`: bytes of its own, `files`: of files that it maps."""
    at: int
    memory: int
    files: int
    descriptors: int
    cpu: float

    @property
    def resident(self) -> int:
        return self.memory + self.files


@dataclass
class Watch:
    """Use it in a `with`. `unanswered`: what was not answered as it must, by path."""
    target: Target
    looks: list[Look] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    slowest: float = 0.0
    asked: int = 0

    def __post_init__(self):
        self._over = threading.Event()
        self._threads = [threading.Thread(target=what, daemon=True) for what in (self._look, self._ask)]

    def __enter__(self) -> "Watch":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.end()

    def end(self) -> None:
        """Nothing is asked any more: the target may stop."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def now(self) -> Look:
        return Look(time.monotonic_ns(), *self.target.memory(), self.target.descriptors(), self.target.cpu())

    def between(self, begin: int, end: int) -> list[Look]:
        return [look for look in self.looks if begin <= look.at <= end]

    def _look(self) -> None:
        while not self._over.wait(0.5) and self.target.running():
            try:
                self.looks.append(self.now())
            except OSError:  # it has ended
                return

    def _ask(self) -> None:
        while not self._over.wait(1) and self.target.running():
            for path in PATHS:
                status, body, took = self.target.ask(path)
                self.asked += 1
                self.slowest = max(self.slowest, took)
                if status != 200:
                    self.unanswered.append(f"{path}: {status or 'no answer'} after {took:.1f} s {body[:80]!r}")
