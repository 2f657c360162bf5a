"""A short history, told by hand, of one room and a few members."""

from history import (Acknowledged, Delivered, Disconnected, Event, Gap, Head, History, Joined, Kept, Left, Present, Publish,
                     Refused, Renumbered)

ROOM = "tea"


class Story:
    """Each line is one moment later than the one before. A client's session is its name and how often it came."""

    def __init__(self):
        self.history = History()
        self.visits: dict[str, int] = {}
        self.log: dict[int, tuple[str, str]] = {}  # number to payload and publisher, as the room has it

    def add(self, kind: type[Event], client: str, *fields, room: str = ROOM) -> "Story":
        moment = len(self.history.events) + 1
        self.history.events.append(kind(moment, client, self.session(client), room, *fields))
        return self

    def session(self, client: str) -> str:
        return f"{client}.{self.visits.get(client, 0)}"

    def join(self, *clients: str, head: int = 0, epoch: str = "e") -> "Story":
        for client in clients:
            self.add(Joined, client, epoch, head, True, 0, None)
        return self

    def join_last(self, client: str, last: int, head: int, missed: int) -> "Story":
        return self.add(Joined, client, "e", head, True, missed, None, last)

    def lose(self, client: str) -> "Story":
        self.add(Disconnected, client, room="")
        self.visits[client] = self.visits.get(client, 0) + 1
        return self

    def resume(self, client: str, since: int, head: int, missed: int = 0, recovered: bool = True, epoch: str = "e",
               was: str = "e") -> "Story":
        return self.add(Joined, client, epoch, head, recovered, missed, (was, since))

    def leave(self, client: str) -> "Story":
        return self.add(Left, client)

    def publish(self, client: str, payload: str, key: str | None = None, ephemeral: bool = False,
                echo: bool = False) -> "Story":
        return self.add(Publish, client, payload, key, ephemeral, echo)

    def acknowledge(self, client: str, payload: str, seq: int, epoch: str = "e", duplicate: bool = False) -> "Story":
        return self.add(Acknowledged, client, payload, epoch, seq, duplicate)

    def refuse(self, client: str, payload: str, code: int) -> "Story":
        return self.add(Refused, client, payload, code)

    def say(self, client: str, payload: str, seq: int, to: str = "", key: str | None = None,
            epoch: str = "e") -> "Story":
        """Published, stored, acknowledged, and delivered to those named."""
        self.publish(client, payload, key)
        self.log[seq] = (payload, self.session(client))
        for listener in to.split():
            self.deliver(listener, seq, payload, client, key)
        return self.acknowledge(client, payload, seq, epoch)

    def stored(self, seq: int, payload: str, publisher: str) -> "Story":
        self.log[seq] = (payload, self.session(publisher))
        return self

    def forget(self, *numbers: int) -> "Story":
        """The room has lost them."""
        for seq in numbers:
            del self.log[seq]
        return self

    def deliver(self, client: str, seq: int, payload: str, publisher: str = "a", key: str | None = None) -> "Story":
        session = publisher if "." in publisher else self.session(publisher)
        return self.add(Delivered, client, seq, payload, key, session)

    def gap(self, client: str, first: int, last: int) -> "Story":
        return self.add(Gap, client, first, last)

    def listed(self, *users: str, node: str = "node1") -> "Story":
        return self.add(Present, node, users)

    def renumber(self, client: str, epoch: str, seq: int) -> "Story":
        return self.add(Renumbered, client, epoch, seq)

    def rest(self, epoch: str = "e", nodes: str = "node1 node2") -> "Story":
        """Every node tells what the room has."""
        for node in nodes.split():
            self.add(Head, node, epoch, max(self.log, default=0))
            for seq, (payload, publisher) in sorted(self.log.items()):
                self.add(Kept, node, epoch, seq, payload, publisher)
        return self


def conversation() -> Story:
    """Three members, one of whom loses its line, with a key, a repeat of it, and an ephemeral message. It has not come
    to rest yet."""
    story = Story().join("a", "b").say("a", "one", 1, to="b", key="k1").say("b", "two", 2, to="a").join("c", head=2)
    story.publish("a", "one", "k1").acknowledge("a", "one", 1, duplicate=True)
    story.publish("b", "typing", ephemeral=True).deliver("a", 0, "typing", "b").deliver("c", 0, "typing", "b")
    story.acknowledge("b", "typing", 0, "")
    story.lose("b").say("a", "three", 3, to="c").resume("b", since=2, head=3, missed=1)
    return story.deliver("b", 3, "three").say("c", "four", 4, to="a b")
