"""A roomd of its own for a test: on free ports, with its settings, its log, its memory and its end."""
import os
import re
import subprocess
import threading

DEADLINE = 60  # seconds for anything that has to happen; generous, because machines that test are busy

QUICK_END = {"drain.window": "0ms", "drain.timeout": "2s"}


class Daemon:
    """Starts when it is made and returns when it serves. Use it in a `with`, or call `stop`."""

    def __init__(self, settings: dict[str, str] | None = None, more_environment: dict[str, str] | None = None):
        values = {**QUICK_END, **(settings or {})}
        sets = [word for key, value in values.items() for word in ("--set", f"{key}={value}")]
        # roomd takes every variable that begins with ROOMD_ for a setting: those of whoever tests are not meant.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("ROOMD_")}
        environment.update(more_environment or {})
        self.log: list[str] = []
        self._log_ended = False
        self._news = threading.Condition()
        self._process = subprocess.Popen([os.environ["ROOMD_BINARY"], "--listen", "127.0.0.1:0", *sets],
                                         stderr=subprocess.PIPE, text=True, errors="replace", env=environment)
        self._reader = threading.Thread(target=self._read_log, daemon=True)
        self._reader.start()
        try:
            self.wait_for_line(r" daemon\.ready ")
        except TimeoutError:
            self._process.kill()
            raise
        self.port = self._port("false")
        self.tls_port = self._port("true")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_for_line(self, pattern: str) -> str:
        """The first line of the log that fits."""
        with self._news:
            self._news.wait_for(lambda: self._find(pattern) or self._log_ended, DEADLINE)
            found = self._find(pattern)
        if not found:
            raise TimeoutError(f"no log line {pattern}:\n" + "\n".join(self.log[-20:]))
        return found

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def memory(self) -> int:
        """Bytes that the process has for itself, without what it maps of files: code that runs for the first time."""
        with open(f"/proc/{self._process.pid}/smaps_rollup", encoding="ascii") as rollup:
            return int(re.search(r"^Pss_Anon:\s+(\d+) kB", rollup.read(), re.MULTILINE)[1]) * 1024

    def stop(self) -> None:
        """Drains it; anything but a clean end is an error."""
        if self.running():
            self._process.terminate()
        self.ended()

    def ended(self) -> None:
        """Waits for an end that is under way; anything but a clean one is an error."""
        try:
            code = self._process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        finally:
            self._reader.join(DEADLINE)
            self._process.stderr.close()
        if code != 0:
            raise AssertionError(f"roomd ended with {code}:\n" + "\n".join(self.log[-20:]))

    def _read_log(self) -> None:
        for line in self._process.stderr:
            with self._news:
                self.log.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._log_ended = True
            self._news.notify_all()

    def _find(self, pattern: str) -> str | None:
        return next((line for line in self.log if re.search(pattern, line)), None)

    def _port(self, tls: str) -> int | None:
        line = self._find(rf"net\.listen address=\S+ tls={tls}")
        return int(re.search(r"address=\S+:(\d+)", line)[1]) if line else None
