"""A well-behaved chat in a process of its own: 50 members in one room who publish, lose their lines and resume, and write
down all that they see. Started by tests/hostile/run; an empty line on standard input ends it."""

import argparse
import asyncio
import gc
import json
import sys
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path[:0] = [str(HERE.parent / "fault"), str(HERE.parent / "redis")]

import rest  # noqa: E402
from cluster import ClusterError, until  # noqa: E402
from history import Acknowledged, Disconnected, History  # noqa: E402
from load import Load, Size  # noqa: E402

ROOM, QUIET = "chat:all", "quiet:one"  # a few messages go to the second one before the attacks, and none later
RATE = 20  # acts a second
SIZE = Size(clients=50, rooms=1, rate=RATE)
CUTS = 0.02  # of all acts
PADDING = (20, 60, 60, 400)  # bytes
KEEPS = 300  # messages in the room's history, at the most
IN_QUIET = 20
FULL_WITHIN = 20.0  # seconds


class Chat(Load):
    def __init__(self, address: str, history: History, seed: int):
        super().__init__([address], history, SIZE, seed)
        self.rooms = [ROOM]
        self.cuts = 0

    async def _act(self, member) -> None:
        chance = member.random
        while True:
            await asyncio.sleep(chance.expovariate(self.size.rate / self.size.clients))
            if chance.random() < CUTS:
                self.cuts += member.connection is not None
                member.cut()
            else:
                member.publish(ROOM, "x" * chance.choice(PADDING), keyed=chance.random() < 0.7,
                               echo=chance.random() < 0.3)


async def fill(chat: Chat, history: History) -> None:
    """Until the room keeps as much as it may: from then on the chat takes no more memory."""
    chat.rooms.append(QUIET)  # nobody is in it
    for number in range(KEEPS + IN_QUIET):
        room = ROOM if number < KEEPS else QUIET
        chat.members[number % len(chat.members)].publish(room, "x" * max(PADDING), keyed=True)

    async def is_full() -> bool:
        return sum(1 for _ in history.of(Acknowledged)) >= KEEPS + IN_QUIET

    await until("the room is full", is_full, FULL_WITHIN)


async def run(given: argparse.Namespace) -> dict:
    history, problems, address = History(), [], f"ws://127.0.0.1:{given.port}/v1/ws"
    nodes = SimpleNamespace(nodes=[SimpleNamespace(name="roomd", address=address)])
    async with Chat(address, history, given.seed) as chat:
        await rest.everybody_is_in(chat)
        await fill(chat, history)
        chat.begin()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await chat.end()
        lost = sum(1 for _ in history.of(Disconnected)) - chat.cuts
        try:
            await rest.come_to_rest(nodes, chat, history)
        except ClusterError as problem:
            problems.append(str(problem))
    history.save(given.history)
    return {"lost": lost, "cuts": chat.cuts, "problems": problems}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--history", type=Path, required=True)
    return parser.parse_args()


if __name__ == "__main__":
    gc.disable()  # a collection stands for as long as all the history is large
    print(json.dumps(asyncio.run(run(parse()))), flush=True)
