"""The proxy, between a real Redis and a subscriber."""

import asyncio
import random
import unittest

from proxy import Proxy, has_number
from redis_server import Redis

CHANNEL = "room"
SUBSCRIBE = b"*2\r\n$10\r\nSSUBSCRIBE\r\n$4\r\nroom\r\n"
ENDS = b"e 998 0 0 nearly", b"e 999 0 0 the end"


class Repeats(unittest.TestCase):
    def setUp(self):
        self.redis = Redis()
        self.addCleanup(self.redis.stop)

    def test_messages_come_in_their_order_and_again_behind_later_ones(self):
        heard, repeated = asyncio.run(self.hear())
        first = list(dict.fromkeys(heard))
        self.assertEqual(first, [b"e %d 0 0 text" % seq for seq in range(1, 201)] + [b"- 0 0 0 ephemeral"])
        self.assertGreater(repeated, 0)
        self.assertEqual(len(heard) - len(first), repeated)
        self.assertEqual(heard.count(b"- 0 0 0 ephemeral"), 1)

    async def hear(self) -> tuple[list[bytes], int]:
        proxy = Proxy(self.redis.port)
        await proxy.open()
        proxy.repeat_and_delay(random.Random(1))
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(SUBSCRIBE)
        await self.next_of(reader)
        for seq in range(1, 201):
            self.redis.client.execute_command("SPUBLISH", CHANNEL, f"e {seq} 0 0 text")
        self.redis.client.execute_command("SPUBLISH", CHANNEL, "- 0 0 0 ephemeral")
        heard = []
        while b"- 0 0 0 ephemeral" not in heard:
            heard.append(await self.next_of(reader))
        proxy.repeat_and_delay(None)  # what waits to come again comes behind the next message
        for end in ENDS:
            self.redis.client.execute_command("SPUBLISH", CHANNEL, end)
        while (message := await self.next_of(reader)) != ENDS[1]:
            heard += [message] * (message != ENDS[0])
        writer.close()
        repeated = proxy.repeated
        await proxy.close()
        return heard, repeated

    async def next_of(self, reader: asyncio.StreamReader) -> bytes:
        lines = [await asyncio.wait_for(reader.readline(), 30) for _ in range(6)]
        return lines[-1].strip() if lines[-1].startswith(b":") else (await reader.readline()).strip()

    def test_a_closed_one_refuses_and_an_opened_one_goes_on_elsewhere(self):
        async def story():
            proxy = Proxy(1)
            await proxy.open()
            await proxy.close()
            with self.assertRaises(OSError):
                await asyncio.open_connection("127.0.0.1", proxy.port)
            await proxy.open()
            await proxy.point_to(self.redis.port)
            reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
            writer.write(b"PING\r\n")
            self.assertEqual(await asyncio.wait_for(reader.readline(), 30), b"+PONG\r\n")
            writer.close()
            await proxy.close()

        asyncio.run(story())

    def test_what_has_no_number_is_known(self):
        message = b"*3\r\n$8\r\nsmessage\r\n$4\r\nroom\r\n$9\r\n%s\r\n"
        self.assertTrue(has_number(message % b"e 1 0 0 x"))
        self.assertFalse(has_number(message % b"- 0 0 0 x"))


if __name__ == "__main__":
    unittest.main()
