"""What a run proves and what it disproves. Pure: an outcome in, verdicts out."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import figures
import rules_end
from attacks_rooms import OVER_RATE
from chat import IN_QUIET, QUIET
from checker import AT_ANY_TIME, check
from history import Kept, Refused
from registry import ATTACKS
from trial import Outcome, Plan

CALM_TIMES = 5.0  # p99 under attack, at most
SHORT_TIMES = 30.0  # the same in a short run, whose few windows say little on a machine that does other things too
MIB = 2**20
SHOWN, LONGEST = 5, 300  # problems of a verdict, and letters of one
# The rooms together are bounded in bytes, so that the attackers' messages push out the chat's: it may have less history
# than its members have seen, and tells those who come back of a gap.
RULES = (*AT_ANY_TIME, rules_end.members_reach_the_head, rules_end.presence_converges, rules_end.epochs_stay)


@dataclass(frozen=True)
class Verdict:
    """`problems`: none where it holds. `skipped`: why it was not asked."""
    what: str
    problems: list[str] = field(default_factory=list)
    skipped: str = ""
    told: str = ""

    def __str__(self) -> str:
        lines = [f"{'skipped' if self.skipped else 'FAILED' if self.problems else 'ok':8}{self.what}"]
        lines += [text for text in (self.told, self.skipped) if text]
        lines += [text[:LONGEST] for text in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append(f"and {len(self.problems) - SHOWN} more")
        return "\n           ".join(lines)


def judge(plan: Plan, outcome: Outcome) -> Iterator[Verdict]:
    yield Verdict("the daemon lives, its log names no fault, and it ends well",
                  ([outcome.died] if outcome.died else []) + outcome.faults, told=f"{outcome.log_lines:,} log lines")
    if outcome.after is None:  # it did not come to the end
        return
    yield _promises(outcome)
    yield _quiet(outcome)
    yield _served(outcome)
    yield _answers(outcome)
    yield _took_place(plan, outcome)
    watch = outcome.watch
    yield Verdict("/ready, /metrics and /health are answered all the time", watch.unanswered,
                  told=f"{watch.asked} requests, the slowest took {watch.slowest:.2f} s")
    yield _back(plan, outcome)
    yield from _latencies(plan, outcome)


def _promises(outcome: Outcome) -> Verdict:
    counts = ", ".join(f"{count:,} {name}" for name, count in outcome.history.counts().items())
    return Verdict("the chat is promised nothing that does not hold",
                   [*outcome.chat["problems"], *map(str, check(outcome.history, rules=RULES))],
                   told=f"{counts}, {sum(1 for _ in outcome.history.of(Kept)):,} kept in the end")


def _quiet(outcome: Outcome) -> Verdict:
    """What the attackers publish is more than the memory engine holds; each of them has less than its share of others."""
    kept = sum(1 for event in outcome.history.of(Kept) if event.room == QUIET)
    return Verdict("a quiet room keeps its history", [f"{kept} of {IN_QUIET} messages"] if kept != IN_QUIET else [])


def _served(outcome: Outcome) -> Verdict:
    """Members that behave are not refused, and their lines are not ended."""
    problems = [f"{outcome.chat['lost']} lines were ended by the server, or silent for too long"
                ] if outcome.chat["lost"] > 0 else []
    refused = [event.code for event in outcome.history.of(Refused)]
    problems += [f"{len(refused)} publishes were refused, with {sorted(set(refused))}"] if refused else []
    return Verdict("no member of the chat is refused or loses its line", problems,
                   told=f"{outcome.chat['cuts']} lines were cut by the members")


def _answers(outcome: Outcome) -> Verdict:
    """A peer's fault of its own is a fault of this test."""
    strange = [f"{name}: {text}" for name, found in outcome.attackers["strange"].items() for text in sorted(set(found))]
    return Verdict("attackers are answered as docs/protocol.md says", strange + outcome.attackers["broken"])


def _took_place(plan: Plan, outcome: Outcome) -> Verdict:
    """An attack that could hardly ever begin proves nothing."""
    counts = outcome.attackers["counts"]
    idle = [f"{name}: {found.get('could not begin', 0)} of {found['turns']} turns could not begin"
            for name, found in counts.items() if found.get("could not begin", 0) * 2 > found["turns"]]
    over = counts.get("rooms_over_limits", {OVER_RATE: 1})
    idle += [] if over.get(OVER_RATE) else ["rooms_over_limits: nobody was refused a room"]
    phase = outcome.phases[1]
    looks = outcome.watch.between(phase.begin, phase.end)
    seconds = (phase.end - phase.begin) / figures.SECOND
    told = (f"{len(counts)} kinds, {sum(found.get('turns', 0) for found in counts.values())} turns, "
            f"{outcome.attackers['cores']:.2f} cores for the attackers, "
            f"{(looks[-1].cpu - looks[0].cpu) / seconds:.2f} for the daemon")
    return Verdict("the attacks take place", idle, told=told)


def _back(plan: Plan, outcome: Outcome) -> Verdict:
    phase, before, after = outcome.phases[1], outcome.before, outcome.after
    most = max(look.resident for look in outcome.watch.between(phase.begin, phase.end))
    told = (f"{outcome.new.resident / MIB:.1f} MiB at first, {before.resident / MIB:.1f} before, {before.files / MIB:.1f} of "
            f"them of files; {most / MIB:.1f} at the most, {after.resident / MIB:.1f} after, "
            f"{outcome.allowed / MIB:.1f} allowed; descriptors {before.descriptors} before, {after.descriptors} after")
    problems = [] if outcome.back_after is not None else ["they are not"]
    if not problems:
        told += f"; back after {outcome.back_after:.0f} s"
    return Verdict(f"memory ({plan.memory:g} times) and descriptors are back within a minute", problems, told=told)


def _latencies(plan: Plan, outcome: Outcome) -> Iterator[Verdict]:
    before, attacked, after = outcome.phases
    for what, samples in (("acknowledgement", figures.acknowledgements(outcome.history)),
                          ("delivery", figures.deliveries(outcome.history))):
        most = CALM_TIMES if plan.is_long else SHORT_TIMES
        name = f"publish to {what}: p99 at most {most:g} times that of calm"
        try:
            found = figures.compare(what, samples, [before, after], attacked, plan.window)
        except ValueError as problem:
            yield Verdict(name, [str(problem)])
            continue
        yield Verdict(name, [f"{found.ratio:.1f} times"] if found.ratio > most else [], told=str(found))


def by_attack(plan: Plan, outcome: Outcome) -> Iterator[str]:
    """A line for each attack of a run in which they follow one another."""
    phase, names = outcome.phases[1], plan.only or sorted(ATTACKS)
    samples = figures.acknowledgements(outcome.history)
    for name, (begin, end) in zip(names, phase.windows((phase.end - phase.begin) / figures.SECOND / len(names))):
        looks = outcome.watch.between(begin, end)
        took = [sample.took for sample in samples if begin <= sample.at < end]
        if looks and took:
            seconds = (looks[-1].at - looks[0].at) / figures.SECOND or 1
            yield (f"{name:25} p50 {figures.percentile(took, 50):7.1f} ms, p99 {figures.percentile(took, 99):7.1f} ms, "
                   f"{max(look.memory for look in looks) >> 20:5} MiB, "
                   f"{max(look.descriptors for look in looks):5} descriptors, "
                   f"{(looks[-1].cpu - looks[0].cpu) / seconds:.2f} cores")
