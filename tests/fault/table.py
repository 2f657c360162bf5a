"""What runs have shown, as a table for a document."""

from collections.abc import Iterable

from faults import Fault
from history import History
from trial import Outcome


def row(fault: Fault, outcome: Outcome) -> str:
    counts = (f"{count:,}" for count in outcome.history.counts().values())
    return _row([f"`{fault.name}`", fault.about, f"{outcome.broken:.0f} s", *counts,
                 "failed" if outcome.problems else "passed"])


def of(rows: list[str]) -> str:
    counts = History().counts()
    names = ("fault", "what breaks", "for", *counts, "result")
    return "\n".join([_row(name.capitalize() for name in names), "|---|---|--:|" + "--:|" * len(counts) + "---|", *rows])


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
