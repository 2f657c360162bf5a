"""The measurements of one comparison, cycle by cycle, and which of them count. Pure.

The two cores are near to each other or far from each other, and it changes within seconds; what is far costs three
times as much. A cycle counts only where all of its slices were alike, and near and far cycles are never mixed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench.driver.stats import Figure, figure, ratios

NEAR, FAR, CHANGED = "near", "far", "changed"
FEW = 5  # cycles below which a figure is not worth much


@dataclass(frozen=True)
class Slice:
    """One server's turn. `near` as probed before and after it; `values` are what was measured."""
    near: tuple[bool, bool]
    disturbed: bool
    values: Mapping[str, float]


@dataclass(frozen=True)
class Cycle:
    """One slice of each server, by its name."""
    slices: Mapping[str, Slice]

    @property
    def kind(self) -> str:
        seen = {near for each in self.slices.values() for near in each.near}
        return CHANGED if len(seen) != 1 else NEAR if seen.pop() else FAR

    @property
    def clean(self) -> bool:
        return not any(each.disturbed for each in self.slices.values())


@dataclass
class Series:
    """Cycles as they come. Servers that were lost on the way are left out in the end."""
    cycles: list[Cycle] = field(default_factory=list)

    @property
    def servers(self) -> list[str]:
        return list(self.cycles[-1].slices) if self.cycles else []

    def of_kind(self, kind: str) -> list[Cycle]:
        return [cycle for cycle in self.cycles if cycle.clean and cycle.kind == kind]

    @property
    def best(self) -> list[Cycle]:
        """The near or the far ones, whichever are more."""
        return max(self.of_kind(NEAR), self.of_kind(FAR), key=len)

    @property
    def chosen(self) -> Sequence[Cycle]:
        """The cycles that count: the best; where these are too few, all that nobody disturbed, else simply all."""
        if len(self.best) >= min(FEW, len(self.cycles)):
            return self.best
        clean = [cycle for cycle in self.cycles if cycle.clean]
        return clean if len(clean) >= min(FEW, len(self.cycles)) else self.cycles

    @property
    def remark(self) -> str:
        """Says which cycles count."""
        chosen, total = self.chosen, len(self.cycles)
        if len(chosen) == len(self.best):
            return f"{len(chosen)} of {total} cycles, cores {chosen[0].kind}"
        near, far = len(self.of_kind(NEAR)), len(self.of_kind(FAR))
        return (f"{len(chosen)} of {total} cycles, near and far together: only {near} were near and {far} far all "
                f"through and undisturbed; take the figures with care")

    def values(self, server: str, measure: str) -> list[float]:
        return [cycle.slices[server].values[measure] for cycle in self.chosen]

    def figure(self, server: str, measure: str) -> Figure:
        return figure(self.values(server, measure))

    def ratio(self, server: str, to: str, measure: str) -> float:
        """The median of the cycles' ratios."""
        return figure(ratios(self.values(server, measure), self.values(to, measure))).median
