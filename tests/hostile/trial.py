"""One run: a target, its chat, calm, attacks, and calm again."""

import dataclasses
import json
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from certificate import Certificate
from figures import SECOND, Phase
from history import History
from target import Target
from watch import Look, Watch

HERE = Path(__file__).resolve().parent
LOG_UNREAD = (3.0, 15.0)  # seconds, out of so many
BACK_WITHIN = 60.0  # seconds, for memory and descriptors
STEADY_FOR = 15.0  # seconds without less of either: what a peak took has been given back
MEMORY, SHORT_MEMORY = 1.2, 1.4  # times what was resident before, after a long run and after a short one
ENDS_WITHIN = 120.0  # seconds, for chat and attackers, after they are told to


@dataclass(frozen=True)
class Plan:
    seconds: float
    seed: int
    only: list[str]
    each: bool  # one attack after the other, by all peers
    settings: dict[str, str]

    @property
    def calm(self) -> float:
        """Seconds, before and after."""
        return max(6.0, min(60.0, self.seconds / 5))

    @property
    def warm_up(self) -> float:
        """Seconds of attacks before anything is compared."""
        return max(10.0, min(30.0, self.seconds / 4))

    @property
    def window(self) -> float:
        return self.calm / 3

    @property
    def is_long(self) -> bool:
        """Long enough for the narrow bars."""
        return self.seconds >= 300

    @property
    def memory(self) -> float:
        return MEMORY if self.is_long else SHORT_MEMORY


@dataclass
class Outcome:
    phases: list[Phase] = field(default_factory=list)  # calm, attacked, calm
    before: Look | None = None
    after: Look | None = None
    allowed: float = 0  # bytes of memory afterwards
    back_after: float | None = None  # seconds until memory and descriptors were back
    chat: dict = field(default_factory=dict)
    attackers: dict = field(default_factory=dict)
    history: History = field(default_factory=History)
    watch: Watch | None = None
    faults: list[str] = field(default_factory=list)
    new: Look | None = None  # before the first attack of all
    died: str = ""
    log_lines: int = 0


