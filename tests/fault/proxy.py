"""A TCP proxy between a node and Redis: it can be pointed elsewhere, closed, and made to repeat and delay messages."""

import asyncio
import random

CHUNK = 1 << 16
LATEST = 0.4  # seconds that a message may be late


class Proxy:
    """Listens on `port`. Lives on the event loop's thread."""

    def __init__(self, target: int):
        self.target, self.port = target, 0
        self.repeated = 0  # messages
        self._random: random.Random | None = None
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.Task] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Ends all that goes through it; who comes is refused."""
        if self._server:
            self._server.close()
        lines = list(self._lines)
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)

    async def point_to(self, target: int) -> None:
        await self.close()
        self.target = target
        await self.open()

    def repeat_and_delay(self, chance: random.Random | None) -> None:
        """From now on messages of channels come late, in their order, and some come again behind later ones; None:
        no more. What has no number is not repeated: nobody could tell."""
        self._random = chance

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = asyncio.current_task()
        self._lines.add(line)
        writers = [writer]
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
            writers.append(back)
            ways = [asyncio.ensure_future(self._copy(reader, back)), asyncio.ensure_future(self._bring(there, writer))]
            try:
                await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in ways:
                    way.cancel()
                await asyncio.gather(*ways, return_exceptions=True)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._lines.discard(line)
            for end in writers:
                end.transport.abort()

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()

    async def _bring(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """From Redis, a whole reply at a time."""
        again: list[bytes] = []
        while True:
            reply = await read_reply(reader)
            if self._random and is_message(reply):
                if self._random.random() < 0.02:
                    await asyncio.sleep(self._random.uniform(0, LATEST))
                if has_number(reply):
                    again += [reply] * (self._random.random() < 0.3)
            writer.write(reply)
            if again and (not self._random or self._random.random() < 0.2):
                self.repeated += len(again)
                writer.write(b"".join(again))
                again = []
            await writer.drain()


async def read_reply(reader: asyncio.StreamReader) -> bytes:
    """The bytes of one reply of Redis's protocol."""
    head = await reader.readuntil(b"\r\n")
    kind, size = head[:1], head[1:-2]
    if kind == b"$" and int(size) >= 0:
        return head + await reader.readexactly(int(size) + 2)
    if kind in b"*>~%":
        count = max(int(size), 0) * (2 if kind == b"%" else 1)
        return head + b"".join([await read_reply(reader) for _ in range(count)])
    return head


def is_message(reply: bytes) -> bool:
    return reply.startswith(b"*3\r\n$8\r\nsmessage\r\n")


def has_number(message: bytes) -> bool:
    """`EPOCH SEQ …`; what is not kept has `-` and 0."""
    return not message.split(b"\r\n", 6)[6].startswith(b"- 0 ")
