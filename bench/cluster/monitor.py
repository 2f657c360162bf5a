"""What the clients of a Redis ask of it: MONITOR on a connection of its own, read by a thread of its own."""

import shlex
import socket
import threading
from collections import Counter
from dataclasses import dataclass

CHUNK = 1 << 16


@dataclass(frozen=True)
class PageRead:
    """A call of read_page.lua, known by its form: no other script with two keys begins with a direction."""
    log: str
    direction: str
    number: str
    messages: str
    bytes: str


def page_read_of(line: bytes) -> PageRead | None:
    """`line`, as MONITOR has them: +SECONDS.MICROSECONDS [DATABASE ADDRESS] "WORD" "WORD" …"""
    if b'"from"' not in line and b'"before"' not in line:
        return None
    words = shlex.split(line.decode(errors="replace").partition("] ")[2])
    if len(words) != 9 or words[0].lower() not in ("evalsha", "eval") or words[2] != "2":
        return None
    return PageRead(*words[4:]) if words[5] in ("from", "before") else None


class Monitor:
    """Counts the calls of read_page.lua. A context manager."""

    def __init__(self, port: int):
        self.reads: Counter[PageRead] = Counter()
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Monitor":
        self._socket.sendall(b"MONITOR\r\n")
        self._socket.recv(5)  # +OK
        self._thread.start()
        return self

    def __exit__(self, *_) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _run(self) -> None:
        rest = b""
        while data := self._socket.recv(CHUNK):
            *lines, rest = (rest + data).split(b"\r\n")
            self.reads.update(read for read in map(page_read_of, lines) if read)
