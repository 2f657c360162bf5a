"""A log that is read late, or by nobody: lines wait in a bounded queue and are dropped, but nothing else waits for the
reader, and what is dropped is counted. The program to test is named by ROOMD_BINARY."""
import fcntl
import os
import re
import signal
import subprocess
import tempfile
import unittest

from daemon_process import DEADLINE
from raw_connection import Connection, request, text

PIPE = 4096  # bytes: the least that Linux gives a pipe
QUEUE = 64  # lines: the least that log.queue may be
REQUESTS = 1500


def free_of_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ROOMD_")}


class UnreadLog(unittest.TestCase):
    """The log goes into a pipe whose other end the test holds."""

    def start(self, *settings: str) -> None:
        self.out, into = os.pipe()
        self.addCleanup(os.close, self.out)
        fcntl.fcntl(into, fcntl.F_SETPIPE_SZ, PIPE)
        all_settings = ("log.level=debug", "server.threads=1", "drain.window=0ms", *settings)
        sets = [word for one in all_settings for word in ("--set", one)]
        command = [os.environ["ROOMD_BINARY"], "--listen", "127.0.0.1:0", *sets]
        self.process = subprocess.Popen(command, stderr=into, env=free_of_settings())
        os.close(into)
        self.addCleanup(self.end)
        self.seen = b""
        self.port = int(self.read_until(rb"net\.listen address=\S+:(\d+)")[1])
        for last in (rb"daemon\.ready .*\n", rb"net\.listen tls=.*\n"):  # the lines of the start, in whichever order
            self.read_until(last)

    def end(self) -> None:
        self.process.kill()
        self.process.wait()

    def read_until(self, pattern: bytes) -> re.Match:
        while not (found := re.search(pattern, self.seen)):
            came = os.read(self.out, 65536)
            self.assertTrue(came, f"the log ended before {pattern!r}")
            self.seen += came
        return found

    def read_rest(self) -> str:
        while came := os.read(self.out, 65536):
            self.seen += came
        return self.seen.decode(errors="replace")

    def ask_badly(self, times: int) -> None:
        """Each of these requests is answered, and is a line of the log."""
        for _ in range(times):
            with Connection(self.port) as bad:
                bad.send(b"nonsense\r\n\r\n")
                self.assertEqual(bad.statuses(), [400])

    def dropped(self) -> int:
        with Connection(self.port) as scrape:
            scrape.send(request("GET /metrics HTTP/1.1"))
            return int(re.search(rb"^roomd_log_dropped_total (\d+)", scrape.answer()[1], re.MULTILINE)[1])

    def stop(self, sign: int = signal.SIGTERM) -> int:
        self.process.send_signal(sign)
        return self.process.wait(DEADLINE)

    def test_nothing_waits_for_a_log_that_nobody_reads(self):
        self.start()
        self.ask_badly(REQUESTS)
        self.assertEqual(self.stop(), 0)

    def test_what_is_dropped_is_counted_and_said_where_the_lines_are_missing(self):
        self.start(f"log.queue={QUEUE}")
        self.ask_badly(REQUESTS)
        counted = self.dropped()
        self.assertGreater(counted, REQUESTS // 2)
        said = int(self.read_until(rb"log\.dropped lines=(\d+)\n")[1])
        self.assertEqual(said, counted)
        self.ask_badly(1)
        self.process.send_signal(signal.SIGTERM)
        log = self.read_rest()
        self.assertEqual(self.process.wait(DEADLINE), 0)
        self.assertEqual(len(re.findall(r"http\.refused ", log)) + said, REQUESTS + 1)
        self.assertIn("daemon.end", log)

    def test_lines_just_before_the_end_arrive(self):
        self.start()
        self.ask_badly(REQUESTS)
        self.process.send_signal(signal.SIGTERM)
        log = self.read_rest()
        self.assertEqual(self.process.wait(DEADLINE), 0)
        self.assertEqual(len(re.findall(r"http\.refused ", log)), REQUESTS)
        self.assertRegex(log, r"daemon\.end\n$")

    def test_lines_before_a_crash_arrive(self):
        self.start()
        self.ask_badly(REQUESTS)
        self.process.send_signal(signal.SIGABRT)
        log = self.read_rest()
        self.assertEqual(self.process.wait(DEADLINE), -signal.SIGABRT)
        self.assertEqual(len(re.findall(r"http\.refused ", log)), REQUESTS)

    def test_no_secret_is_logged(self):
        secret = "hunter2-is-secret"
        with tempfile.NamedTemporaryFile("w") as password:
            password.write(secret + "\n")
            password.flush()
            self.start("log.level=trace", "engine.type=redis", "redis.address=127.0.0.1:1",
                       f"redis.password_file={password.name}")
            for line in (f"GET /v1/ws?token={secret} HTTP/1.1", f"GET /x?token={secret} HTTP/1.1", f"PUT /{secret} HTTP/1.1",
                         f"{secret} / HTTP/1.1", f"GET /%zz?{secret} HTTP/9.9"):
                with Connection(self.port) as asks:
                    asks.send(request(line, {"Host": "localhost", "Authorization": f"Bearer {secret}", "Cookie": secret,
                                             "Connection": "close"}))
                    self.assertGreaterEqual(min(asks.statuses()), 400)
            with Connection(self.port).open_websocket(hello=False) as greets:
                greets.send(text({"id": 1, "hello": {"user": "ada", "token": secret, secret: 1}}))
                greets.send(text(f"{secret}"))
                greets.close_code()
            self.read_until(rb"redis\.down ")
            self.process.send_signal(signal.SIGTERM)
            log = self.read_rest()
        self.assertEqual(self.process.wait(DEADLINE), 0)
        self.assertIn("http.refused", log)
        self.assertNotIn(secret, log)

    def test_a_log_whose_reader_has_gone_costs_nothing_but_the_log(self):
        self.start()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, self.out)
        os.close(nothing)
        self.ask_badly(10)
        while self.dropped() < 10:  # each look has a deadline of its own
            self.assertIsNone(self.process.poll())
        self.assertEqual(self.stop(), 0)

    def test_a_second_signal_does_not_wait_for_it_either(self):
        self.start("drain.window=1m", "drain.timeout=2m")
        idle = Connection(self.port)
        sessions = [Connection(self.port).open_websocket() for _ in range(10)]
        for one in (idle, *sessions):
            self.addCleanup(one.socket.close)
        self.ask_badly(REQUESTS)
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(idle.statuses(), [])  # ended: the first signal has been heard
        self.assertEqual(self.stop(), 1)


if __name__ == "__main__":
    unittest.main()