class Helper:
    """A process of this folder that says `ready`, is told to go on with a line, and ends with a JSON object."""

    def __init__(self, script: str, *arguments: str):
        self.script = script
        self._process = subprocess.Popen([sys.executable, str(HERE / script), *arguments], text=True,
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdout.readline() != "ready\n":
            self.kill()
            raise AssertionError(f"{script} does not begin")

    def go_on(self) -> None:
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def running(self) -> bool:
        return self._process.poll() is None

    def result(self) -> dict:
        said, _ = self._process.communicate(timeout=ENDS_WITHIN)
        if self._process.returncode != 0:
            raise AssertionError(f"{self.script} ended with {self._process.returncode}")
        return json.loads(said)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@contextmanager
def helper(script: str, *arguments: str):
    process = Helper(script, *arguments)
    try:
        yield process
    finally:
        if process.running():
            process.kill()


def say(text: str) -> None:
    print(f"   {text}", flush=True)


def run(plan: Plan) -> Outcome:
    outcome = Outcome()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roomd-hostile-")))
        certificate = Certificate()
        stack.callback(certificate.remove)
        target = Target({"tls.listen": "127.0.0.1:0", "tls.certificate": certificate.file,
                         "tls.key": certificate.key, **plan.settings})
        stack.callback(lambda: target.running() and target.kill())
        try:
            _run(plan, outcome, target, folder, stack)
        except Exception as problem:
            if target.running():
                raise
            outcome.died = f"{problem}"
        outcome.faults, outcome.log_lines = target.faults(), target.lines
        if target.running() and not outcome.died:
            try:
                target.stop()
            except (AssertionError, subprocess.TimeoutExpired) as problem:
                outcome.died = f"it does not end well: {problem}"
        elif not outcome.died:
            outcome.died = "it ended: " + "\n".join(target.log[-10:])
    return outcome


def _run(plan: Plan, outcome: Outcome, target: Target, folder: Path, stack: ExitStack) -> None:
    chat = stack.enter_context(helper("chat.py", "--port", str(target.port), "--seed", str(plan.seed),
                                      "--history", str(folder / "history.json")))
    watch = outcome.watch = stack.enter_context(Watch(target))
    _warm_up(plan, outcome, target, watch)
    with _attackers(plan, target, plan.seconds, plan.seed) as attackers:
        outcome.phases.append(_calm(plan, "before"))
        looks = watch.between(outcome.phases[0].begin, outcome.phases[0].end)
        outcome.before = dataclasses.replace(looks[-1], memory=max(look.memory for look in looks),
                                             descriptors=max(look.descriptors for look in looks))
        outcome.phases.append(_attack(attackers, target, watch))
        outcome.attackers = attackers.result()
    outcome.allowed = plan.memory * outcome.before.resident
    outcome.back_after = _wait_until_back(watch, outcome)
    outcome.phases.append(_calm(plan, "after"))
    outcome.after = watch.now()
    watch.end()
    chat.go_on()
    outcome.chat = chat.result()
    outcome.history = History.load(folder / "history.json")


def _attackers(plan: Plan, target: Target, seconds: float, seed: int):
    return helper("attackers.py", "--port", str(target.port), "--tls-port", str(target.tls_port),
                  "--seed", str(seed), "--seconds", str(seconds), *(("--each",) if plan.each else ()),
                  *(("--only", *plan.only) if plan.only else ()))


def _warm_up(plan: Plan, outcome: Outcome, target: Target, watch: Watch) -> None:
    """A first peak: all code has run then, all tables have been large, and what the allocator and the libraries keep of a
    peak for the next one is there. What a second one adds is the node's own."""
    outcome.new = watch.now()
    say(f"a first peak, {plan.warm_up:.0f} s")
    with _attackers(plan, target, plan.warm_up, plan.seed + 1) as attackers:
        _attack(attackers, target, watch)
        attackers.result()
    least, since, ends = watch.now(), time.monotonic(), time.monotonic() + BACK_WITHIN
    while time.monotonic() < min(since + STEADY_FOR, ends):
        look = watch.now()
        if look.resident < 0.98 * least.resident or look.descriptors < least.descriptors:
            least, since = look, time.monotonic()
        time.sleep(0.5)


def _calm(plan: Plan, name: str) -> Phase:
    say(f"calm {name} the attacks, {plan.calm:.0f} s")
    begin = time.monotonic_ns()
    time.sleep(plan.calm)
    return Phase(f"calm {name}", begin, time.monotonic_ns())


def _attack(attackers: Helper, target: Target, watch: Watch) -> Phase:
    begin, said = time.monotonic_ns(), 0.0
    attackers.go_on()
    while attackers.running() and target.running():
        elapsed = (time.monotonic_ns() - begin) / SECOND
        unread, of = LOG_UNREAD
        (target.log_read.clear if elapsed % of < unread else target.log_read.set)()
        if watch.looks and elapsed >= said + 10:
            said, look = elapsed, watch.looks[-1]
            say(f"attacked for {elapsed:3.0f} s: {look.memory >> 20} MiB, {look.descriptors} descriptors")
        time.sleep(0.1)
    target.log_read.set()
    return Phase("attacked", begin, time.monotonic_ns())


def _wait_until_back(watch: Watch, outcome: Outcome) -> float | None:
    began, before = time.monotonic(), outcome.before
    while time.monotonic() < began + BACK_WITHIN:
        look = watch.now()
        if look.resident <= outcome.allowed and look.descriptors <= before.descriptors:
            return time.monotonic() - began
        time.sleep(0.5)
    say(f"not back after {BACK_WITHIN:.0f} s: {look.resident / 2**20:.1f} MiB of {outcome.allowed / 2**20:.1f}, "
        f"{look.descriptors} descriptors of {before.descriptors}")
    return None
