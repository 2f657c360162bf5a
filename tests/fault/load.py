"""Members that do what people do: publish, come, go, and lose their lines. Which of it is chosen by the seed."""

import asyncio
import random
from dataclasses import dataclass

from history import History
from member import Member

ROOMS_EACH = 4
PADDING = (0, 0, 0, 20, 60, 400)  # bytes


@dataclass(frozen=True)
class Size:
    """`rate`: acts a second, nearly all of them publishes."""
    clients: int = 60
    rooms: int = 20
    rate: float = 150


class Load:
    """`member`: whose. Use it in an `async with`: the members stay until it is left. They act from `begin` to `end`."""

    member: type[Member] = Member

    def __init__(self, addresses: list[str], history: History, size: Size, seed: int):
        self.size = size
        self.rooms = [f"room{number:02}" for number in range(size.rooms)]
        self.members = [self.member(f"c{number:02}", addresses, history, seed) for number in range(size.clients)]
        self._lives: list[asyncio.Task] = []
        self._acts: list[asyncio.Task] = []

    async def __aenter__(self) -> "Load":
        for member in self.members:
            for room in member.random.sample(self.rooms, min(ROOMS_EACH, len(self.rooms))):
                member.join(room)
        self._lives = [asyncio.create_task(member.run()) for member in self.members]
        return self

    async def __aexit__(self, *_) -> None:
        await _cancel(self._acts + self._lives)

    def begin(self) -> None:
        self._acts = [asyncio.create_task(self._act(member)) for member in self.members]

    async def end(self) -> None:
        await _cancel(self._acts)

    async def _act(self, member: Member) -> None:
        chance = member.random
        while True:
            await asyncio.sleep(chance.expovariate(self.size.rate / self.size.clients))
            what = chance.random()
            if what < 0.03:
                member.cut()
            elif what < 0.045:
                self._move(member, chance)
            else:
                self._publish(member, chance)

    def _move(self, member: Member, chance: random.Random) -> None:
        """To another room: the number of its rooms stays about the same."""
        room = chance.choice(self.rooms)
        if room not in member.rooms:
            member.leave(chance.choice(list(member.rooms)))
            member.join(room)

    def _publish(self, member: Member, chance: random.Random) -> None:
        """To one of its rooms mostly, now and then to any."""
        room = chance.choice(list(member.rooms) if chance.random() < 0.9 else self.rooms)
        text = "x" * chance.choice(PADDING)
        how = chance.random()
        if how < 0.1:
            member.publish(room, text, ephemeral=True)
        else:
            member.publish(room, text, keyed=how < 0.6, echo=chance.random() < 0.1)


async def _cancel(tasks: list[asyncio.Task]) -> None:
    for task in tasks:
        task.cancel()
    for problem in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(problem, Exception):
            raise problem
