"""Attacks on who is in a room: much to tell, to many, and lists that nobody reads."""

from line import Refused
from peer import Peer
from registry import attack

ROOMS = 128
BIG_INFO = {"x": "i" * 4000}


def http_users(room: str) -> bytes:
    return f"GET /v1/rooms/{room}/users HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()


@attack("a session in 128 rooms says who it is as fast as it can; of two observers one does not read")
def identity_in_many_rooms(peer: Peer) -> None:
    rooms = [peer.room() for _ in range(ROOMS)]
    lines = [peer.session(), peer.session(deaf=True), peer.session(user=peer.prefix + "-loud")]
    for line in lines:
        for room in rooms:
            line.command("join", room=room, members=True)
    step = 0
    while peer.goes_on():
        step += 1
        for _ in range(8):
            lines[2].command("identity", info={**BIG_INFO, "n": step})
        lines[0].sip()
        lines[2].sip()


@attack("asks for the members of a large room, each with 4 KB, and does not read the answers")
def members_unread(peer: Peer) -> None:
    lines = [peer.session(deaf=True) for _ in range(4)]
    while peer.goes_on():
        for line in lines:
            line.command("members", 1, room=peer.crowd)


@attack("joins a large room with its list and leaves it, without reading")
def lists_of_joins_unread(peer: Peer) -> None:
    lines = [peer.session(deaf=True) for _ in range(3)]
    while peer.goes_on():
        for line in lines:
            line.command("join", 1, room=peer.crowd, members=True)
            line.command("leave", 2, room=peer.crowd)


@attack("fifty plain HTTP requests at a time for the users of a large room, answers not read")
def http_users_unread(peer: Peer) -> None:
    lines = []
    while peer.goes_on():
        if len(lines) < 50:
            lines.append(peer.line(4096))
        for line in lines[-10:]:
            line.pour(http_users(peer.crowd) * 4)


@attack("plain HTTP requests for the users of a large room on ten sockets, as fast as they are answered")
def http_users_read(peer: Peer) -> None:
    lines = []
    while peer.goes_on():
        if len(lines) < 10:
            lines.append(peer.line())
        for line in list(lines):
            line.pour(http_users(peer.crowd) * 2)
            if not line.sip():
                lines.remove(line)
                peer.forget(line)


@attack("sessions of one user come to rooms with observers and go")
def join_and_leave(peer: Peer) -> None:
    rooms = [peer.room(), peer.room(), peer.crowd, peer.chat]
    watcher, mover = peer.session(), peer.session(user=peer.prefix + "-m", info=BIG_INFO)
    for room in rooms:
        watcher.command("join", room=room, members=True)
    while peer.goes_on():
        for room in rooms * 2:
            mover.command("join", 1, room=room, members=peer.random.random() < 0.2)
            mover.command("leave", 2, room=room)
        mover.sip()
        watcher.sip()


@attack("sessions with 4 KB of info come to one room, are reset, and come again")
def users_that_flap(peer: Peer) -> None:
    room, watcher = peer.room(), peer.session()
    watcher.command("join", room=room, members=True)
    while peer.goes_on():
        try:
            line = peer.session(user=f"{peer.prefix}-{peer.random.randrange(50)}", info=BIG_INFO)
        except Refused:
            continue
        line.command("join", room=room)
        line.reset()
        peer.forget(line)
        watcher.sip()
