"""Members that are hardly ever long in a room: they join in every way, leave, come back to where they stood, and send a
leave right behind a join or a join right behind a leave."""

import asyncio
import random

from load import PADDING, Load
from member import Member
from position import Position

MOST_ROOMS = 4
LAST = (1, 10, 1000)


class RestlessMember(Member):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.stood: dict[str, Position] = {}  # in rooms that it has left

    def come(self, room: str) -> None:
        """From where it stood, with the newest messages, or with none."""
        at, chance = self.stood.pop(room, None), self.random.random()
        self.join(room, at if chance < 0.5 else None, self.random.choice(LAST) if chance > 0.75 else 0)

    def look_in(self, room: str) -> None:
        """A join, and a leave right behind it."""
        if self.connection and room not in self.rooms:
            self.come(room)
            self._send_leave(room)

    def turn_round(self, room: str) -> None:
        """A leave, and right behind it a join from where it stands now."""
        if self.connection and room in self.joined and room not in self.joining:
            self._send_leave(room)
            self._ask_to_join(room)

    def _is_out(self, room: str) -> None:
        if at := self.rooms.pop(room, None):
            self.stood[room] = at


class Restless(Load):
    member = RestlessMember

    async def _act(self, member: RestlessMember) -> None:
        chance = member.random
        while True:
            await asyncio.sleep(chance.expovariate(self.size.rate / self.size.clients))
            what = chance.random()
            if what < 0.02:
                member.cut()
            elif what < 0.4:
                self._walk(member, chance)
            else:
                room = chance.choice(list(member.rooms) or self.rooms)
                member.publish(room, "x" * chance.choice(PADDING), keyed=chance.random() < 0.6,
                               echo=chance.random() < 0.1)

    def _walk(self, member: RestlessMember, chance: random.Random) -> None:
        room, what = chance.choice(self.rooms), chance.random()
        if what < 0.25:
            member.look_in(room)
        elif what < 0.5 and member.rooms:
            member.turn_round(chance.choice(list(member.rooms)))
        elif what < 0.75 and len(member.rooms) < MOST_ROOMS:
            member.come(room)
        elif member.rooms:
            member.leave(chance.choice(list(member.rooms)))
