"""SIGTERM as a load balancer and late clients see it: the port stays open for drain.delay, and nobody who comes late is
let in only to be cut off.
"""
import os
import select
import signal
import socket
import unittest

from daemon_process import DEADLINE, Daemon
from raw_connection import Connection, request, text, upgrade


def refuses(port: int) -> bool:
    """Whether nobody listens there any more."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


class Drain(unittest.TestCase):
    def start(self, **settings: str) -> Daemon:
        daemon = Daemon({"session.ping_interval": "1h", "session.close_timeout": "30s", "drain.timeout": "1m",
                         **{name.replace("_", ".", 1): value for name, value in settings.items()}})
        self.addCleanup(daemon.stop)
        return daemon

    def connect(self, daemon: Daemon) -> Connection:
        connection = Connection(daemon.port)
        self.addCleanup(connection.socket.close)
        return connection

    def await_that(self, condition, what: str) -> None:
        for _ in range(DEADLINE * 20):
            if condition():
                return
            select.select([], [], [], 0.05)
        self.fail(what)

    def test_an_upgrade_whose_head_comes_whole_only_then_is_refused_with_503(self):
        daemon = self.start()
        keeps, late = self.connect(daemon).open_websocket(), self.connect(daemon)
        late.send(upgrade()[:40])
        with Connection(daemon.port) as other:  # so that the half request is read
            other.send(request())
            self.assertEqual(other.statuses(), [200])
        os.kill(daemon.pid, signal.SIGTERM)
        self.await_that(lambda: refuses(daemon.port), "the port stays open")
        late.send(upgrade()[40:])
        self.assertEqual(late.statuses(), [503])
        self.assertEqual(keeps.close_code(), 1001)
        daemon.ended()

    def test_for_drain_delay_the_port_stays_open_and_ready_says_503(self):
        daemon = self.start(drain_delay="5s")
        early = self.connect(daemon).open_websocket()
        os.kill(daemon.pid, signal.SIGTERM)
        daemon.wait_for_line(r" daemon\.drain delay_ms=5000 ")

        def is_unready() -> bool:
            with Connection(daemon.port) as check:
                check.send(request("GET /ready HTTP/1.1"))
                return check.statuses() == [503]

        self.await_that(is_unready, "/ready goes on")
        would_stay = self.connect(daemon)
        would_stay.send(request("GET /health HTTP/1.1", {"Host": "x"}))
        self.assertEqual(would_stay.statuses(), [200])  # and the server ends it
        late = self.connect(daemon).open_websocket()
        for session in (early, late):
            session.send(text({"id": 5, "publish": {"room": "a", "event": "e", "data": 1}}))
            self.assertIn("publish", session.next_object())
        self.await_that(lambda: refuses(daemon.port), "the port stays open")
        for session in (early, late):
            self.assertEqual(session.close_code(), 1001)
        daemon.ended()


if __name__ == "__main__":
    unittest.main()
