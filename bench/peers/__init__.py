"""The servers that roomd is measured against, roomd itself and the floors: how each is installed, configured, started
with one worker, and spoken to.

    missing = prepare(names(), root)
    peer = start("nats", 9001, cpu=0, root=root, workdir=folder)
    ... peer.dialect is the load generator's, peer.pids() is what to count ...
    peer.stop()

`python3 -m bench.peers` tests them.
"""
import pathlib
from collections.abc import Iterable, Mapping

from . import centrifugo, floor, nats, nchan, node, roomd
from .peer import Peer, PeerError
from .recipe import Unavailable

__all__ = ["Peer", "PeerError", "add_build", "names", "prepare", "start"]

_RECIPES = {recipe.name: recipe for recipe in (
    floor.FLOOR, floor.FLOOR_TURN, roomd.ROOMD, node.UWEBSOCKETS, nchan.NCHAN, nats.NATS, node.WS, node.SOCKETIO,
    centrifugo.CENTRIFUGO)}


def add_build(program: pathlib.Path) -> str:
    """Another build of roomd is one of the servers from now on; its name."""
    recipe = roomd.another(program.resolve())
    _RECIPES[recipe.name] = recipe
    return recipe.name


def names() -> list[str]:
    """All of them, in the order of a report."""
    return list(_RECIPES)


def prepare(wanted: Iterable[str], root: pathlib.Path) -> dict[str, str]:
    """Installs what these servers need. Returns those that cannot run here, and why."""
    missing = {}
    for name in wanted:
        try:
            _RECIPES[name].prepare(pathlib.Path(root))
        except Unavailable as why:
            missing[name] = str(why)
    return missing


def start(name: str, port: int, cpu: int, root: pathlib.Path, workdir: pathlib.Path,
          settings: Mapping[str, str] | None = None) -> Peer:
    """Starts a prepared server on this processor; returns when it accepts connections, else raises PeerError.

    It ends with the thread that calls this, at the latest. Its files and its log, NAME.log, are in `workdir`.
    `settings`, by name, are roomd's, over those of its recipe.
    """
    return Peer(_RECIPES[name], port, cpu, pathlib.Path(root).resolve(), pathlib.Path(workdir).resolve(),
                settings or {})
