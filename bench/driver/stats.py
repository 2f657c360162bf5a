"""Numbers from many measurements: medians with their spread, and ratios. Pure."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """The middle of some values, and the quartiles around it."""
    median: float
    low: float
    high: float
    count: int


def figure(values: Sequence[float]) -> Figure:
    """Needs one value at least."""
    if len(values) == 1:
        return Figure(values[0], values[0], values[0], 1)
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return Figure(median, low, high, len(values))


def nine_of_ten(values: Sequence[float]) -> float:
    """The least that nine of ten values do not exceed."""
    return sorted(values)[-(-len(values) * 9 // 10) - 1]


def ratios(values: Sequence[float], to: Sequence[float]) -> list[float]:
    """Pair by pair: the same place is the same cycle."""
    return [value / other for value, other in zip(values, to, strict=True)]


def chunks(items: Sequence[str], size: int) -> list[list[str]]:
    """The items in order, at most `size` together and as evenly as that allows."""
    count = -(-len(items) // size)
    return [list(items[len(items) * i // count:len(items) * (i + 1) // count]) for i in range(count)]
