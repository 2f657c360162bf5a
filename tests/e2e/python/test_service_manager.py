"""What roomd tells the service manager: sd_notify(3) over a datagram socket, which node does not have."""

import os
import signal
import socket
import tempfile
import unittest

from daemon_process import DEADLINE, Daemon


class Notifications(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="roomd-e2e-")
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(self.socket.close)
        self.socket.bind(self.path)
        self.socket.settimeout(DEADLINE)

    def start(self, **env):
        daemon = Daemon(more_environment={"NOTIFY_SOCKET": self.path, **env})
        self.addCleanup(daemon.stop)
        return daemon

    def hear(self, line):
        """Receives until a datagram has the line; returns that datagram's fields."""
        while True:
            lines = self.socket.recv(4096).decode().split("\n")
            if line in lines:
                return dict(field.split("=", 1) for field in lines if field)

    def test_ready_after_start_and_stopping_at_the_end(self):
        daemon = self.start()
        self.assertIn("STATUS", self.hear("READY=1"))
        os.kill(daemon.pid, signal.SIGTERM)
        self.assertIn("STATUS", self.hear("STOPPING=1"))
        daemon.ended()

    def test_a_reload_says_when_it_begins_and_when_it_is_over(self):
        daemon = self.start()
        self.hear("READY=1")
        os.kill(daemon.pid, signal.SIGHUP)
        self.assertGreater(int(self.hear("RELOADING=1")["MONOTONIC_USEC"]), 0)
        self.hear("READY=1")

    def test_the_watchdog_is_fed_again_and_again(self):
        self.start(WATCHDOG_USEC="300000")
        for _ in range(3):
            self.hear("WATCHDOG=1")

    def test_no_watchdog_where_another_process_is_meant(self):
        daemon = self.start(WATCHDOG_USEC="100000", WATCHDOG_PID="1")
        self.hear("READY=1")
        os.kill(daemon.pid, signal.SIGTERM)
        while True:
            words = self.socket.recv(4096).decode()
            self.assertNotIn("WATCHDOG=1", words)
            if "STOPPING=1" in words:
                break
        daemon.ended()


if __name__ == "__main__":
    unittest.main()
