"""One load generator (bench_load) for one server."""

import json
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.driver.machine import LOAD_CPU, pin


class LoadError(Exception):
    """The generator says that something did not arrive or was refused. It has ended."""


class Load:
    """Keeps its clients alive between commands. `stop()` ends it, also after a LoadError."""

    def __init__(self, program: Path, dialect: Mapping):
        self._child = subprocess.Popen([program], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       preexec_fn=pin(LOAD_CPU))
        self.pid = self._child.pid
        self._say(json.dumps(dialect))
        self._answer()

    def __call__(self, command: str, **arguments) -> dict:
        """Runs one command and returns its answer."""
        self._say(json.dumps({command: arguments}))
        return self._answer()

    def storm(self, ready: Callable[[], None], **arguments) -> dict:
        """The `storm` command, which stops once for `ready()` when its clients are about to ask."""
        self._say(json.dumps({"storm": arguments}))
        self._answer()
        ready()
        self._say("go")
        return self._answer()

    def stop(self) -> None:
        self._child.terminate()
        self._child.wait(20)

    def _say(self, line: str) -> None:
        try:
            self._child.stdin.write(line + "\n")
            self._child.stdin.flush()
        except BrokenPipeError as problem:
            raise LoadError("the load generator has ended") from problem

    def _answer(self) -> dict:
        line = self._child.stdout.readline()
        answer = json.loads(line) if line else {"error": "the load generator has ended"}
        if "error" in answer:
            raise LoadError(answer["error"])
        return answer
