"""A client that plays by the rules and writes down all that it sees: when its line is lost it goes to any node, resumes
each room where it stood, and repeats the publishes that were not answered, with their keys.
"""

import asyncio
import itertools
import random
from dataclasses import dataclass

from connection import Connection, Unreachable
from history import (Acknowledged, Connected, Delivered, Disconnected, Gap, History, Joined, Left, Publish, Refused,
                     Renumbered)
from position import Position

PATIENCE = 6.0  # seconds for an answer
FIRST_WAIT, LONGEST_WAIT = 0.05, 1.0
NOT_JOINED = 404


@dataclass(frozen=True)
class Draft:
    room: str
    payload: str
    key: str | None = None
    ephemeral: bool = False
    echo: bool = False

    def fields(self) -> dict:
        more = {name: value for name in ("key", "ephemeral", "echo") if (value := getattr(self, name))}
        return {"room": self.room, "event": "say", "data": self.payload, **more}


class Member:
    def __init__(self, name: str, addresses: list[str], history: History, seed: int):
        self.name, self.addresses, self.history = name, addresses, history
        self.random = random.Random(f"{seed} {name}")
        self.rooms: dict[str, Position | None] = {}  # it wants to be in; None: it was not, or begins anew
        self.last: dict[str, int] = {}  # of the newest messages it asks for so many, where it begins anew
        self.joined: dict[str, str] = {}  # the rooms that it is in, and their epochs
        self.joining: set[str] = set()  # joins that are not answered
        self.unanswered: dict[str, Draft] = {}  # with keys, by payload
        self.connection: Connection | None = None
        self._numbers = itertools.count(1)

    @property
    def session(self) -> str:
        return self.connection.session

    def settled(self) -> bool:
        return self.connection is not None and self.joined.keys() == self.rooms.keys() and not self.unanswered

    async def run(self) -> None:
        """Until it is cancelled: a member that is dismissed then was in its rooms to the end."""
        wait = FIRST_WAIT
        while True:
            address = self.random.choice(self.addresses)
            try:
                connection = await Connection.open(address, self.name, self._take_push, PATIENCE)
            except Unreachable:
                await asyncio.sleep(wait * self.random.uniform(0.5, 1))
                wait = min(2 * wait, LONGEST_WAIT)
                continue
            wait = FIRST_WAIT
            self._begin(connection, address)
            try:
                await connection.ended()
            finally:
                connection.cut()
            self._end()

    def _begin(self, connection: Connection, address: str) -> None:
        self.connection = connection
        self._record(Connected, "", address)
        for room in list(self.rooms):
            self._send_join(room)
        for draft in list(self.unanswered.values()):
            self._send_publish(draft)

    def _end(self) -> None:
        self._record(Disconnected, "")
        self.connection = None
        self.joined.clear()
        self.joining.clear()

    def cut(self) -> None:
        if self.connection:
            self.connection.cut()

    def join(self, room: str, at: Position | None = None, last: int = 0) -> None:
        """From where it stood, or with the newest `last` messages."""
        if room not in self.rooms:
            self.rooms[room], self.last[room] = at, last
            self._send_join(room)

    def leave(self, room: str) -> None:
        """Only where it is in: what is under way stays simple."""
        if room in self.joined and self.connection:
            self._send_leave(room)

    def _send_leave(self, room: str) -> None:
        self.connection.command("leave", lambda frame: self._took_leave(room, frame), room=room)

    def publish(self, room: str, text: str, keyed: bool = False, **how: bool) -> None:
        if not self.connection:
            return
        payload = f"{self.name}-{next(self._numbers)} {text}"
        draft = Draft(room, payload, payload.split()[0] if keyed else None, **how)
        if keyed:
            self.unanswered[payload] = draft
        self._send_publish(draft)

    def _send_join(self, room: str) -> None:
        if self.connection and room in self.rooms and room not in self.joined and room not in self.joining:
            self._ask_to_join(room)

    def _ask_to_join(self, room: str) -> None:
        at, last = self.rooms[room], self.last.get(room, 0)
        since = (at.epoch, at.seq) if at else None
        more = {"since": {"epoch": at.epoch, "seq": at.seq}} if at else {"last": last} if last else {}
        self.joining.add(room)
        self.connection.command("join", lambda frame: self._took_join(room, since, last, frame), room=room, **more)

    def _send_publish(self, draft: Draft) -> None:
        self._record(Publish, draft.room, draft.payload, draft.key, draft.ephemeral, draft.echo)
        self.connection.command("publish", lambda frame: self._took_publish(draft, frame), **draft.fields())

    def _took_join(self, room: str, since: tuple[str, int] | None, last: int, frame: dict) -> None:
        self.joining.discard(room)
        if "error" in frame:
            return self._again(frame, lambda: self._send_join(room))
        reply = frame["join"]
        self.joined[room] = reply["epoch"]
        joined = self._record(Joined, room, reply["epoch"], reply["seq"], reply["recovered"], reply["missed"], since,
                              0 if since else last)
        if not since:
            self.rooms[room] = Position(reply["epoch"], joined.stands_at)
        elif reply["recovered"]:
            self.rooms[room].rename(reply["epoch"])

    def _took_leave(self, room: str, frame: dict) -> None:
        """Where nobody knows whether it is out, it goes on with another connection."""
        if "error" in frame and frame["error"]["code"] != NOT_JOINED:
            return self.cut()
        if room in self.joined:
            self._forget(room)
        if room not in self.joining:  # where a join is behind it, it is on its way back
            self._is_out(room)

    def _is_out(self, room: str) -> None:
        self.rooms.pop(room, None)

    def _took_publish(self, draft: Draft, frame: dict) -> None:
        if "error" in frame:
            self._record(Refused, draft.room, draft.payload, frame["error"]["code"])
            if draft.key and frame["error"]["retry"]:
                return self._again(frame, lambda: self._repeat(draft))
        else:
            reply = {"epoch": "", "seq": 0, "duplicate": False, **frame["publish"]}
            self._record(Acknowledged, draft.room, draft.payload, reply["epoch"], reply["seq"], reply["duplicate"])
            at = self.rooms.get(draft.room)
            if at and reply["seq"] and not draft.echo:
                at.acknowledge(reply["epoch"], reply["seq"])
        self.unanswered.pop(draft.payload, None)

    def _repeat(self, draft: Draft) -> None:
        if self.connection and draft.payload in self.unanswered:
            self._send_publish(draft)

    def _again(self, frame: dict, what) -> None:
        """Tries again on this connection; on another one all of it is tried anyway."""
        connection, after = self.connection, frame["error"].get("after", 200) / 1000
        asyncio.get_running_loop().call_later(min(after, LONGEST_WAIT),
                                              lambda: what() if self.connection is connection else None)

    def _take_push(self, frame: dict) -> None:
        kind, body = next(iter(frame.items()))
        at = self.rooms.get(body.get("room")) if body.get("room") in self.joined else None
        if kind == "message":
            self._record(Delivered, body["room"], body.get("seq", 0), body["data"], body.get("key"), body["session"])
            if at and "seq" in body:
                at.account(body["seq"])
        elif kind == "gap":
            self._record(Gap, body["room"], body["from"], body["to"])
            if at:
                at.skip_to(body["to"])
                at.rename(self.joined[body["room"]])
        elif kind == "epoch":
            self._record(Renumbered, body["room"], body["epoch"], body["seq"])
            if at:
                at.restart(body["epoch"], body["seq"])
                self.joined[body["room"]] = body["epoch"]
        elif kind == "removed":
            self._forget(body["room"])
            self._send_join(body["room"])

    def _forget(self, room: str) -> None:
        self.joined.pop(room, None)
        self._record(Left, room)

    def _record(self, kind, room: str, *fields):
        return self.history.record(kind, self.name, self.session, room, *fields)
