"""What floods of many kinds share: how to make them, and what roomd says that its memory is for (roomd_bytes) against what
the system says that it takes."""
import resource
import unittest

from daemon_process import Daemon
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


class FloodCase(unittest.TestCase):
    """Each flood returns what has to stay open while the memory is looked at."""

    @classmethod
    def setUpClass(cls):
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def close(self, connections: list[Connection]):
        for connection in connections:
            connection.socket.close()

    def check(self, flood, least: int, settings: dict[str, str] | None = None, first: int = 20):
        """`least`: bytes that the flood takes at the least, or it would prove nothing. `first`: how large the one before it
        is; what that one gave up may not be back with the system yet, and is used again."""
        with Daemon({**SETTINGS, **(settings or {})}) as daemon:
            self.close(flood(daemon, first))  # so that what is made only once is there
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
