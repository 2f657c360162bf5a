"""A server that runs: started on one processor, waited for, and stopped by its process ids."""
import os
import pathlib
import signal
import socket
import subprocess
import time
from collections.abc import Mapping

from .recipe import Place, Recipe, open_files

HOST = "127.0.0.1"
START_TIMEOUT = 20.0  # seconds
STOP_TIMEOUT = 5.0
PAUSE = 0.02  # between two looks at a process or port


class PeerError(Exception):
    """A server did not start; the text ends with its log's last lines."""


class Peer:
    """One running server. `stop()` ends it; it ends by itself when the thread that started it does."""

    def __init__(self, recipe: Recipe, port: int, cpu: int, root: pathlib.Path, workdir: pathlib.Path,
                 settings: Mapping[str, str]):
        if _accepts(port):
            raise PeerError(f"{recipe.name}: port {port} is in use")
        workdir.mkdir(parents=True, exist_ok=True)
        self.name = recipe.name
        self.title = recipe.title(root)
        self.supports = set(recipe.supports)
        self.dialect = {"host": HOST, "port": port, **recipe.dialect}
        self._log = workdir / f"{recipe.name}.log"
        command = _bounded(cpu) + recipe.command(Place(root, workdir, port, settings))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(command, cwd=workdir, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                             env=os.environ | dict(recipe.environment))
        try:
            self._await_port(port)
        except BaseException:
            self.stop()
            raise

    def pids(self) -> list[int]:
        """The server's processes: the one that was started, and its descendants."""
        return _family(self._process.pid)

    def stop(self) -> None:
        """Asks the first process to end; what is left of the family after STOP_TIMEOUT is killed."""
        family = self.pids()
        self._process.terminate()
        try:
            self._process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in family:
            if pid != self._process.pid and _parent(pid) is not None:
                _await_end(pid)

    def last_words(self) -> str:
        """The end of the server's log."""
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])

    def _await_port(self, port: int) -> None:
        deadline = time.monotonic() + START_TIMEOUT
        while not _accepts(port):
            if self._process.poll() is not None:
                raise PeerError(f"{self.name} ended with status {self._process.returncode}: {self.last_words()}")
            if time.monotonic() > deadline:
                raise PeerError(f"{self.name} does not accept connections: {self.last_words()}")
            time.sleep(PAUSE)


def _bounded(cpu: int) -> list[str]:
    """Puts a program on one processor, with many open files, and ends it with this process."""
    files = open_files()
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "--cpu-list", str(cpu), "prlimit", f"--nofile={files}:{files}"]


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _parent(pid: int) -> int | None:
    """The parent of a process that lives; None: it has ended."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, parent = stat.rpartition(")")[2].split()[:2]
    return None if state == "Z" else int(parent)


def _family(first: int) -> list[int]:
    parents = {int(entry.name): _parent(int(entry.name)) for entry in pathlib.Path("/proc").glob("[0-9]*")}
    family = [first] if parents.get(first) is not None else []
    for member in family:  # grows while it is walked
        family += [pid for pid, parent in parents.items() if parent == member]
    return family


def _await_end(pid: int) -> None:
    """A worker ends soon after its master; one that does not is killed."""
    deadline = time.monotonic() + STOP_TIMEOUT
    while _parent(pid) is not None:
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            return
        time.sleep(PAUSE)
