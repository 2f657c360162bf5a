"""What docs/protocol.md says that a client may be answered with. An attacker that gets anything else has found a fault."""

import re
from dataclasses import dataclass
from pathlib import Path

PROTOCOL = Path(__file__).resolve().parent.parent.parent / "docs/protocol.md"
PEERS_OWN = range(3000, 5000)  # a peer's own close code, which comes back to it
AS_THEY_WERE = {1000, 1005}  # an end that the peer itself asked for


@dataclass(frozen=True)
class Documented:
    errors: frozenset[tuple[int, str]]
    closes: frozenset[int]
    statuses: frozenset[int]

    def allows_close(self, code: int, own: bool) -> bool:
        """`own`: the peer has sent a close frame."""
        return code in self.closes or (own and (code in AS_THEY_WERE or code in PEERS_OWN))


def section(text: str, number: int) -> str:
    found = re.search(rf"^## {number}\. .*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    if not found:
        raise ValueError(f"docs/protocol.md has no section {number}")
    return found[0]


def rows(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]


def read(text: str | None = None) -> Documented:
    text = text or PROTOCOL.read_text(encoding="utf8")
    numbered = {number: [row for row in rows(section(text, number)) if re.fullmatch(r"\d+", row[0])]
                for number in (5, 6, 10)}
    errors = {(int(row[0]), reason) for row in numbered[5] for reason in re.findall(r"`(\w+)`", row[1])}
    answers = " ".join(row[1] for row in rows(section(text, 10)) if row[0].startswith("`"))
    statuses = {int(row[0]) for row in numbered[10]} | set(map(int, re.findall(r"\b([1-5]\d\d)\b", answers)))
    return Documented(frozenset(errors), frozenset(int(row[0]) for row in numbered[6]), frozenset(statuses))
