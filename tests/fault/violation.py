"""What a rule finds, and what a fault may cost."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from memberships import Facts


@dataclass(frozen=True)
class Allowed:
    """`epochs`: rooms may be numbered anew. `loss`: what was acknowledged may be lost, and then whoever had it is told;
    rooms are numbered anew then, or one number would name two messages."""
    epochs: bool = False
    loss: bool = False


@dataclass(frozen=True)
class Violation:
    rule: str
    room: str
    client: str
    text: str

    def __str__(self) -> str:
        return f"{self.rule}: room {self.room}, client {self.client}: {self.text}"


def label(payload: str | None) -> str:
    """A message's name: its payload without what only makes it longer."""
    return repr(payload.split(" ")[0]) if payload else "nothing"


Finding = tuple[str, str, str]  # room, client, text
Rule = Callable[[Facts, Allowed], Iterator[Finding]]
