"""Names that all have one hash in libstdc++'s std::hash, whose seed everybody knows. Tables that are keyed by what clients
choose must not use it.

Its hash takes eight bytes at a time. For a first block a second one can be computed that leads to a chosen state, and what
leads back to one state can be put one behind the other in any combination."""

import functools
import random

MASK = (1 << 64) - 1
MULTIPLIER = 0xC6A4A7935BD1E995
INVERSE = pow(MULTIPLIER, -1, 1 << 64)
SEED = 0xC70F6907
VARIANTS = 8  # of each part
LETTERS = range(0x20, 0x7F)


def shift_mix(value: int) -> int:
    return value ^ value >> 47


def mixed(block: int) -> int:
    return shift_mix(block * MULTIPLIER & MASK) * MULTIPLIER & MASK


def unmixed(value: int) -> int:
    return shift_mix(value * INVERSE & MASK) * INVERSE & MASK


def step(state: int, block: int) -> int:
    return (state ^ mixed(block)) * MULTIPLIER & MASK


def std_hash(name: bytes) -> int:
    """Of names whose length is a multiple of eight."""
    state = SEED ^ len(name) * MULTIPLIER & MASK
    for at in range(0, len(name), 8):
        state = step(state, int.from_bytes(name[at:at + 8], "little"))
    return shift_mix(shift_mix(state) * MULTIPLIER & MASK)


def parts(state: int, chance: random.Random) -> tuple[list[bytes], int]:
    """Texts of 16 bytes that all lead from this state to the same one, and that one."""
    word = bytes(chance.choices(LETTERS, k=16))
    goal = step(step(state, int.from_bytes(word[:8], "little")), int.from_bytes(word[8:], "little"))
    found = [word]
    while len(found) < VARIANTS:
        first = int.from_bytes(bytes(chance.choices(LETTERS, k=8)), "little")
        second = unmixed(goal * INVERSE & MASK ^ step(state, first)).to_bytes(8, "little")
        if all(letter in LETTERS for letter in second):
            found.append(first.to_bytes(8, "little") + second)
    return found, goal


@functools.cache
def names(count: int, seed: int) -> list[str]:
    """They take a third of a second of processor time: whoever attacks with them makes them before."""
    chance, columns, possible, length = random.Random(seed), [], 1, 0
    while possible < count:
        possible, length = possible * VARIANTS, length + 16
    state = SEED ^ length * MULTIPLIER & MASK
    for _ in range(length // 16):
        found, state = parts(state, chance)
        columns.append(found)
    return ["".join(column[number // VARIANTS**at % VARIANTS].decode() for at, column in enumerate(columns))
            for number in range(count)]
