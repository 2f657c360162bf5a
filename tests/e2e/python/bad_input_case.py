"""What the tests of bad input share: a daemon for all cases of a class, and what must hold after each of them."""
import re
import unittest

from daemon_process import Daemon
from raw_connection import Connection, request

GROWTH = 100  # bytes of memory for a byte that was sent
SLACK = 4 << 20  # what the allocator may keep, whatever was sent
A_SOCKET = 64 << 10  # what an open connection may cost


class BadInput(unittest.TestCase):
    """A daemon that all cases of a class share, and what must hold after each of them."""
    settings: dict[str, str] = {}
    never_pinged = {"session.ping_interval": "1h"}  # the tests answer no pings

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon({**cls.never_pinged, **cls.settings})
        cls.addClassCleanup(cls.daemon.stop)
        cls.control = Connection(cls.daemon.port).open_websocket()
        cls.addClassCleanup(cls.control.socket.close)

    def setUp(self):
        self.open: list[Connection] = []
        self.more_open = 0
        self.memory = self.daemon.memory()

    def connect(self, port: int | None = None, receive_buffer: int | None = None) -> Connection:
        self.open.append(Connection(port or self.daemon.port, receive_buffer))
        self.addCleanup(self.open[-1].socket.close)
        return self.open[-1]

    def send(self, data: bytes) -> Connection:
        """A connection that has sent this."""
        connection = self.connect()
        connection.send(data)
        return connection

    def greeted(self) -> Connection:
        return self.connect().open_websocket()

    def tearDown(self):
        grown = self.daemon.memory() - self.memory
        sent = sum(c.sent for c in self.open)
        self.assertTrue(self.daemon.running(), "\n".join(self.daemon.log[-20:]))
        sockets = len(self.open) + self.more_open
        self.assertLess(grown, GROWTH * sent + SLACK + A_SOCKET * sockets, f"memory, for {sent} bytes")
        self.assertEqual(self.send(request()).statuses(), [200])
        for session in (self.greeted(), self.control):  # asks a room's directory, and makes no room
            self.assert_error(session.ask("leave", {"room": "control"}), (404, "not_joined"))
        faults = re.compile(r" (\w+\.exception|actor\.unexpected|actor\.unreachable|room\.failed) ")
        self.assertFalse([line for line in self.daemon.log if faults.search(line)])

    def assert_goes_on(self, connection: Connection):
        self.assertIn("members", connection.ask("members", {"room": "after"}))

    def assert_error(self, found: dict, expected: tuple[int, str]):
        error = found.get("error", found)
        self.assertEqual((error.get("code"), error.get("reason")), expected, found)


def add_tests(cls, what: str, cases, name, run):
    """One test a case: `name(case)` says which, `run(self, case)` what happens."""
    for number, case in enumerate(cases, 1):
        def test(self, case=case):
            run(self, case)
        test.__doc__ = f"{what}: {name(case)}"[:120]
        label = re.sub(r"\W+", "_", name(case))[:60].strip("_")
        setattr(cls, f"test_{number:03}_{label}", test)
