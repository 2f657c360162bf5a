"""The daemon that is attacked: its log, which is not always read, its memory, its descriptors and its signs of life."""

import os
import re
import threading
import time

from chat import KEEPS
from daemon_process import Daemon
from limits import NEW_ROOMS_OF_ADDRESS, NEW_ROOMS_OF_SESSION
from raw_connection import Connection, request

ANSWERED_WITHIN = 10.0  # seconds, for /ready, /health and /metrics at any time
SETTINGS = {
    "server.threads": "2", "log.level": "debug", "engine.memory_bytes": "32MiB",
    "session.handshake_timeout": "3s", "session.ping_interval": "10s", "session.ping_timeout": "5s",
    "session.write_timeout": "5s", "session.close_timeout": "2s", "session.command_timeout": "5s",
    "session.compression": "true", "http.header_timeout": "3s", "http.idle_timeout": "5s",
    # The attackers' rooms are over when a minute has passed. The chat's history is full before the attacks begin, and all
    # of it is of after the attacks soon after them.
    "rooms.linger": "1s", "rooms.history_age": "10s", "rooms.dedup_size": "0", "rooms.dedup_age": "10s",
    "presence.grace": "1s",
    "limits.new_rooms_per_session": str(NEW_ROOMS_OF_SESSION), "limits.new_rooms_per_address": str(NEW_ROOMS_OF_ADDRESS),
    "rooms.retention": f"chat:* history_size={KEEPS} history_age=24h dedup_size=100 dedup_age=10s,"
                       "quiet:* history_size=1000 history_age=24h,cursor:* history_size=0",
}
FAULT = re.compile(r" (\w+\.exception|actor\.unexpected|actor\.unreachable|room\.failed|shard\.stuck) ")


class Target(Daemon):
    """It keeps of its log what stands before it serves, and faults. `log_read` is cleared while nobody reads."""

    def __init__(self, settings: dict[str, str]):
        self.log_read = threading.Event()
        self.log_read.set()
        self.lines = 0
        super().__init__({**SETTINGS, **settings})

    def _read_log(self) -> None:
        for line in self._process.stderr:
            self.log_read.wait()
            self.lines += 1
            if self.lines < 100 or FAULT.search(line):
                with self._news:
                    self.log.append(line.rstrip("\n"))
                    self._news.notify_all()
        with self._news:
            self._log_ended = True
            self._news.notify_all()

    def kill(self) -> None:
        self.log_read.set()
        self._process.kill()
        self._process.wait()

    def faults(self) -> list[str]:
        return [line for line in self.log if FAULT.search(line)]

    def memory(self) -> tuple[int, int]:
        """Resident bytes: its own, and those of files, which grow with code that runs for the first time."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as statm:
            _, resident, shared, *_ = map(int, statm.read().split())
        page = os.sysconf("SC_PAGE_SIZE")
        return (resident - shared) * page, shared * page

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii") as stat:
            fields = stat.read().rsplit(") ", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ask(self, path: str) -> tuple[int, bytes, float]:
        """Status, body and seconds. Status 0: there was no answer in time."""
        began = time.monotonic()
        try:
            with Connection(self.port) as line:
                line.socket.settimeout(ANSWERED_WITHIN)
                line.send(request(f"GET {path} HTTP/1.1"))
                status, body = line.answer()
        except (OSError, AssertionError) as problem:
            status, body = 0, str(problem).encode()
        return status, body, time.monotonic() - began
