"""What a chat's history says of its latencies. Pure: a history and stretches of time in, figures out."""

import statistics
from collections import defaultdict
from dataclasses import dataclass

from history import Acknowledged, Delivered, History, Joined, Publish

SECOND = 1_000_000_000  # nanoseconds
FEWEST = 20  # latencies that make a window


@dataclass(frozen=True)
class Sample:
    """`at`: when it was published, `took`: milliseconds."""
    at: int
    took: float


@dataclass(frozen=True)
class Phase:
    name: str
    begin: int
    end: int

    def windows(self, seconds: float) -> list[tuple[int, int]]:
        """Of about so many seconds, all alike."""
        count = max(1, round((self.end - self.begin) / SECOND / seconds))
        edges = [self.begin + (self.end - self.begin) * n // count for n in range(count + 1)]
        return list(zip(edges, edges[1:]))


def published_once(history: History) -> dict[str, Publish]:
    """By payload. What was repeated after a lost line took as long as the line was lost."""
    attempts = defaultdict(list)
    for event in history.of(Publish):
        attempts[event.payload].append(event)
    return {payload: found[0] for payload, found in attempts.items() if len(found) == 1}


def acknowledgements(history: History) -> list[Sample]:
    attempts = published_once(history)
    return [Sample(attempts[event.payload].at, (event.at - attempts[event.payload].at) / 1e6)
            for event in history.of(Acknowledged) if event.payload in attempts]


def deliveries(history: History) -> list[Sample]:
    """To members that were in the room when it was published."""
    attempts, samples, joined = published_once(history), [], {}
    for event in history.events:
        if isinstance(event, Joined):
            joined[event.session, event.room] = event.at
        elif isinstance(event, Delivered) and event.payload in attempts:
            at = attempts[event.payload].at
            if joined.get((event.session, event.room), at) < at:
                samples.append(Sample(at, (event.at - at) / 1e6))
    return samples


def percentile(values: list[float], share: float) -> float:
    """The smallest value that so many percent do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100).__int__() - 1)]


def p99s(samples: list[Sample], phase: Phase, window: float) -> list[float]:
    """Of each window that has enough to say one."""
    found = []
    for begin, end in phase.windows(window):
        values = [sample.took for sample in samples if begin <= sample.at < end]
        if len(values) >= FEWEST:
            found.append(percentile(values, 99))
    return found


@dataclass(frozen=True)
class Comparison:
    """p99 in milliseconds: the medians of windows, in calm before and after together, and during the attacks."""
    what: str
    calm: float
    attacked: float
    worst: float

    @property
    def ratio(self) -> float:
        return self.attacked / self.calm

    def __str__(self) -> str:
        return (f"p99 of publish to {self.what}: calm {self.calm:.1f} ms, attacked {self.attacked:.1f} ms, "
                f"ratio {self.ratio:.1f} (worst window {self.worst:.1f} ms)")


def compare(what: str, samples: list[Sample], calm: list[Phase], attacked: Phase, window: float) -> Comparison:
    quiet = [value for phase in calm for value in p99s(samples, phase, window)]
    loud = p99s(samples, attacked, window)
    if not quiet or not loud:
        raise ValueError(f"too few latencies of publish to {what}")
    return Comparison(what, statistics.median(quiet), statistics.median(loud), max(loud))
