"""One attacker's means: lines from an address of its own, names, and the pace that holds it to its share of a core."""

import random
import time

from line import Line, Refused
from tally import Tally

PAUSE = 0.005  # seconds, at the least, between two bursts


class Peer:
    """`share`: of a core, over the whole of its life. `chat`, `crowd`: rooms of others."""
    chat, crowd = "chat:all", "crowd"

    def __init__(self, port: int, tls_port: int, source: str, share: float):
        self.port, self.tls_port, self.source, self._share = port, tls_port, source, share
        self._began = time.monotonic()
        self._lines: list[Line] = []

    def begin(self, seed: str, seconds: float, tally: Tally) -> None:
        """Another attack, with nothing left of the last one."""
        self.end()
        self.random, self.tally = random.Random(seed), tally
        self.prefix = f"x{self.random.randrange(1 << 32):08x}"
        self._ends = time.monotonic() + seconds
        self._numbers = 0

    def end(self) -> None:
        for line in self._lines:
            line.end()
        self._lines.clear()

    def goes_on(self) -> bool:
        """Waits until the next burst is due; false when the attack's time is over."""
        now = time.monotonic()
        behind = time.process_time() / self._share - (now - self._began)
        time.sleep(max(0.0, min(max(behind, PAUSE), self._ends - now)))
        return time.monotonic() < self._ends

    def room(self) -> str:
        """A name that nobody has said before."""
        self._numbers += 1
        return f"{self.prefix}:{self._numbers}"

    def line(self, receive_buffer: int | None = None, port: int | None = None) -> Line:
        try:
            line = Line(port or self.port, self.source, self.tally, receive_buffer)
        except OSError as problem:
            self.tally.count("not let in")
            raise Refused(str(problem)) from problem
        self._lines.append(line)
        self.tally.count("connections")
        return line

    def session(self, deaf: bool = False, **hello) -> Line:
        """A greeted session. A deaf one has small buffers, which the server fills soon, and answers no pings."""
        line = self.line(4096 if deaf else None).websocket(**{"user": self.prefix, **hello})
        line.deaf = deaf
        return line

    def forget(self, line: Line) -> None:
        line.end()
        self._lines.remove(line)
