"""What a scenario found: tables for people, facts for the bars and plots. Goes to JSON and back."""

import dataclasses
import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

Facts = dict[str, dict[str, float]]  # measure, then server


@dataclass
class Table:
    """The first column is text, the others are numbers."""
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)

    def text(self) -> str:
        """In Markdown, aligned for those who read it as it is."""
        lines = [self.header, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.header))]
        rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
        return "\n".join(_line(line, widths) for line in [self.header, rule, *self.rows])


def _line(cells: list[str], widths: list[int]) -> str:
    rest = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:]))
    return "| " + " | ".join([cells[0].ljust(widths[0]), *rest]) + " |"


@dataclass
class Result:
    """`failures` are roomd's: what it lost, or why it could not be measured."""
    name: str
    title: str
    table: Table
    facts: Facts = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    date: str = field(default_factory=lambda: datetime.date.today().isoformat())

    def text(self) -> str:
        lines = [f"- {line}" for line in self.remarks] + [f"- FAILED: {line}" for line in self.failures]
        parts = [f"### {self.title}", self.table.text() if self.table.rows else "", "\n".join(lines)]
        return "\n\n".join(part for part in parts if part)

    def to_json(self) -> dict:
        return dataclasses.asdict(self)

    @staticmethod
    def from_json(of: Mapping) -> "Result":
        return Result(**{**of, "table": Table(**of["table"])})


def number(value: float) -> str:
    """With as many digits as are worth reading."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
