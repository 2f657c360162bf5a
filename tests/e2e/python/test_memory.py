"""What roomd says that its memory is for (roomd_bytes) against what the system says that it takes, after a flood of each
kind of thing; and that memory goes back to the system when the flood is over. The program is named by ROOMD_BINARY.
"""
import pathlib
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest

from daemon_process import DEADLINE, Daemon
from memory_flood import MIB, SETTINGS, FloodCase, ask_all, open_sessions, publish, scrape
from raw_connection import Connection, text


class Explained(FloodCase):
    def test_idle_sockets(self):
        def flood(daemon, count):
            return [Connection(daemon.port) for _ in range(count or 4000)]
        self.check(flood, 2 * MIB)

    def test_idle_tls_sockets(self):
        if not shutil.which("openssl"):
            self.skipTest("openssl is not installed")
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        key, certificate = str(folder / "key"), str(folder / "certificate")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
        context = ssl.create_default_context(cafile=certificate)

        def flood(daemon, count):
            connections = []
            for _ in range(count or 600):
                connection = Connection(daemon.tls_port)
                connection.socket = context.wrap_socket(connection.socket, server_hostname="localhost")
                connections.append(connection)
            return connections
        self.check(flood, 6 * MIB, {"tls.listen": "127.0.0.1:0", "tls.key": key, "tls.certificate": certificate})

    def test_sessions(self):
        self.check(lambda daemon, count: open_sessions(daemon.port, count or 2000), 3 * MIB)

    def test_members_with_much_information(self):
        def flood(daemon, count):
            sessions = open_sessions(daemon.port, count or 1500, info=3500)
            for session in sessions:
                session.ask("join", {"room": "everybody"})
            return sessions
        self.check(flood, 10 * MIB)

    def test_sessions_in_many_rooms(self):
        def flood(daemon, count):
            sessions = open_sessions(daemon.port, (count or 200))
            for i, session in enumerate(sessions):
                ask_all(session, [{"join": {"room": f"room {i} {j}"}} for j in range(100)])
            return sessions
        self.check(flood, 40 * MIB)

    def test_rooms_in_use(self):
        def flood(daemon, count):
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish(f"room {i}", 1, ephemeral=True) for i in range(count or 20000)])
            return [session]
        self.check(flood, 30 * MIB)

    def test_history_and_keys(self):
        def flood(daemon, count):
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish(f"room {i % 50}", "x" * 500, key=f"the key {i}") for i in range(count or 30000)])
            return [session]
        self.check(flood, 15 * MIB)

    def test_rooms_that_are_kept(self):
        def flood(daemon, count):
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish(f"room {i}", 1) for i in range(count or 20000)])
            return [session]
        self.check(flood, 10 * MIB, {"rooms.linger": "0ms"})

    def test_readers_that_do_not_read(self):
        def flood(daemon, count):
            writer, = open_sessions(daemon.port, 1)
            ask_all(writer, [publish("long", f"{i} " + "x" * 50000) for i in range(20)])
            sessions = open_sessions(daemon.port, count or 60, receive_buffer=4096)
            for session in sessions:  # the kernel may hold some megabytes before anything waits in the program
                session.send(text({"id": 1, "history": {"room": "long", "limit": 2}}) * 60)
            end, before, waiting = time.monotonic() + DEADLINE, 0, -1
            while waiting < len(sessions) * 200000 or waiting != before:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.5)
                before, waiting = waiting, scrape(daemon.port)["roomd_outbox_bytes"]
            return [writer, *sessions]
        self.check(flood, 10 * MIB, first=2)


class GivenBack(unittest.TestCase):
    def test_memory_goes_back_to_the_system_after_a_peak(self):
        """Without the last room's end having to bring it about: the directory's shard does nothing for it."""
        with Daemon({**SETTINGS, "rooms.linger": "15s", "rooms.history_size": "0", "rooms.dedup_size": "0"}) as daemon:
            session, = open_sessions(daemon.port, 1)
            ask_all(session, [publish("first", 1)])
            before = daemon.memory()
            ask_all(session, [publish(f"room {i}", 1) for i in range(40000)])
            peak = daemon.memory()
            self.assertGreater(peak, before + 10 * MIB)
            end = time.monotonic() + DEADLINE
            while daemon.memory() > before + (peak - before) // 4:
                self.assertLess(time.monotonic(), end, f"{before} -> {peak} -> {daemon.memory()}")
                time.sleep(0.5)


if __name__ == "__main__":
    unittest.main()
