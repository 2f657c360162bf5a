"""A client of roomd on the `websockets` library: version 10 on Debian 12, 15 with a client of its own on Debian 13."""

import asyncio
import itertools
import json

import websockets

from daemon_process import DEADLINE


class Refused(Exception):
    """A command was answered with `error`; `error` is its object."""

    def __init__(self, error):
        super().__init__(f"{error['code']} {error['reason']}: {error['message']}")
        self.error = error


def refused_status(error):
    """The HTTP status of an answer that was no upgrade, of a `websockets.InvalidHandshake`."""
    return error.response.status_code if hasattr(error, "response") else error.status_code


class Client:
    """One connection. `ask` waits for the reply; pushes that come meanwhile are kept for `next`."""

    def __init__(self, socket):
        self.socket = socket
        self.welcome = None
        self.answers_pings = True
        self._ids = itertools.count(1)
        self._pushes = []

    @classmethod
    async def open(cls, daemon, hello=True, user=None, **options):
        options.setdefault("subprotocols", ["roomd.v1"])
        address = f"ws://127.0.0.1:{daemon.port}/v1/ws"
        socket = await asyncio.wait_for(websockets.connect(address, ping_interval=None, **options), DEADLINE)
        client = cls(socket)
        if hello:
            client.welcome = await client.ask("hello", **({"user": user} if user else {}))
        return client

    @property
    def extensions(self):
        """The WebSocket extensions that were agreed on."""
        return getattr(self.socket, "protocol", self.socket).extensions

    async def send(self, message):
        await self.socket.send(json.dumps(message))

    async def ask(self, command, **fields):
        """The reply's fields; raises Refused."""
        number = next(self._ids)
        await self.send({"id": number, command: fields})
        while True:
            frame = await self.frame()
            if frame.get("id") != number:
                self._pushes.append(frame)
            elif "error" in frame:
                raise Refused(frame["error"])
            else:
                return frame[command]

    async def next(self, kind):
        """The next push of a kind."""
        while True:
            for push in self._pushes:
                if kind in push:
                    self._pushes.remove(push)
                    return push[kind]
            self._pushes.append(await self.frame())

    async def messages(self, count):
        return [await self.next("message") for _ in range(count)]

    async def closed(self):
        """The close code that the server gave."""
        try:
            while True:
                self._pushes.append(await self.frame())
        except websockets.ConnectionClosed as end:
            return end.rcvd.code if end.rcvd else 1006

    def cut(self):
        self.socket.transport.abort()

    async def frame(self):
        """The next frame of whatever kind, pings aside."""
        while True:
            frame = json.loads(await asyncio.wait_for(self.socket.recv(), DEADLINE))
            if "ping" not in frame or not self.answers_pings:
                return frame
            await self.send({"pong": {}})
