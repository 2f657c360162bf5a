"""A detour to a Redis with sentinels, for nodes that shall run without parent epochs: proxies stand before the sentinels
and name other proxies in place of the servers, and these put another script in the place of open.lua. So the nodes are
those that are shipped, and need no switch for it."""

import asyncio
import hashlib
from pathlib import Path

from proxy import Proxy, read_reply
from sentinels import Sentinels

OPEN = Path(__file__).resolve().parent.parent.parent / "src/store/redis/open.lua"


def without_parents(script: bytes) -> bytes:
    """open.lua, where a server that has become the master renames the numbering and says that nothing changed."""
    branch = b"elseif made_under ~= generation then\n"
    assert script.count(branch) == 1
    return script.replace(branch, branch + b"  call('HDEL', record, numbering)\n  fields[3] = nil\nelseif false then\n")


def bulk(word: int | bytes) -> bytes:
    """As it stands in Redis' protocol."""
    text = word if isinstance(word, bytes) else b"%d" % word
    return b"$%d\r\n%s\r\n" % (len(text), text)


SCRIPT = OPEN.read_bytes()
BY_DIGEST = bulk(b"EVALSHA") + bulk(hashlib.sha1(SCRIPT).hexdigest().encode())
BY_TEXT = bulk(b"EVAL") + bulk(SCRIPT)
INSTEAD = bulk(b"EVAL") + bulk(without_parents(SCRIPT))


class ToServer(Proxy):
    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            command = await read_reply(reader)  # it is written as a reply is
            writer.write(command.replace(BY_DIGEST, INSTEAD).replace(BY_TEXT, INSTEAD))
            await writer.drain()


class ToSentinel(Proxy):
    """`names`: ports in its answers, and what stands in their place."""

    def __init__(self, target: int):
        super().__init__(target)
        self.names: dict[bytes, bytes] = {}

    async def _bring(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            reply = await read_reply(reader)
            for name, other in self.names.items():
                reply = reply.replace(name, other)
            writer.write(reply)
            await writer.drain()


class Detour:
    """`ports`: in place of the sentinels'."""

    def __init__(self, around: Sentinels):
        self._servers = [ToServer(server.port) for server in around.servers]
        self._sentinels = [ToSentinel(port) for port in around.ports]

    @property
    def ports(self) -> list[int]:
        return [proxy.port for proxy in self._sentinels]

    async def open(self) -> None:
        for proxy in [*self._servers, *self._sentinels]:
            await proxy.open()
        names = {bulk(proxy.target): bulk(proxy.port) for proxy in self._servers}
        for proxy in self._sentinels:
            proxy.names = names

    async def close(self) -> None:
        for proxy in [*self._servers, *self._sentinels]:
            await proxy.close()
