"""The attackers: a process for each peer, all together at most half a core. Started by tests/hostile/run, which says
when they begin; at the end a JSON object says what came of it."""

import argparse
import json
import multiprocessing
import os
import resource
import select
import sys
import time
import traceback
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e/python")]

import attacks_frames  # noqa: E402, F401
import attacks_presence  # noqa: E402
import attacks_rooms  # noqa: E402
import attacks_sockets  # noqa: E402, F401
import colliding  # noqa: E402
import documented  # noqa: E402
from line import Refused  # noqa: E402
from peer import Peer  # noqa: E402
from registry import ATTACKS  # noqa: E402
from schedule import Turn, deal, one_by_one  # noqa: E402
from tally import Tally  # noqa: E402

PEERS = 20
CORE = 0.5  # of one, for all of them
CROWD = 500  # sessions in the large room
NICENESS = 10


def crowd(peer: Peer) -> None:
    """The large room that others ask for: it is there as long as the attacks are."""
    lines, news = {}, select.poll()
    while peer.goes_on():
        if len(lines) < CROWD:
            try:
                line = peer.session(user=f"crowd-{len(lines)}", info=attacks_presence.BIG_INFO)
            except Refused:
                continue
            line.command("join", room=peer.crowd)
            lines[line.socket.fileno()] = line
            news.register(line.socket, select.POLLIN)
        for number, _ in news.poll(0):
            if not lines[number].sip():
                news.unregister(number)
                peer.forget(lines.pop(number))


def play(ports: tuple[int, int], number: int, turns: list[Turn], seconds: float, results) -> None:
    """One peer's life; number 0 is the crowd's."""
    os.nice(NICENESS)
    rules, found, strange, broken = documented.read(), defaultdict(Counter), defaultdict(list), []
    peer, ends = Peer(*ports, f"127.0.1.{number + 1}", CORE / (PEERS + 1)), time.monotonic() + seconds
    for turn in turns:
        tally, attack = Tally(rules), ATTACKS[turn.attack].run if number else crowd
        peer.begin(turn.seed, min(turn.seconds, ends - time.monotonic()), tally)
        try:
            attack(peer)
        except Refused:
            tally.count("could not begin")
            while peer.goes_on():  # the next one begins in its time
                pass
        except Exception:
            broken.append(f"{turn.attack}: {traceback.format_exc(limit=-2)}")
        tally.count("turns")
        found[turn.attack] += tally.counts
        strange[turn.attack] += tally.strange
    peer.end()
    results.put((found, strange, broken))


def attack(given: argparse.Namespace) -> dict:
    names = given.only or sorted(ATTACKS)
    turns = (one_by_one(names, PEERS, given.seconds / len(names), given.seed) if given.each else
             deal(names, PEERS, given.seconds, given.seed))
    turns.insert(0, [Turn("crowd", f"{given.seed} crowd", given.seconds)])
    colliding.names(*attacks_rooms.COLLIDING)
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    peers = [context.Process(target=play, args=((given.port, given.tls_port), number, own, given.seconds, results), daemon=True)
             for number, own in enumerate(turns)]
    for peer in peers:
        peer.start()
    counts, strange, broken = defaultdict(Counter), defaultdict(list), []
    for _ in peers:
        one, odd, failed = results.get(timeout=given.seconds + 60)
        broken += failed
        for name in one:
            counts[name] += one[name]
            strange[name] += odd[name]
    for peer in peers:
        peer.join()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"counts": counts, "strange": {name: odd for name, odd in strange.items() if odd}, "broken": broken,
            "cores": (usage.ru_utime + usage.ru_stime) / (time.monotonic() - began)}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--tls-port", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--each", action="store_true", help="one attack after the other, by all peers")
    parser.add_argument("--only", nargs="*", metavar="ATTACK")
    return parser.parse_args()


if __name__ == "__main__":
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    print(json.dumps(attack(parse())), flush=True)
