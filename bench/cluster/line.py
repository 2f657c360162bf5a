"""One client that does one thing at a time: it sends and waits. For preparing, publishing, and timing."""

import json
import socket
import time
from collections import deque

from bench.cluster.websocket import ProtocolError, Reader, text_frame, upgrade

PATIENCE = 120.0  # seconds
PAUSE = 0.5
CHUNK = 1 << 16
IN_FLIGHT = 32  # fewer than a session may have


class Line:
    """A session on the node at `port`. A context manager."""

    def __init__(self, port: int, user: str):
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader, self._waiting = Reader(), deque()
        self.socket.sendall(upgrade("127.0.0.1", port))
        while not self._reader.upgraded:
            self._receive()
        self.ask("hello", user=user)

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_) -> None:
        self.socket.close()

    def next(self) -> bytes:
        """The next text that the node sends."""
        while not self._waiting:
            self._receive()
        return self._waiting.popleft()

    def ask(self, command: str, **fields) -> dict:
        """The reply. What is pushed meanwhile is thrown away."""
        self.socket.sendall(text_frame(json.dumps({"id": 1, command: fields})))
        return self._reply(command)

    def publish(self, room: str, data: object, count: int = 1) -> int:
        """Publishes the same until `count` are stored, some of them at once. The last one's number."""
        frame = text_frame(json.dumps({"id": 1, "publish": {"room": room, "event": "say", "data": data}}))
        last, deadline = 0, time.monotonic() + PATIENCE
        while count > 0:
            some = min(IN_FLIGHT, count)
            self.socket.sendall(frame * some)
            stored = [reply["publish"]["seq"] for reply in [self._frame() for _ in range(some)] if "publish" in reply]
            last, count = max([last, *stored]), count - len(stored)
            if len(stored) < some:  # Redis was away
                if time.monotonic() > deadline:
                    raise ProtocolError(f"publish: not stored within {PATIENCE:g} s")
                time.sleep(PAUSE)
        return last

    def _reply(self, command: str) -> dict:
        frame = self._frame()
        if "error" in frame:
            raise ProtocolError(f"{command}: {frame['error']}")
        return frame[command]

    def _frame(self) -> dict:
        """The next reply."""
        while True:
            frame = json.loads(self.next())
            if "id" in frame or "error" in frame:
                return frame

    def _receive(self) -> None:
        data = self.socket.recv(CHUNK)
        if not data:
            raise ProtocolError("the node closed the connection")
        self._waiting.extend(self._reader.take(data))
