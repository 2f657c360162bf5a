"""What has to be known of a server to measure it: one Recipe for each, made by the modules beside this one.

Every server gets one worker, and otherwise what its users run in production.
"""
import dataclasses
import os
import pathlib
import resource
from collections.abc import Callable, Mapping

EVERYWHERE = frozenset({"fanout", "rooms", "latency", "idle", "connect"})
CATCHUP = frozenset({"catchup"})


def open_files() -> int:
    """Descriptors that a server may have open: what the system allows, at most 65,536."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65536 if hard == resource.RLIM_INFINITY else min(hard, 65536)


def cache_folder() -> pathlib.Path:
    """What is built or fetched for the benchmark and shared between clones; safe to delete."""
    base = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(base) / "roomd" / "bench"


class Unavailable(Exception):
    """The server cannot run here; the text says why, for the report."""


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a server is started: the project, a folder of its own for files and log, its port, and what is set in it
    beside the recipe's own settings (roomd only)."""
    root: pathlib.Path
    workdir: pathlib.Path
    port: int
    settings: Mapping[str, str] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Recipe:
    """How one server is installed, named, started and spoken to."""
    name: str
    prepare: Callable[[pathlib.Path], None]  # installs; raises Unavailable
    title: Callable[[pathlib.Path], str]  # with version
    command: Callable[[Place], list[str]]  # writes what configuration it needs into place.workdir
    dialect: Mapping  # without host and port
    supports: frozenset = EVERYWHERE
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict)
