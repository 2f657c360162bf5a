"""What a scenario found: a table for people, and the bars that it was held against. Pure."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench.driver.bars import HEADINGS, row
from bench.driver.result import Table


@dataclass(frozen=True)
class Bar:
    """Met where what was measured is at most `most`."""
    text: str
    most: float
    measured: float
    unit: str = ""

    @property
    def met(self) -> bool:
        return self.measured <= self.most

    def row(self) -> list[str]:
        return row(self.text, self.most, self.measured, self.unit)


@dataclass
class Outcome:
    """`failures`: what must not happen at all, such as a message that came twice."""
    title: str
    table: Table
    bars: list[Bar] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @staticmethod
    def failed(title: str, why: str) -> "Outcome":
        return Outcome(title, Table([""]), failures=[why])

    @property
    def good(self) -> bool:
        return not self.failures and all(bar.met for bar in self.bars)

    def text(self) -> str:
        lines = [f"- {line}" for line in self.remarks] + [f"- FAILED: {line}" for line in self.failures]
        table = self.table.text() if self.table.rows else ""
        return "\n\n".join(part for part in (f"### {self.title}", table, "\n".join(lines)) if part)


@dataclass(frozen=True)
class Setup:
    """What a scenario gets: the daemon, a folder for logs, and whom to tell how far it is."""
    roomd: Path
    folder: Path
    say: Callable[[str], None]


def bars_table(outcomes: list[Outcome]) -> Table:
    return Table(HEADINGS, [bar.row() for outcome in outcomes for bar in outcome.bars])
