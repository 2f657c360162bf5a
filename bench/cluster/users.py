"""Who is in a room, asked on every node: after many joins, after many leaves, after the death of a node.

Joined are users of one session each, spread evenly over the nodes. `presence.grace` is 0: with a grace a user stays
listed for so long after its last session, and the time until then would be measured.
"""

import http.client
import json
import random
import time
import urllib.parse
from dataclasses import dataclass

from bench.cluster.crowd import Client, Crowd
from bench.cluster.nodes import Nodes
from bench.cluster.outcome import Bar, Outcome, Setup
from bench.cluster.websocket import text_frame
from bench.driver.result import Table, number

ABOUT = "10,000 users of one room on three nodes: how soon every node lists all of them rightly"
PATIENCE = 180.0  # seconds
ROOM = "the-room"
PAUSE = 0.05  # seconds between two rounds of questions: asking must not be what the nodes are busy with
TURN = 1.0  # seconds that the bar allows


@dataclass(frozen=True)
class Size:
    """`lease` in seconds."""
    users: int = 10_000
    leaving: int = 4_000
    lease: int = 5


@dataclass
class Tally:
    joined: int = 0
    left: int = 0


class User(Client):
    def __init__(self, name: str, tally: Tally):
        super().__init__()
        self.name, self.tally = name, tally

    def greeting(self) -> bytes:
        return (text_frame(json.dumps({"id": 1, "hello": {"user": self.name}})) +
                text_frame(json.dumps({"id": 2, "join": {"room": ROOM}})))

    def leave(self) -> None:
        self.send(text_frame(json.dumps({"id": 3, "leave": {"room": ROOM}})))

    def take(self, text: bytes) -> None:
        frame = json.loads(text)
        self.tally.joined += "join" in frame
        self.tally.left += "leave" in frame


class Asked:
    """One node's list of the users."""

    def __init__(self, name: str, port: int):
        self.name = name
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def users(self) -> list[str]:
        """One entry for each session, from all pages of the list."""
        found: list[str] = []
        query = ""
        while True:
            self._connection.request("GET", f"/v1/rooms/{ROOM}/users{query}")
            answer = self._connection.getresponse()
            body = json.loads(answer.read())
            if answer.status != 200:
                return []
            found += [user["user"] for user in body["users"] for _ in user["sessions"] or [None]]
            if "next" not in body:
                return sorted(found)
            query = "?cursor=" + urllib.parse.quote(body["next"], safe="")


def run(setup: Setup, size: Size = Size()) -> Outcome:
    settings = {"presence.grace": "0ms", "presence.lease": f"{size.lease}s"}
    outcome = Outcome(ABOUT.replace("10,000", f"{size.users:,}"),
                      Table(["after", "users", "right within s", "by node"]))
    with Nodes(setup.roomd, 3, setup.folder, settings) as nodes, Crowd() as crowd:
        asked = [Asked(node.name, node.port) for node in nodes.nodes]
        there = _join(setup, size, crowd, nodes)
        _wait(outcome, f"{size.users:,} joins", asked, there, time.monotonic(), TURN)
        staying = _leave(setup, size, crowd, there)
        _wait(outcome, f"{size.leaving:,} leaves", asked, staying, time.monotonic(), TURN)
        setup.say("a node is killed")
        killed, began = nodes.nodes[0], time.monotonic()
        killed.kill()
        staying = [user for user in staying if user.port != killed.port]
        _wait(outcome, "`kill -9` of one node", asked[1:], staying, began, size.lease + TURN)
    outcome.remarks = [f"`presence.lease` {size.lease} s, `presence.grace` 0; half of those who left asked to, half "
                       "closed their connections",
                       "counted from the last reply to a join or leave, or the last close, until the whole right list "
                       "was in the hands of the one client that asks all nodes in turn",
                       f"one list is asked for at a time, {1000 * PAUSE:.0f} ms lie between two rounds"]
    return outcome


def _join(setup: Setup, size: Size, crowd: Crowd, nodes: Nodes) -> list[User]:
    setup.say(f"{size.users:,} users join")
    tally = Tally()
    users = [User(f"user-{at:05}", tally) for at in range(size.users)]
    ports = [node.port for node in nodes.nodes]
    for at, user in enumerate(users):
        crowd.connect([user], ports[at % len(ports)])
    crowd.until("all have joined", lambda: tally.joined >= size.users, PATIENCE)
    return users


def _leave(setup: Setup, size: Size, crowd: Crowd, users: list[User]) -> list[User]:
    """Who stays."""
    setup.say(f"{size.leaving:,} of them leave")
    leaving = random.sample(users, size.leaving)
    by_command, by_closing = leaving[::2], leaving[1::2]
    tally = users[0].tally
    for user in by_command:
        user.leave()
    for user in by_closing:
        crowd.close(user, "left")
    crowd.until("all have left", lambda: tally.left >= len(by_command), PATIENCE)
    gone = set(leaving)
    return [user for user in users if user not in gone]


def _wait(outcome: Outcome, after: str, asked: list[Asked], there: list[User], began: float, most: float) -> None:
    """Asks until every node lists exactly those, or for much too long."""
    expected = sorted(user.name for user in there)
    right: dict[str, float] = {}
    while len(right) < len(asked) and time.monotonic() < began + PATIENCE:
        for node in asked:
            if node.name not in right and node.users() == expected:
                right[node.name] = time.monotonic() - began
        time.sleep(PAUSE)
    took = [right.get(node.name, PATIENCE) for node in asked]
    outcome.table.rows.append([after, f"{len(expected):,}", number(max(took)), ", ".join(map(number, took))])
    outcome.bars.append(Bar(f"Users across nodes, after {after}: right on every node", most, max(took), "s"))
    if len(right) < len(asked):
        outcome.failures.append(f"after {after} some node never listed the {len(expected):,} users rightly")
