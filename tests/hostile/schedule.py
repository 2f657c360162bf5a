"""Which peer attacks with what, and when. Pure: the seed decides."""

import random
from dataclasses import dataclass

SHORTEST, LONGEST = 3.0, 7.0  # seconds of one attack


@dataclass(frozen=True)
class Turn:
    attack: str
    seed: str
    seconds: float


def deal(attacks: list[str], peers: int, seconds: float, seed: int) -> list[list[Turn]]:
    """Each peer's turns, one after the other. They are dealt from a shuffled deck, so that every attack takes place as
    often as any other, and each at the first moment or in the second round."""
    chance = random.Random(f"{seed} schedule")
    deck: list[str] = []
    turns: list[list[Turn]] = [[] for _ in range(peers)]
    length = [0.0] * peers
    while min(length) < seconds:
        peer = length.index(min(length))
        if not deck:
            deck = chance.sample(attacks, len(attacks))
        lasts = min(chance.uniform(SHORTEST, LONGEST), seconds - length[peer])
        turns[peer].append(Turn(deck.pop(), f"{seed} {peer} {len(turns[peer])}", lasts))
        length[peer] += lasts
    return turns


def one_by_one(attacks: list[str], peers: int, seconds: float, seed: int) -> list[list[Turn]]:
    """All peers attack with the same, for so many seconds of each."""
    return [[Turn(name, f"{seed} {peer} {name}", seconds) for name in attacks] for peer in range(peers)]
