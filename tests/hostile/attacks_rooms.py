"""Attacks on rooms: many of them, none that are there, positions from nowhere, and history in bulk."""

import time

import colliding
from limits import NEW_ROOMS_OF_ADDRESS, NEW_ROOMS_OF_SESSION, allowance
from line import Line, text_of
from peer import Peer
from raw_connection import text
from registry import attack
from attacks_presence import http_users

FAR = 2**53 - 1
FAT = 60_000  # bytes of data
OVER_RATE = "error 429 rate_limited"
COLLIDING = (500, 1)  # names, and their seed


def publish(room: str, number: int | None = None, **more) -> bytes:
    return text_of("publish", number, room=room, **{"event": "e", "data": "x", **more})


@attack("joins of the chat's room beyond its head and from epochs that nobody knows, in a row")
def joins_from_nowhere(peer: Peer) -> None:
    lines = [peer.session(user=f"{peer.prefix}-{n}") for n in range(3)]
    while peer.goes_on():
        for line in lines:
            for _ in range(4):
                epoch = peer.random.choice(("nowhere", "", "e" * peer.random.randrange(1, 300), "é" * 40))
                since = {"epoch": epoch, "seq": peer.random.choice((0, 1, 10**6, FAR))}
                room = peer.random.choice((peer.chat, peer.prefix, peer.crowd))
                line.pour(text_of("join", 1, room=room, since=since) + text_of("leave", 2, room=room))
            line.sip()


@attack("epochs and keys of tens of thousands of bytes")
def huge_words(peer: Peer) -> None:
    lines = [peer.session(), peer.session()]
    while peer.goes_on():
        huge = "h" * peer.random.choice((64, 65, 128, 129, 4096, 30_000, FAT))
        for line in lines:
            line.pour(text_of("join", 1, room=peer.prefix, since={"epoch": huge, "seq": 1})
                      + text_of("leave", 2, room=peer.prefix) + publish(peer.prefix, 3, key=huge)
                      + text_of("join", 4, room=huge) + publish(peer.prefix, 5, event=huge))
            line.sip()


@attack("asks for history and members of rooms that nobody was ever in, by WebSocket and by HTTP")
def unknown_rooms(peer: Peer) -> None:
    session, plain = peer.session(), peer.line()
    while peer.goes_on():
        for _ in range(8):
            session.pour(text_of("history", 1, room=peer.room()) + text_of("members", 2, room=peer.room()))
        if not plain.pour(b"".join(http_users(peer.room()) for _ in range(8))) and not plain.alive:
            plain = peer.line()
        plain.sip()
        session.sip()


@attack("creates rooms as fast as it can: joins and leaves, each of a new one")
def creates_rooms(peer: Peer) -> None:
    session = peer.session()
    while peer.goes_on():
        for _ in range(16):
            room = peer.room()
            session.pour(text_of("join", 1, room=room) + text_of("leave", 2, room=room))
        session.sip()


@attack("one small message into each of rooms without number")
def tiny_rooms(peer: Peer) -> None:
    session = peer.session()
    while peer.goes_on():
        session.pour(b"".join(publish(peer.room(), 1) for _ in range(32)))
        session.sip()


@attack("one message into each of rooms that keep no history")
def rooms_without_history(peer: Peer) -> None:
    session = peer.session()
    while peer.goes_on():
        session.pour(b"".join(publish(f"cursor:{peer.room()}", 1, ephemeral=peer.random.random() < 0.5)
                              for _ in range(32)))
        session.sip()


@attack("puts rooms to use past what one session, and then one address, may")
def rooms_over_limits(peer: Peer) -> None:
    """One session after the other: each until it is refused."""
    began, counts = time.monotonic(), peer.tally.counts
    while peer.goes_on():
        session, born = peer.session(), time.monotonic()
        before, refused = counts["published"], counts[OVER_RATE]
        while counts[OVER_RATE] == refused and peer.goes_on():
            session.pour(b"".join(publish(peer.room(), 1) for _ in range(64)))
            session.sip()
        now = time.monotonic()
        if counts["published"] - before > allowance(NEW_ROOMS_OF_SESSION, now - born):
            peer.tally.odd(f"a session made {counts['published'] - before} rooms in {now - born:.1f} s")
        if counts["published"] > allowance(NEW_ROOMS_OF_ADDRESS, now - began):
            peer.tally.odd(f"an address made {counts['published']} rooms in {now - began:.1f} s")
        peer.forget(session)


@attack("rooms, users and keys whose names have equal hashes in a table that is not seeded")
def colliding_names(peer: Peer) -> None:
    names, session = colliding.names(*COLLIDING), peer.session()
    while peer.goes_on():
        for _ in range(16):
            name = peer.random.choice(names)
            session.pour(publish(name, 1) + publish(peer.prefix, 2, key=name)
                         + text_of("join", 3, room=name) + text_of("leave", 4, room=name))
        session.sip()


def fill(peer: Peer, line: Line, count: int) -> None:
    """Puts fat messages into this attack's own room."""
    while count > 0 and peer.goes_on():
        if line.pour(publish(peer.prefix, 1, data="f" * FAT)):
            count -= 1
        line.sip()


@attack("publishes as fast as it can, with echo, and reads neither that nor the answers")
def publishes_unread(peer: Peer) -> None:
    line = peer.session(deaf=True)
    line.command("join", room=peer.prefix)
    while peer.goes_on():
        line.pour(b"".join(publish(peer.prefix, 1, echo=True, data="p" * peer.random.choice((1, 500, 5000)))
                           for _ in range(8)))


@attack("is in a busy room, the chat's, and a large one, and never reads")
def never_reads(peer: Peer) -> None:
    writer, deaf = peer.session(), [peer.session(deaf=True) for _ in range(4)]
    for line in deaf:
        for room in (peer.prefix, peer.chat, peer.crowd):
            line.command("join", room=room, members=True)
    while peer.goes_on():
        writer.pour(publish(peer.prefix, 1, data="n" * FAT))
        writer.sip()


@attack("asks for a fat room's history and does not read")
def history_unread(peer: Peer) -> None:
    fill(peer, peer.session(), 20)
    lines = [peer.session(deaf=True) for _ in range(4)]
    while peer.goes_on():
        for line in lines:
            line.pour(text_of("history", 1, room=peer.prefix, limit=1000))


@attack("resumes a fat room from its beginning, over and over, on many sessions")
def resume_storm(peer: Peer) -> None:
    fill(peer, peer.session(), 20)
    lines = [peer.session() for _ in range(8)]
    while peer.goes_on():
        for line in lines:
            line.pour(text_of("join", 1, room=peer.prefix, last=1000) + text_of("leave", 2, room=peer.prefix))
            line.sip()


@attack("ephemeral messages to observers, one of whom does not read")
def ephemeral_flood(peer: Peer) -> None:
    writer, reader, deaf = peer.session(), peer.session(), peer.session(deaf=True)
    for line in (reader, deaf):
        line.command("join", room=peer.prefix)
    while peer.goes_on():
        writer.pour(publish(peer.prefix, ephemeral=True, data="e" * 2000) * 8)
        writer.sip()
        reader.sip()


@attack("commands that are refused: not joined, already greeted, unknown, over the room limit")
def refusals(peer: Peer) -> None:
    line = peer.session()
    for _ in range(128):
        line.command("join", room=peer.room())
    while peer.goes_on():
        room = peer.room()
        line.pour(text_of("leave", 1, room=room) + text_of("join", 2, room=room) + text_of("hello", 3)
                  + text_of("refresh", 4, token="t") + text_of("shout", 5) + text({"id": 0, "pong": {}}))
        line.sip()
