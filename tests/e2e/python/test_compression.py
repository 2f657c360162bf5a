"""Compressed messages (permessage-deflate): through a client library of another maker, and from hostile clients."""

import json
import unittest
import zlib

from bad_input_case import BadInput
from raw_connection import CLOSE, CONTINUATION, PING, PONG, TEXT, frame, upgrade
from test_protocol import ProtocolTest
from websockets_client import Client

COMPRESSED = 4  # RSV1, as `frame` takes it
COMPRESSION = {"session.compression": "true"}
OFFER = {"Sec_WebSocket_Extensions": "permessage-deflate"}


def deflated(plain: bytes, level: int = 6) -> bytes:
    """A message's payload (RFC 7692, section 7.2.1)."""
    stream = zlib.compressobj(level, zlib.DEFLATED, -15)
    return (stream.compress(plain) + stream.flush(zlib.Z_SYNC_FLUSH))[:-4]


def command(**what) -> bytes:
    return deflated(json.dumps(what).encode())


class Agreed(ProtocolTest):
    settings = COMPRESSION

    async def test_messages_of_every_size_between_members_of_both_kinds(self):
        ada, ben = await self.open(compression="deflate"), await self.open(compression="deflate")
        cleo = await self.open(compression=None)
        self.assertEqual([e.name for e in ada.extensions], ["permessage-deflate"])
        self.assertEqual(cleo.extensions, [])
        for member in (ben, cleo):
            await member.ask("join", room="a")
        for size in (0, 1, 100, 199, 200, 201, 1000, 4095, 4096, 4097, 60000):
            data = {"text": ("hé\u2028" + "x" * size)[:size]}
            await ada.ask("publish", room="a", event="said", data=data)
            for member in (ben, cleo):
                self.assertEqual((await member.next("message"))["data"], data)

    async def test_a_resume_brings_what_was_missed_then_live(self):
        ada, ben = await self.open(compression="deflate"), await self.open(compression="deflate")
        position = await ben.ask("join", room="a")
        await self.publish(ada, 5)
        for _ in range(20):
            await ada.ask("publish", room="a", event="said", data="long " * 500)
        ben.cut()
        again = await self.open(compression="deflate")
        reply = await again.ask("join", room="a", since=position)
        await self.publish(ada, 5)
        self.assertEqual((reply["recovered"], reply["missed"]), (True, 25))
        self.assertEqual([m["seq"] for m in await again.messages(30)], list(range(1, 31)))
        history = await again.ask("history", room="a", since=20)
        self.assertEqual([m["seq"] for m in history["messages"]], list(range(21, 31)))

    async def test_a_client_with_a_window_of_4_kb_gets_one(self):
        from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
        offer = ClientPerMessageDeflateFactory(server_max_window_bits=12, client_max_window_bits=True)
        ada = await self.open(compression=None, extensions=[offer])
        self.assertEqual(ada.extensions[0].remote_max_window_bits, 12)
        await ada.ask("join", room="a")
        data = [f"number {n}" for n in range(3000)]
        await ada.ask("publish", room="a", event="said", data=data, echo=True)
        self.assertEqual((await ada.next("message"))["data"], data)


class Hostile(BadInput):
    settings = COMPRESSION

    def compressing(self):
        """A greeted connection that takes compressed frames."""
        connection = self.send(upgrade(**OFFER))
        self.assertEqual(connection.answer()[0], 101)
        connection.send(frame(TEXT, command(id=1, hello={"user": "eve"}), reserved=COMPRESSED))
        self.assertIn("hello", connection.next_object())
        return connection

    def assert_closes(self, sent: bytes, code: int):
        connection = self.compressing()
        connection.send(sent)
        self.assertEqual(connection.close_code(), code)

    def test_bombs_are_closed_with_1009(self):
        once = deflated(b"\0" * (40 << 20), 9)
        for _ in range(20):
            self.assert_closes(frame(TEXT, once, reserved=COMPRESSED), 1009)
        parts = [once[i:i + 1000] for i in range(0, len(once), 1000)]
        fragments = [frame(CONTINUATION, part, fin=False) for part in parts[1:]]
        begun = frame(TEXT, parts[0], fin=False, reserved=COMPRESSED)
        self.assert_closes(begun + b"".join(fragments) + frame(CONTINUATION), 1009)

    def test_what_does_not_inflate_is_closed_with_1007(self):
        whole = command(members={"room": "a" * 200})
        for bad in (b"\xff" * 20, b"", whole[:10], whole + b"\xff", deflated(b'{"members":"\xff"}')):
            self.assert_closes(frame(TEXT, bad, reserved=COMPRESSED), 1007)

    def test_compressed_control_frames_and_continuations_are_closed_with_1002(self):
        for bad in (frame(PING, b"p", reserved=COMPRESSED), frame(CLOSE, reserved=COMPRESSED),
                    frame(TEXT, b"{", fin=False) + frame(CONTINUATION, b"}", reserved=COMPRESSED)):
            self.assert_closes(bad, 1002)

    def test_what_declares_too_much_is_closed_with_1009_at_once(self):
        self.assert_closes(frame(TEXT, reserved=COMPRESSED, length=2**40), 1009)

    def test_an_endless_row_of_empty_fragments_costs_nothing(self):
        connection = self.compressing()
        connection.send(frame(TEXT, fin=False, reserved=COMPRESSED))
        for _ in range(100):
            connection.send(frame(CONTINUATION, fin=False) * 2000)
        connection.send(frame(PING, b"there?"))
        self.assertEqual(connection.next_frame(), (PONG, b"there?"))
        connection.send(frame(CONTINUATION, command(id=2, members={"room": "a"})))
        self.assertIn("members", connection.next_object())

    def test_messages_begun_and_not_ended_hold_what_was_sent_and_no_more(self):
        begun = frame(TEXT, deflated(b"\0" * (20 << 20), 9)[:10000], fin=False, reserved=COMPRESSED)
        for _ in range(100):
            self.compressing().send(begun)


if __name__ == "__main__":
    unittest.main()
