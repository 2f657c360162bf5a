"""A Redis that comes back while clients hold every descriptor that they can get. The program is named by ROOMD_BINARY."""
import os
import pathlib
import sys
import tempfile
import threading
import time
import unittest
from unittest import mock

from daemon_process import DEADLINE, Daemon
from raw_connection import Connection

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "redis"))
try:
    from servers import Server
except ModuleNotFoundError as missing:  # a bare machine may be without redis-py
    raise unittest.SkipTest(str(missing))

DESCRIPTORS = 200


class Crowd:
    """Keeps opening connections and holds on to them; one that is ended is replaced."""

    def __init__(self, port: int, size: int):
        self._port, self._size = port, size
        self._stop, self.turned_away = threading.Event(), 0
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self):
        held = []
        while not self._stop.wait(0.01):
            for connection in [c for c in held if self._has_ended(c)]:
                self.turned_away += 1
                connection.socket.close()
                held.remove(connection)
            try:
                held += [Connection(self._port) for _ in range(min(self._size - len(held), 20))]
            except OSError:
                pass  # the backlog is full
        for connection in held:
            connection.socket.close()

    @staticmethod
    def _has_ended(connection: Connection) -> bool:
        connection.socket.setblocking(False)
        try:
            return connection.socket.recv(4096) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def stop(self):
        self._stop.set()
        self._thread.join()


class DescriptorsForRedis(unittest.TestCase):
    def test_redis_is_back_soon_while_clients_hold_all_descriptors_that_they_get(self):
        redis = Server()
        self.addCleanup(redis.stop)
        folder = self.enterContext(tempfile.TemporaryDirectory())
        program = pathlib.Path(folder, "roomd")
        program.write_text(f'#!/bin/sh\nexec prlimit --nofile={DESCRIPTORS}:{DESCRIPTORS} '
                           f'"{os.environ["ROOMD_BINARY"]}" "$@"\n', encoding="ascii")
        program.chmod(0o755)
        settings = {"engine.type": "redis", "redis.address": f"127.0.0.1:{redis.port}", "server.threads": "2",
                    "session.ping_interval": "1h", "http.idle_timeout": "1h", "http.header_timeout": "10m"}
        with mock.patch.dict(os.environ, {"ROOMD_BINARY": str(program)}):
            daemon = Daemon(settings)
        with daemon, Connection(daemon.port) as control:
            control.open_websocket()
            message = {"room": "a", "event": "e", "data": 1}
            self.assertIn("publish", control.ask("publish", message))
            crowd = Crowd(daemon.port, 2 * DESCRIPTORS)
            self.addCleanup(crowd.stop)
            end = time.monotonic() + DEADLINE
            while crowd.turned_away < DESCRIPTORS:  # so all places are taken, and those who come are turned away
                self.assertLess(time.monotonic(), end)
                time.sleep(0.05)
            for _ in range(3):
                redis.client.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                redis.client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
                begin = time.monotonic()
                while "error" in control.ask("publish", message):
                    self.assertLess(time.monotonic() - begin, 10)
                    time.sleep(0.05)
            crowd.stop()


if __name__ == "__main__":
    unittest.main()
