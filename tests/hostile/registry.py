"""The attacks by name. An attack is a function that gets a Peer and goes on until the peer says that its time is over."""

from collections.abc import Callable
from dataclasses import dataclass

from peer import Peer


@dataclass(frozen=True)
class Attack:
    name: str
    about: str
    run: Callable[[Peer], None]


ATTACKS: dict[str, Attack] = {}


def attack(about: str):
    def register(run: Callable[[Peer], None]) -> Callable[[Peer], None]:
        ATTACKS[run.__name__] = Attack(run.__name__, about, run)
        return run
    return register
