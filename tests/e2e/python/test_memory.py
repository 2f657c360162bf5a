"""What roomd says that its memory is for (roomd_bytes) against what the system says that it takes, after a flood of each
kind of thing; and that memory goes back to the system when the flood is over. The program is named by ROOMD_BINARY.
"""
import pathlib
import resource
import shutil
import ssl
import subprocess
import tempfile
import time
import unittest

from daemon_process import DEADLINE, Daemon
from raw_connection import Connection, request, text

SETTINGS = {"server.threads": "2", "session.ping_interval": "1h", "session.write_timeout": "1h",
            "http.idle_timeout": "1h", "http.header_timeout": "10m", "rooms.linger": "1h",
            "limits.new_rooms_per_session": "0", "limits.new_rooms_per_address": "0"}
MIB = 1 << 20
BURST = 50  # commands that are sent before the answers are read; fewer than limits.commands_in_flight


def scrape(port: int) -> dict[str, float]:
    """Every metric by its name with labels."""
    with Connection(port) as connection:
        connection.send(request("GET /metrics HTTP/1.1"))
        lines = connection.answer()[1].decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line[:1] != "#")}


def explained(port: int) -> float:
    return sum(value for name, value in scrape(port).items() if name.startswith("roomd_bytes{"))


def open_sessions(port: int, count: int, info: int = 0, receive_buffer: int | None = None) -> list[Connection]:
    sessions = []
    for i in range(count):
        session = Connection(port, receive_buffer).open_websocket(hello=False)
        hello = {"user": f"user {i}", "info": {"about": "x" * info}} if info else {"user": f"user {i}"}
        session.ask("hello", hello)
        sessions.append(session)
    return sessions


def ask_all(session: Connection, commands: list[dict]) -> None:
    """Sends them in bursts, and waits for the answers."""
    for begin in range(0, len(commands), BURST):
        part = commands[begin:begin + BURST]
        session.send(b"".join(text({"id": 1, **command}) for command in part))
        for _ in part:
            answer = session.next_object()
            while "id" not in answer:
                answer = session.next_object()
            if "error" in answer:
                raise AssertionError(answer)


def publish(room: str, data, **more) -> dict:
    return {"publish": {"room": room, "event": "e", "data": data, **more}}


class Explained(unittest.TestCase):
    """Each flood returns what has to stay open while the memory is looked at."""

    @classmethod
    def setUpClass(cls):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def close(self, connections: list[Connection]):
        for connection in connections:
            connection.socket.close()

    def check(self, flood, least: int, settings: dict[str, str] | None = None):
        """`least`: bytes that the flood takes at the least, or it would prove nothing."""
        with Daemon({**SETTINGS, **(settings or {})}) as daemon:
            self.close(flood(daemon, 20))  # so that what is made only once is there
            said, taken = explained(daemon.port), daemon.memory()
            open_connections = flood(daemon, None)
            self.addCleanup(self.close, open_connections)
            more_said, more_taken = explained(daemon.port) - said, daemon.memory() - taken
            print(f"{self.id().rsplit('.')[-1]}: said {more_said / MIB:.1f} MiB, taken {more_taken / MIB:.1f} MiB",
                  flush=True)
            self.assertGreater(more_taken, least)
            self.assertGreater(more_said, 0.8 * more_taken)
            self.assertLess(more_said, 1.4 * more_taken)
            self.close(open_connections)

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
        self.check(flood, 10 * MIB)


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
