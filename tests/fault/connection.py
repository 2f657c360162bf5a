"""One connection to a node. What comes is handled in the order in which it came, before anything else is read."""

import asyncio
import itertools
import json
from collections.abc import Callable

import websockets

OPEN_WITHIN = 3.0  # seconds
Reply = Callable[[dict], None]


class Unreachable(Exception):
    """No session could be had at this address, now."""


class Connection:
    """`on_push` gets what belongs to no command. A command that is not answered within `patience` seconds ends the
    connection: its node may be paused, and another one is not."""

    def __init__(self, socket, on_push: Callable[[dict], None], patience: float):
        self.session = ""
        self._socket, self._on_push, self._patience = socket, on_push, patience
        self._ids = itertools.count(1)
        self._replies: dict[int, tuple[Reply, asyncio.TimerHandle]] = {}
        self._sending = asyncio.Lock()
        self._reader: asyncio.Task | None = None

    @classmethod
    async def open(cls, address: str, user: str, on_push: Callable[[dict], None],
                   patience: float) -> "Connection":
        try:
            socket = await asyncio.wait_for(
                websockets.connect(address, ping_interval=None, max_queue=None, close_timeout=1, compression=None,
                                   open_timeout=OPEN_WITHIN), OPEN_WITHIN)
        except (OSError, asyncio.TimeoutError, websockets.WebSocketException) as problem:
            raise Unreachable(address) from problem
        connection = cls(socket, on_push, patience)
        connection._reader = asyncio.create_task(connection._read())
        try:
            connection.session = (await connection.ask("hello", user=user))["hello"]["session"]
        except (ConnectionError, KeyError) as problem:
            connection.cut()
            await connection.ended()
            raise Unreachable(address) from problem
        return connection

    def command(self, name: str, on_reply: Reply, **fields) -> None:
        """Sends a command. `on_reply` gets the whole frame, with an `error` perhaps; it is not called where the
        connection ends first."""
        number = next(self._ids)
        timer = asyncio.get_running_loop().call_later(self._patience, self.cut)
        self._replies[number] = (on_reply, timer)
        self._send({"id": number, name: fields})

    async def ask(self, name: str, **fields) -> dict:
        """The reply to a command; ConnectionError where there is none."""
        reply = asyncio.get_running_loop().create_future()
        self.command(name, lambda frame: reply.done() or reply.set_result(frame), **fields)
        done, _ = await asyncio.wait({reply, self._reader}, return_when=asyncio.FIRST_COMPLETED)
        if reply not in done:
            raise ConnectionError(name)
        return reply.result()

    def cut(self) -> None:
        """Ends it as a lost line does: without a word."""
        self._socket.transport.abort()

    async def ended(self) -> None:
        await asyncio.wait({self._reader})
        self._reader.result()

    def _send(self, frame: dict) -> None:
        task = asyncio.ensure_future(self._send_in_turn(json.dumps(frame)))
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _send_in_turn(self, text: str) -> None:
        async with self._sending:
            await self._socket.send(text)

    async def _read(self) -> None:
        try:
            while True:
                self._take(json.loads(await self._socket.recv()))
        except websockets.ConnectionClosed:
            pass
        finally:
            self._socket.transport.abort()
            for _, timer in self._replies.values():
                timer.cancel()

    def _take(self, frame: dict) -> None:
        if "ping" in frame:
            self._send({"pong": {}})
        elif "id" in frame:
            on_reply, timer = self._replies.pop(frame["id"])
            timer.cancel()
            on_reply(frame)
        else:
            self._on_push(frame)
