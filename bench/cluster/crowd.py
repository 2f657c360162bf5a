"""Thousands of clients on one thread, around one epoll. Who wants something of them lets the crowd run until it is so.

A client says what it sends once it is connected (`greeting`) and takes the texts that come (`take`). The crowd opens at
most OPENING connections at a time, so that no listening queue overflows.
"""

import contextlib
import select
import socket
import time
from collections import deque
from collections.abc import Callable, Iterable

from bench.cluster.websocket import ProtocolError, Reader, upgrade

OPENING = 200
CHUNK = 1 << 18
EVENTS = 1000  # of one turn
HOST = "127.0.0.1"


class Late(Exception):
    """What was waited for has not come."""


class Client:
    """One connection. `lost`: why it ended, or empty."""

    def __init__(self):
        self.socket: socket.socket | None = None
        self.port = 0  # of its node
        self.reader = Reader()
        self.lost = ""

    def greeting(self) -> bytes:
        raise NotImplementedError

    def take(self, text: bytes) -> None:
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Little enough to fit into the socket's buffer."""
        if self.socket.send(data) != len(data):
            raise Late("a socket takes no more")


class Crowd:
    """A context manager: all connections are closed when it is left."""

    def __init__(self):
        self.opening = 0
        self._epoll = select.epoll()
        self._clients: dict[int, Client] = {}
        self._waiting: deque[tuple[Client, int]] = deque()

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *_) -> None:
        self._waiting.clear()
        for client in list(self._clients.values()):
            self.close(client, "over")
        self._epoll.close()

    def connect(self, clients: Iterable[Client], port: int) -> None:
        """Each to the node at `port`, on a connection of its own, as soon as it is its turn."""
        self._waiting.extend((client, port) for client in clients)

    def close(self, client: Client, why: str) -> None:
        if client.socket is None:
            return
        if not client.reader.upgraded:
            self.opening -= 1
        del self._clients[client.socket.fileno()]
        client.socket.close()
        client.socket, client.lost = None, why

    def until(self, what: str, condition: Callable[[], bool], seconds: float) -> None:
        """Runs until the condition holds; Late where it does not in time. It is asked after every turn."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Late(f"not within {seconds:g} s: {what}")
            self.turn(0.05)

    def run(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.turn(left)

    def turn(self, seconds: float) -> None:
        """Handles what there is, or what comes within so long."""
        while self._waiting and self.opening < OPENING:
            self._open(*self._waiting.popleft())
        with contextlib.suppress(InterruptedError):
            for descriptor, events in self._epoll.poll(seconds, EVENTS):
                if client := self._clients.get(descriptor):
                    self._handle(client, events)

    def _open(self, client: Client, port: int) -> None:
        client.socket, client.port, client.reader, client.lost = socket.socket(), port, Reader(), ""
        client.socket.setblocking(False)
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.socket.connect_ex((HOST, port))
        self._clients[client.socket.fileno()] = client
        self._epoll.register(client.socket.fileno(), select.EPOLLOUT)
        self.opening += 1

    def _handle(self, client: Client, events: int) -> None:
        try:
            if events & select.EPOLLOUT:
                self._epoll.modify(client.socket.fileno(), select.EPOLLIN)
                return client.send(upgrade(HOST, client.port))
            data = client.socket.recv(CHUNK)
            if not data:
                return self.close(client, "closed by the node")
            opened = client.reader.upgraded
            texts = client.reader.take(data)
            if client.reader.upgraded and not opened:
                self.opening -= 1
                client.send(client.greeting())
            for text in texts:
                client.take(text)
        except (OSError, ProtocolError) as problem:
            self.close(client, str(problem))
