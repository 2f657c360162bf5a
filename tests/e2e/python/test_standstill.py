"""A daemon that is stopped for longer than its clients may be silent: what they sent meanwhile lies in the sockets and
counts, while a client that really is silent or slow is ended as ever.
"""
import contextlib
import os
import re
import signal
import time
import unittest

from daemon_process import Daemon
from raw_connection import CLOSE, TEXT, Connection, frame, request, text

STANDSTILL = 5  # seconds, longer than every time-out below
SETTINGS = {"session.ping_interval": "4s", "session.ping_timeout": "3s", "session.handshake_timeout": "4s",
            "http.header_timeout": "4s", "session.close_timeout": "4s", "session.write_timeout": "4s"}
HELLO = text({"id": 1, "hello": {"user": "ada"}})
PONG = text({"pong": {}})


@contextlib.contextmanager
def standing_still(daemon: Daemon):
    """What is done within it happens while the daemon is stopped."""
    os.kill(daemon.pid, signal.SIGSTOP)
    begun = time.monotonic()
    try:
        yield
        time.sleep(max(0.0, begun + STANDSTILL - time.monotonic()))
    finally:
        os.kill(daemon.pid, signal.SIGCONT)


def closes(daemon: Daemon) -> dict[int, int]:
    """How many sessions the daemon has ended, by code."""
    with Connection(daemon.port) as scrape:
        scrape.send(request("GET /metrics HTTP/1.1"))
        found = re.findall(r'^roomd_closes_total\{code="(\d+)"\} (\d+)', scrape.answer()[1].decode(), re.MULTILINE)
        return {int(code): int(count) for code, count in found}


class Standstill(unittest.TestCase):
    def setUp(self):
        self.daemon = Daemon(SETTINGS)
        self.addCleanup(self.daemon.stop)

    def connect(self, receive_buffer: int | None = None) -> Connection:
        connection = Connection(self.daemon.port, receive_buffer)
        self.addCleanup(connection.socket.close)
        return connection

    def pinged(self) -> Connection:
        """A session that has just been pinged, and has not answered."""
        session = self.connect().open_websocket()
        while "ping" not in session.next_object():
            pass
        return session

    def test_an_answer_to_a_ping_that_lies_unread_keeps_the_session(self):
        session = self.pinged()
        with standing_still(self.daemon):
            session.send(PONG)
        self.assertIn("members", session.ask("members", {"room": "a"}))
        self.assertNotIn(4005, closes(self.daemon))

    def test_greetings_requests_and_closes_that_lie_unread_are_answered(self):
        greeters = [self.connect().open_websocket(hello=False) for _ in range(20)]
        askers, halves = ([self.connect() for _ in range(20)] for _ in range(2))
        for half in halves:
            half.send(b"GET /hea")
        closed = self.connect().open_websocket()
        closed.send(text("nonsense"))
        self.assertEqual(closed.next_frame()[0], CLOSE)
        with standing_still(self.daemon):
            for greeter in greeters:
                greeter.send(HELLO)
            for asker in askers:
                asker.send(request())
            for half in halves:
                half.send(request()[8:])
            closed.send(frame(CLOSE, (4007).to_bytes(2, "big")))
            closed.end_sending()
        for greeter in greeters:
            self.assertIn("hello", greeter.next_object())
        for client in askers + halves:
            self.assertEqual(client.statuses(), [200])
        self.assertIsNone(closed.next_frame())  # an end, and no reset
        self.assertEqual(closes(self.daemon), {4007: 1})

    def test_who_is_silent_is_ended_all_the_same(self):
        pinged = self.pinged()
        silent, slow, half = (self.connect() for _ in range(3))
        for session in (silent, slow):
            session.open_websocket(hello=False)
        with standing_still(self.daemon):
            slow.send(frame(TEXT, b'{"hello":', fin=False))  # which spares it once
            half.send(b"GET /hea")
        self.assertEqual(pinged.close_code(), 4005)
        self.assertEqual(silent.close_code(), 4004)
        self.assertEqual(slow.close_code(), 4004)
        self.assertEqual(half.statuses(), [408])

    def test_a_reader_that_read_on_meanwhile_is_not_slow(self):
        reader, writer = self.connect(receive_buffer=4096).open_websocket(), self.connect().open_websocket()
        reader.ask("join", {"room": "loud"})
        for _ in range(100):
            writer.send(text({"publish": {"room": "loud", "event": "e", "data": "x" * 60_000}}))
        writer.ask("members", {"room": "loud"})  # all of it has been published
        with standing_still(self.daemon):
            reader.take_what_is_there()
        seen = 0
        while seen < 100:
            message = reader.next_object()
            if "ping" in message:
                reader.send(PONG)
            seen += "message" in message
        self.assertNotIn(4006, closes(self.daemon))


if __name__ == "__main__":
    unittest.main()
