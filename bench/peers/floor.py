"""bench_floor: the least that fan-out can cost. An epoll loop and frames encoded once, with one send for each frame
(`floor`) or one for each socket and turn of the loop (`floor-turn`)."""
import functools
import pathlib

from .recipe import CATCHUP, EVERYWHERE, Place, Recipe, Unavailable

PROGRAM = "build/release/bench/bench_floor"
TITLES = {"each": "floor: one send a frame", "turn": "floor: one send a socket and turn"}


def _prepare(root: pathlib.Path) -> None:
    if not (root / PROGRAM).exists():
        raise Unavailable(f"{PROGRAM} is not built")


def _command(mode: str, place: Place) -> list[str]:
    return [str(place.root / PROGRAM), "--port", str(place.port), "--mode", mode]


def _recipe(name: str, mode: str, supports: frozenset) -> Recipe:
    return Recipe(
        name=name,
        prepare=_prepare,
        title=lambda root: TITLES[mode],
        command=functools.partial(_command, mode),
        dialect={
            "member": {"path": "/join/{room}"},
            "publisher": {"path": "/pub", "publish": "{room} {data}"},
        },
        supports=supports,
    )


FLOOR = _recipe("floor", "each", EVERYWHERE)
FLOOR_TURN = _recipe("floor-turn", "turn", EVERYWHERE | CATCHUP)
