"""Nodes with different numbers in redis.database share a server and nothing else, though its channels know no databases.
The program is named by ROOMD_BINARY."""
import contextlib
import pathlib
import sys
import time
import unittest

from daemon_process import DEADLINE, Daemon
from raw_connection import Connection, text

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "redis"))
try:
    from servers import Server
except ModuleNotFoundError as missing:  # a bare machine may be without redis-py
    raise unittest.SkipTest(str(missing))


def greeted(stack: contextlib.ExitStack, daemon: Daemon, user: str) -> Connection:
    session = stack.enter_context(Connection(daemon.port)).open_websocket(hello=False)
    session.ask("hello", {"user": user})
    session.ask("join", {"room": "a"})
    return session


def say(session: Connection, data: str) -> None:
    session.ask("publish", {"room": "a", "event": "e", "data": data, "ephemeral": True})


def heard_until(session: Connection, last: str) -> list[str]:
    """What the room's messages say, up to this one."""
    said = []
    while last not in said:
        push = session.next_object()
        if push.get("message", {}).get("room") == "a":
            said.append(push["message"]["data"])
    return said


class Databases(unittest.TestCase):
    def users(self, session: Connection) -> list[str]:
        return sorted(each["user"] for each in session.ask("members", {"room": "a"})["members"]["members"])

    def test_neither_presence_nor_ephemeral_messages_cross_from_one_to_the_other(self):
        with contextlib.ExitStack() as stack:
            redis = Server()
            stack.callback(redis.stop)
            nodes = [stack.enter_context(Daemon({"engine.type": "redis", "redis.database": number,
                                                 "redis.address": f"127.0.0.1:{redis.port}"}))
                     for number in ("0", "0", "1", "1")]
            ada, bob, cyd, dan = (greeted(stack, node, user) for node, user in zip(nodes, ("ada", "bob", "cyd", "dan")))
            end = time.monotonic() + DEADLINE
            while self.users(ada) != ["ada", "bob"] or self.users(dan) != ["cyd", "dan"]:
                self.assertLess(time.monotonic(), end)
            say(ada, "of 0")
            self.assertEqual(heard_until(bob, "of 0"), ["of 0"])  # so it was on the server's channels
            say(cyd, "of 1")
            self.assertEqual(heard_until(dan, "of 1"), ["of 1"])
            say(ada, "last of 0")
            self.assertEqual(heard_until(bob, "last of 0"), ["last of 0"])
            self.assertEqual((self.users(bob), self.users(cyd)), (["ada", "bob"], ["cyd", "dan"]))


if __name__ == "__main__":
    unittest.main()
