"""The self-test of the peers: `python3 -m bench.peers [NAME…]`, in the project's root.

Each server is installed if need be and started; three members of a room get all that is published there, in order
and once, a member of another room gets nothing of it, and stopping leaves no process.
"""
import argparse
import contextlib
import os
import pathlib
import socket
import sys
import tempfile

from . import Peer, PeerError, names, prepare, start
from .websocket import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
MEMBERS, MESSAGES, SIZE = 3, 5, 128


def data(label: str, number: int) -> str:
    return f"<{label}{number}>".ljust(SIZE, ".")


def publish(client: Client, how: dict, room: str, text: str) -> None:
    values = {"{room}": room, "{size}": str(len(text)), "{data}": text}
    message = how["publish"]
    for name, value in values.items():
        message = message.replace(name, value)
    client.send(message)


def await_text(client: Client, expected: str) -> None:
    """Reads until all has come; anything else that was published and is not expected is a failure."""
    seen = ""
    while len(seen) < len(expected):
        frame = client.receive()
        seen += "".join(frame[at:at + SIZE] for at in range(len(frame)) if frame[at] == "<")
    if seen != expected:
        raise AssertionError(f"received {seen!r}")


def check(peer: Peer) -> None:
    how = peer.dialect["publisher"]
    with contextlib.ExitStack() as stack:
        numbers = iter(range(1, 100))

        def connect(role: str, room: str) -> Client:
            return stack.enter_context(Client(peer.dialect, role, room, next(numbers)))

        members = [connect("member", "r1") for _ in range(MEMBERS)]
        stranger = connect("member", "r2")
        publisher = connect("publisher", "r1")
        other = connect("publisher", "r2") if how.get("per_room") else publisher
        messages = [data("message", number) for number in range(MESSAGES)]
        for text in messages:
            publish(publisher, how, "r1", text)
        for member in members:
            await_text(member, "".join(messages))
        publish(other, how, "r2", data("other", 0))
        await_text(stranger, data("other", 0))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(name: str, workdir: pathlib.Path) -> str:
    """Starts, checks and stops one server; returns its title."""
    peer = start(name, free_port(), max(os.sched_getaffinity(0)), ROOT, workdir)
    try:
        check(peer)
        family = peer.pids()
    except (AssertionError, OSError) as problem:
        raise AssertionError(f"{type(problem).__name__}: {problem}\n{peer.last_words()}") from problem
    finally:
        peer.stop()
    left = [pid for pid in family if pathlib.Path(f"/proc/{pid}").exists()]
    if left:
        raise AssertionError(f"stopped, but still there: {left}")
    return f"{peer.title}; processes: {len(family)}"


def main() -> int:
    options = argparse.ArgumentParser(prog="python3 -m bench.peers", description="Tests the peers of the benchmark.")
    options.add_argument("names", nargs="*", metavar="NAME", help=f"which; all by default: {', '.join(names())}")
    wanted = options.parse_args().names or names()
    if unknown := set(wanted) - set(names()):
        options.error(f"unknown: {', '.join(sorted(unknown))}")
    missing = prepare(wanted, ROOT)
    failed = 0
    for name in wanted:
        if name in missing:
            print(f"skipped  {name:12} {missing[name]}", flush=True)
            continue
        try:
            with tempfile.TemporaryDirectory() as folder:
                print(f"ok       {name:12} {run(name, pathlib.Path(folder))}", flush=True)
        except (PeerError, AssertionError) as problem:
            failed += 1
            print(f"FAILED   {name:12} {problem}", flush=True)
    print(f"{len(wanted) - len(missing) - failed} passed, {failed} failed, {len(missing)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
