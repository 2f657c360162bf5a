"""Lists of members that are long, asked for by many who do not read, and infos that change without end: what they cost
the daemon has a bound. Memory is compared with what the daemon had before, in bytes.
"""
import json
import unittest

from daemon_process import Daemon
from raw_connection import Connection, request, text

MIB = 1 << 20
INFO = 4000
SMALL = 16 << 10


def tell(connection: Connection, commands: list[dict]) -> None:
    """Sends commands in one go, the last with an id, and waits for the answer to it."""
    commands[-1]["id"] = 99
    connection.send(b"".join(text(each) for each in commands))
    while connection.next_object().get("id") != 99:
        pass


def hello(user: str, size: int = 0) -> dict:
    return {"hello": {"user": user, "info": {"x": "x" * size}}}


class LongLists(unittest.TestCase):
    """A room of 400 users with 4,000 bytes of info each: a list of 1.6 MB."""
    users = 400
    rows = 1_600_000

    @classmethod
    def setUpClass(cls):
        cls.daemon = Daemon({"rooms.linger": "0ms", "session.write_timeout": "1m"})
        cls.crowd = []
        for number in range(cls.users):
            connection = Connection(cls.daemon.port).open_websocket(hello=False)
            tell(connection, [hello(f"user{number}", INFO), {"join": {"room": "crowd"}}])
            cls.crowd.append(connection)

    @classmethod
    def tearDownClass(cls):
        for each in cls.crowd:
            each.socket.close()
        cls.daemon.stop()

    def connect(self, **options) -> Connection:
        connection = Connection(self.daemon.port, **options)
        self.addCleanup(connection.socket.close)
        return connection

    def test_pages_have_everybody_once_and_no_message_is_longer_than_clients_take(self):
        guest = self.connect().open_websocket()
        reply = guest.ask("join", {"room": "crowd", "members": True})
        found, page = [], reply["join"]
        while True:
            self.assertLess(len(json.dumps(page)), MIB)
            found += [each["user"] for each in page["members"]]
            if "next" not in page:
                break
            page = guest.ask("members", {"room": "crowd", "after": page["next"]})["members"]
        self.assertEqual(len(found), self.users + 1)
        self.assertEqual(found, sorted(found))

    def test_a_hundred_who_ask_and_do_not_read_share_the_pages(self):
        before = self.daemon.memory()
        for _ in range(100):
            asker = self.connect(receive_buffer=SMALL).open_websocket()
            asker.send(b"".join(text({"id": number, "members": {"room": "crowd"}}) for number in range(1, 11)))
        with Connection(self.daemon.port).open_websocket() as control:  # a turn later
            control.ask("members", {"room": "crowd", "limit": 1})
            grown = self.daemon.memory() - before
        self.assertLess(grown, 100 * self.rows / 8)

    def test_answers_to_http_clients_that_do_not_read_are_short(self):
        before = self.daemon.memory()
        for _ in range(50):
            self.connect(receive_buffer=SMALL).send(request("GET /v1/rooms/crowd/users HTTP/1.1"))
        with Connection(self.daemon.port) as control:
            control.send(request("GET /v1/rooms/crowd/users HTTP/1.1"))
            status, body = control.answer()
        self.assertEqual(status, 200)
        self.assertLess(len(body), 256 << 10)
        self.assertIn("next", json.loads(body))
        self.assertLess(self.daemon.memory() - before, 50 * self.rows / 4)


class ManyInfos(unittest.TestCase):
    rooms = 128
    identities = 600

    def test_identities_without_end_cost_no_more_than_their_rooms(self):
        """Each room is told, and tells ten observers that do not read: without a bound that is 300 MB, and 3 GB."""
        with Daemon({"rooms.linger": "0ms", "session.write_timeout": "1m"}) as daemon:
            names = [f"room{number}" for number in range(self.rooms)]
            joins = [{"join": {"room": name, "members": True}} for name in names]
            for number in range(10):
                observer = Connection(daemon.port, receive_buffer=SMALL).open_websocket(hello=False)
                self.addCleanup(observer.socket.close)
                tell(observer, [hello(f"observer{number}"), *[dict(each) for each in joins]])
            flood = Connection(daemon.port).open_websocket(hello=False)
            self.addCleanup(flood.socket.close)
            tell(flood, [hello("flood"), *[{"join": {"room": name}} for name in names]])
            before, peak = daemon.memory(), 0
            for number in range(self.identities):
                flood.send(text({"identity": {"info": {"n": number, "x": "x" * INFO}}}))
                if number % 50 == 0:
                    peak = max(peak, daemon.memory())
            last = {"n": self.identities - 1, "x": "x" * INFO}
            for name in (names[0], names[-1]):
                members = flood.ask("members", {"room": name})["members"]["members"]
                self.assertIn({"user": "flood", "info": last},
                              [{"user": each["user"], "info": each["info"]} for each in members])
            peak = max(peak, daemon.memory())
            sent = self.identities * INFO
            self.assertLess(peak - before, 20 * sent)


if __name__ == "__main__":
    unittest.main()
