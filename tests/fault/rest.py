"""When a run is over: waiting until nothing moves any more, and reading what is left."""

import contextlib

from cluster import Cluster, ClusterError, until
from connection import Connection
from history import Head, History, Kept, Present
from load import Load
from member import PATIENCE, Member

REST_WITHIN = 40.0  # seconds
UNREST_WITHIN = 5.0  # where it may well not come
PAGE = 200


class Reader:
    """Asks one node for the rooms' histories."""

    def __init__(self, node: str, connection: Connection):
        self.node, self.connection = node, connection

    async def page(self, room: str, **fields) -> dict:
        frame = await self.connection.ask("history", room=room, limit=PAGE, **fields)
        if "error" in frame:
            raise ClusterError(f"{self.node} does not tell the history of {room}: {frame['error']}")
        return frame["history"]

    async def users(self, room: str) -> tuple[str, ...]:
        frame = await self.connection.ask("members", room=room)
        if "error" in frame:
            raise ClusterError(f"{self.node} does not tell who is in {room}: {frame['error']}")
        return tuple(sorted(member["user"] for member in frame["members"]["members"]))

    async def read(self, room: str, users: tuple[str, ...], history: History) -> None:
        """Records the room's head, all that it keeps, and who was there."""
        session, seq, head = self.connection.session, 0, None
        history.record(Present, self.node, session, room, users)
        while head is None or seq < head:
            page = await self.page(room, since=seq)
            if head is None:
                head = page["seq"]
                history.record(Head, self.node, session, room, page["epoch"], head)
            if not page["messages"]:
                return
            for message in page["messages"]:
                seq = message["seq"]
                history.record(Kept, self.node, session, room, page["epoch"], seq, message["data"],
                               message["session"])


async def come_to_rest(cluster: Cluster, load: Load, history: History, required: bool = True) -> None:
    """Waits until all members are in their rooms, have their answers and stand at the heads, then reads the rooms from
    every node. A ClusterError says who is late, where it is `required` that nobody is."""
    await everybody_is_in(load)
    async with contextlib.AsyncExitStack() as stack:
        readers = [await _reader(stack, node.name, node.address) for node in cluster.nodes]
        late: list[str] = []
        # What the last round was told. A node that nobody is in a room of opens it for the question, and answers when the
        # other nodes have said who is in it.
        present: dict[str, list[tuple[str, ...]]] = {}

        async def nobody_is_late() -> bool:
            late[:] = [text for room in load.rooms for text in await _late(room, readers, load.members, present)]
            return not late

        try:
            await until("all stand at the heads of their rooms", nobody_is_late,
                        REST_WITHIN if required else UNREST_WITHIN)
        except ClusterError as problem:
            if required:
                raise ClusterError(f"{problem}: {'; '.join(late[:5])}") from problem
        for room in load.rooms:
            for reader, users in zip(readers, present.get(room, [])):
                await reader.read(room, users, history)


async def everybody_is_in(load: Load) -> None:
    async def condition() -> bool:
        return all(member.settled() for member in load.members)

    try:
        await until("everybody is in and has all answers", condition, REST_WITHIN)
    except ClusterError as problem:
        missing = [f"{m.name} lacks {sorted(m.rooms.keys() - m.joined.keys())}, {len(m.unanswered)} answers"
                   for m in load.members if not m.settled()]
        raise ClusterError(f"{problem}: {'; '.join(missing[:5])}") from problem


async def _reader(stack: contextlib.AsyncExitStack, node: str, address: str) -> Reader:
    connection = await Connection.open(address, f"reader of {node}", lambda push: None, PATIENCE)
    stack.push_async_callback(connection.ended)
    stack.callback(connection.cut)
    return Reader(node, connection)


async def _late(room: str, readers: list[Reader], members: list[Member],
                present: dict[str, list[tuple[str, ...]]]) -> list[str]:
    try:
        pages = [await reader.page(room) for reader in readers]
        present[room] = listed = [await reader.users(room) for reader in readers]
    except ClusterError as problem:
        return [str(problem)]
    there = tuple(sorted(member.name for member in members if room in member.rooms))
    for reader, users in zip(readers, listed):
        if users != there:
            return [f"{room}: {reader.node} is wrong about {sorted(set(users) ^ set(there))}"]
    heads = {(page["epoch"], page["seq"]) for page in pages}
    if len(heads) > 1:
        return [f"{room}: the nodes say {sorted(heads)}"]
    return [f"{member.name} in {room} at {member.rooms[room].epoch} {member.rooms[room].seq}, head {heads}"
            for member in members if room in member.rooms and not _is_at_head(member, room, pages[0])]


def _is_at_head(member: Member, room: str, page: dict) -> bool:
    """It has the newest messages, but for those of its own whose acknowledgement was lost."""
    at = member.rooms[room]
    if not member.settled() or at.epoch != page["epoch"]:
        return False
    return all(at.has(message["seq"]) or message["session"] == member.session for message in page["messages"])
