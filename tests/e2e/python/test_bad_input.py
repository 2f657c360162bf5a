"""Bad input of every kind against the running daemon: each case gets the answer that the documents promise, and none
of them costs the others anything. After each one the daemon still serves: over HTTP, to a new WebSocket, and to one that
is open throughout; and its memory has not grown by more than a hundred times the bytes that were sent.

The program to test is named by ROOMD_BINARY. The cases stand in the tables bad_input_*.py.
"""
import re
import unittest

import bad_input_commands
import bad_input_frames
import bad_input_http
import bad_input_json
import bad_input_upgrade
from daemon_process import Daemon
from raw_connection import CLOSE, Connection, frame, request, text

GROWTH = 100  # bytes of memory for a byte that was sent
SLACK = 4 << 20  # what the allocator may keep, whatever was sent
A_SOCKET = 64 << 10  # what an open connection may cost


class BadInput(unittest.TestCase):
    """A daemon that all cases of a class share, and what must hold after each of them."""
    settings: dict[str, str] = {}

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon(cls.settings)
        cls.addClassCleanup(cls.daemon.stop)
        cls.control = Connection(cls.daemon.port).open_websocket()
        cls.addClassCleanup(cls.control.socket.close)

    def setUp(self):
        self.open: list[Connection] = []
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
        self.assertLess(grown, GROWTH * sent + SLACK + A_SOCKET * len(self.open), f"memory, for {sent} bytes")
        self.assertEqual(self.send(request()).statuses(), [200])
        self.assertIn("members", self.greeted().ask("members", {"room": "control"}))
        self.assertIn("members", self.control.ask("members", {"room": "control"}))
        self.assertFalse([line for line in self.daemon.log if ".exception " in line or "actor.unexpected" in line])

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


class Http(BadInput):
    def refused(self, case):
        _, sent, statuses = case
        self.assertEqual(self.send(sent).statuses(), statuses)


class Upgrade(BadInput):
    def answered(self, case):
        _, sent, status = case
        connection = self.send(sent)
        if status == 101:
            self.assertEqual(connection.answer()[0], 101)
            self.assertIn("hello", connection.ask("hello", {}))
        else:
            connection.end_sending()
            self.assertEqual(connection.statuses(), [status])


class Frames(BadInput):
    def answered(self, case):
        _, sent, code = case
        connection = self.greeted()
        connection.send(sent)
        if code is None:
            self.assert_goes_on(connection)
        else:
            self.assertEqual(connection.close_code(), code)


class Json(BadInput):
    def answered(self, case):
        _, sent, answer = case
        connection = self.greeted()
        connection.send(text(sent))
        if isinstance(answer, int):
            return self.assertEqual(connection.close_code(), answer)
        if answer:
            self.assert_error(connection.next_object(), answer)
        self.assert_goes_on(connection)


class Commands(BadInput):
    def refused(self, case):
        command, fields, answer = case
        connection = self.greeted()
        self.assert_error(connection.ask(command, fields), answer)
        self.assert_goes_on(connection)


class Greeting(BadInput):
    def wrong_hello(self, case):
        fields, answer = case
        connection = self.connect().open_websocket(hello=False)
        self.assert_error(connection.ask("hello", fields), answer)
        self.assertIn("hello", connection.ask("hello", {"user": "ada"}))

    def something_else(self, case):
        _, sent, code = case
        connection = self.connect().open_websocket(hello=False)
        connection.send(text(sent))
        if code == 4001:
            self.assert_error(connection.next_object(), (401, "unauthorized"))
        self.assertEqual(connection.close_code(), code)


def first(case) -> str:
    return case[0]


add_tests(Http, "HTTP", bad_input_http.CASES, first, Http.refused)
add_tests(Upgrade, "upgrade", bad_input_upgrade.CASES, first, Upgrade.answered)
add_tests(Frames, "frames", bad_input_frames.CASES, first, Frames.answered)
add_tests(Json, "JSON", bad_input_json.CASES, first, Json.answered)
add_tests(Commands, "commands", bad_input_commands.CASES, lambda c: f"{c[0]} {str(c[1])[:60]}", Commands.refused)
add_tests(Greeting, "greeting", bad_input_commands.HELLOS, lambda c: f"hello {str(c[0])[:60]}", Greeting.wrong_hello)
add_tests(Greeting, "before the greeting", bad_input_commands.UNGREETED, lambda c: f"not {c[0]}", Greeting.something_else)

if __name__ == "__main__":
    unittest.main()
