"""The Redis of a cluster: it keeps its port when it is started again, since the nodes know no other."""

import signal
import subprocess

from servers import Server, wait_for


class Redis(Server):
    def kill(self) -> None:
        self.client.close()
        self.process.kill()
        self.process.wait()

    def shut_down(self) -> None:
        """A clean end."""
        self.client.close()
        self.process.terminate()
        self.process.wait()

    def start_again(self) -> None:
        """With what it has on disk."""
        self.process = subprocess.Popen(self.process.args, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        self.client = self.connect()
        wait_for("a Redis that has started again", self.client.ping)

    def pause(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self.process.send_signal(signal.SIGCONT)
