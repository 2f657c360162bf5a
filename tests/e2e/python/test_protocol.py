"""The core of the protocol once more, through a client library of another maker."""

import asyncio
import os
import signal
import unittest

import websockets

from daemon_process import DEADLINE, Daemon
from websockets_client import Client, Refused, refused_status


class ProtocolTest(unittest.IsolatedAsyncioTestCase):
    settings = {}

    async def asyncSetUp(self):
        self.daemon = Daemon(self.settings)
        self.addCleanup(self.daemon.stop)

    async def open(self, **options):
        client = await Client.open(self.daemon, **options)
        self.addAsyncCleanup(client.socket.close)
        return client

    async def publish(self, client, count, start=1, **more):
        for data in range(start, start + count):
            reply = await client.ask("publish", room="a", event="said", data=data, **more)
        return reply


class Core(ProtocolTest):
    async def test_hello_says_who_and_what(self):
        client = await self.open(user="ada")
        self.assertEqual(set(client.welcome), {"session", "user", "server", "ping", "max_message"})
        self.assertEqual((client.welcome["user"], client.socket.subprotocol), ("ada", "roomd.v1"))

    async def test_messages_go_from_one_to_the_other(self):
        ada, ben = await self.open(user="ada"), await self.open(user="ben")
        await ben.ask("join", room="a")
        reply = await ada.ask("publish", room="a", event="said", data={"text": "hé\u2028"}, key="k")
        message = await ben.next("message")
        self.assertEqual((reply["seq"], message["seq"], message["data"]), (1, 1, {"text": "hé\u2028"}))
        self.assertEqual((message["user"], message["key"]), ("ada", "k"))

    async def test_a_retry_is_a_duplicate(self):
        ada = await self.open()
        first = await self.publish(ada, 1, key="k")
        self.assertEqual(await self.publish(ada, 1, key="k"), {**first, "duplicate": True})

    async def test_a_resume_brings_what_was_missed_then_live(self):
        ada, ben = await self.open(), await self.open()
        position = await ben.ask("join", room="a")
        await self.publish(ada, 5)
        self.assertEqual([m["seq"] for m in await ben.messages(5)], [1, 2, 3, 4, 5])
        ben.cut()
        await self.publish(ada, 20, start=6)
        again = await self.open()
        reply = await again.ask("join", room="a", since={"epoch": position["epoch"], "seq": 5})
        await self.publish(ada, 5, start=26)
        self.assertEqual((reply["recovered"], reply["missed"]), (True, 20))
        self.assertEqual([m["data"] for m in await again.messages(25)], list(range(6, 31)))

    async def test_history_and_members(self):
        ada = await self.open(user="ada")
        await ada.ask("join", room="a")
        await self.publish(ada, 3)
        history = await ada.ask("history", room="a", since=1)
        self.assertEqual([m["seq"] for m in history["messages"]], [2, 3])
        members = (await ada.ask("members", room="a"))["members"]
        self.assertEqual(members, [{"user": "ada", "info": {}, "sessions": [ada.welcome["session"]]}])

    async def test_leave_ends_it(self):
        ada, ben = await self.open(), await self.open()
        await ben.ask("join", room="a")
        await ben.ask("leave", room="a")
        await self.publish(ada, 1)
        await ben.ask("members", room="a")
        with self.assertRaises(Refused) as refused:
            await ben.ask("leave", room="a")
        self.assertEqual((refused.exception.error["code"], refused.exception.error["reason"]), (404, "not_joined"))

    async def test_compression_is_offered_and_not_taken(self):
        client = await self.open(compression="deflate")
        self.assertEqual(client.extensions, [])
        await client.ask("members", room="a")

    async def test_without_a_subprotocol_it_is_served(self):
        client = await self.open(subprotocols=None)
        self.assertIsNone(client.socket.subprotocol)

    async def test_only_other_subprotocols_are_refused(self):
        with self.assertRaises(websockets.InvalidHandshake) as refused:
            await self.open(subprotocols=["chat"])
        self.assertEqual(refused_status(refused.exception), 400)

    async def test_websocket_pings_are_answered(self):
        client = await self.open()
        pong = await client.socket.ping(b"are you there")
        await asyncio.wait_for(pong, DEADLINE)

    async def test_a_message_in_fragments(self):
        client = await self.open()
        await client.socket.send(iter(['{"id":77,', '"members"', ':{"room"', ':"a"}', "}"]))
        self.assertEqual(await client.frame(), {"id": 77, "members": {"room": "a", "members": []}})


class Closes(ProtocolTest):
    settings = {
        "session.handshake_timeout": "300ms",
        "session.ping_interval": "400ms",
        "session.ping_timeout": "200ms",
        "limits.connections": "3",
    }

    async def test_4001_before_hello(self):
        client = await self.open(hello=False)
        await client.send({"join": {"room": "a"}})
        self.assertEqual(await client.closed(), 4001)

    async def test_4004_no_hello(self):
        self.assertEqual(await (await self.open(hello=False)).closed(), 4004)

    async def test_4005_no_pong(self):
        client = await self.open()
        client.answers_pings = False
        self.assertEqual(await client.closed(), 4005)

    async def test_a_pong_keeps_it(self):
        client = await self.open()
        client.answers_pings = False
        for _ in range(3):
            self.assertEqual(await client.next("ping"), {})
            await client.send({"pong": {}})
        await client.ask("members", room="a")

    async def test_4007_no_object(self):
        client = await self.open()
        await client.socket.send("[]")
        self.assertEqual(await client.closed(), 4007)

    async def test_4007_binary(self):
        client = await self.open()
        await client.socket.send(b"{}")
        self.assertEqual(await client.closed(), 4007)

    async def test_1009_too_long(self):
        client = await self.open()
        await client.socket.send(" " * (client.welcome["max_message"] + 1))
        self.assertEqual(await client.closed(), 1009)

    async def test_4008_one_too_many(self):
        first = [await self.open(user=f"{n}") for n in range(3)]
        self.assertEqual(await (await self.open(hello=False)).closed(), 4008)
        self.assertEqual(len(first), 3)

    async def test_1001_drain(self):
        daemon = Daemon()
        client = await Client.open(daemon)
        os.kill(daemon.pid, signal.SIGTERM)
        self.assertEqual(await client.closed(), 1001)
        daemon.ended()


if __name__ == "__main__":
    unittest.main()
