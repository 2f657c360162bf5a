"""With rooms in Redis: what roomd says that its memory is for against what the system says that it takes. The program is
named by ROOMD_BINARY."""
import os
import pathlib
import signal
import sys
import time
import unittest

from daemon_process import DEADLINE
from memory_flood import MIB, FloodCase, ask_all, open_sessions, publish, scrape
from raw_connection import text

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "redis"))
try:
    from servers import Server
except ModuleNotFoundError as missing:  # a bare machine may be without redis-py
    raise unittest.SkipTest(str(missing))


class ExplainedWithRedis(FloodCase):
    def setUp(self):
        self.redis = Server()
        self.addCleanup(self.redis.stop)
        self.settings = {"engine.type": "redis", "redis.address": f"127.0.0.1:{self.redis.port}"}

    def test_many_rooms(self):
        def flood(daemon, count):
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish(f"room {i}", 1) for i in range(count or 15000)])
            return [session]
        self.check(flood, 40 * MIB, self.settings)

    def test_rooms_with_long_names(self):
        def flood(daemon, count):
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish(f"{i} ".ljust(250, "n"), 1) for i in range(count or 8000)])
            return [session]
        self.check(flood, 40 * MIB, self.settings)

    def test_keys_and_long_history(self):
        def flood(daemon, count):
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish(f"room {i % 50}", "x" * 2000, key=f"the key {i}") for i in range(count or 20000)])
            return [session]
        self.check(flood, 20 * MIB, self.settings)

    def test_publishes_that_wait_for_a_server_that_stands_still(self):
        def flood(daemon, count):
            sessions = open_sessions(daemon.port, count or 100)
            for i, session in enumerate(sessions):
                session.ask("publish", publish(f"room {i}", 1)["publish"])
            if count:
                return sessions
            os.kill(self.redis.process.pid, signal.SIGSTOP)
            self.addCleanup(os.kill, self.redis.process.pid, signal.SIGCONT)
            for i, session in enumerate(sessions):
                session.send(b"".join(text({"id": 2, **publish(f"room {i}", "x" * 8000)}) for _ in range(30)))
            end = time.monotonic() + DEADLINE
            while scrape(daemon.port)['roomd_bytes{what="engine"}'] < 30 * 8000 * len(sessions):
                self.assertLess(time.monotonic(), end)
                time.sleep(0.2)
            return sessions
        self.check(flood, 20 * MIB, {**self.settings, "redis.command_timeout": "60s", "session.command_timeout": "60s"})


if __name__ == "__main__":
    unittest.main()
