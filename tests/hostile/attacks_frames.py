"""Attacks with frames: malformed, endless, compressed without measure, and such as ask for an answer that nobody reads."""

import bad_input_commands
import bad_input_frames
import bad_input_json
from line import DEFLATE, Line, Refused, deflated, text_of
from peer import Peer
from raw_connection import CONTINUATION, PING, TEXT, frame, text, upgrade
from registry import attack

MIB = 1 << 20


def again(peer: Peer, line: Line, request: bytes | None = None) -> Line:
    """The line, or another one where the server has ended it."""
    if line.sip():
        return line
    peer.forget(line)
    if request:
        return peer.line().websocket(request, user=peer.prefix)
    return peer.session()


def send_one_by_one(peer: Peer, cases: list[bytes]) -> None:
    line = peer.session()
    while peer.goes_on():
        try:
            line = again(peer, line)
        except Refused:
            line = peer.session()
        line.pour(peer.random.choice(cases))


@attack("frames that break RFC 6455 in every way that the tests know")
def malformed_frames(peer: Peer) -> None:
    cases = [data for _, data, _ in bad_input_frames.CASES if len(data) < MIB]
    line = peer.session()
    while peer.goes_on():
        line.closes = True  # some of them are, with every code
        line.pour(peer.random.choice(cases))
        if line.sip():
            line.say_close()
        peer.goes_on()
        line.sip()
        peer.forget(line)
        line = peer.session()


@attack("texts that are no JSON, no object or no command")
def malformed_texts(peer: Peer) -> None:
    send_one_by_one(peer, [text(data) for _, data, _ in bad_input_json.CASES])


@attack("commands with fields that are missing or wrong")
def malformed_commands(peer: Peer) -> None:
    send_one_by_one(peer, [text({"id": 1, name: body}) for name, body, _ in bad_input_commands.CASES])


@attack("messages without an end: one fragment after the other")
def endless_messages(peer: Peer) -> None:
    line, piece, sent = peer.session(), b"", 0
    while peer.goes_on():
        if not line.sip():
            line, sent = again(peer, line), 0
        piece = frame(CONTINUATION, b" " * peer.random.choice((0, 1, 1, 100)), fin=False)
        if sent == 0:
            piece = frame(TEXT, b"{", fin=False) + piece
        sent += line.pour(piece * 1 if sent == 0 else piece * 100)


@attack("many frames that announce 60 KB and bring them byte by byte")
def slow_frames(peer: Peer) -> None:
    lines = []
    while peer.goes_on():
        if len(lines) < 60:
            try:
                lines.append(peer.session())
            except Refused:
                continue
            lines[-1].pour(frame(TEXT, b"{", length=60_000, length_bytes=2))
        line = peer.random.choice(lines)
        line.pour(b" ")
        if not line.sip():
            lines.remove(line)
            peer.forget(line)


@attack("compressed messages that hide a hundred times their size, up to the limit and over it")
def compressed_bombs(peer: Peer) -> None:
    publish = text_bytes(peer, 60_000)
    over, under, broken = deflated(b" " * 20 * MIB), deflated(publish), deflated(publish)[:40] + b"\xff" * 30
    line = peer.line().websocket(DEFLATE, user=peer.prefix)
    while peer.goes_on():
        line.pour(peer.random.choice((under * 4, under * 4, over, broken)))
        line = again(peer, line, DEFLATE)


def text_bytes(peer: Peer, size: int) -> bytes:
    return b'{"publish":{"room":"' + peer.prefix.encode() + b'","event":"e","data":"' + b"z" * size + b'"}}'


@attack("pings as fast as it can, pongs not read")
def ping_flood(peer: Peer) -> None:
    lines = [peer.session(deaf=True) for _ in range(2)]
    while peer.goes_on():
        for line in lines:
            line.pour(frame(PING, b"p" * 125) * 200)


@attack("mistakes as fast as it can, errors not read")
def mistakes_unread(peer: Peer) -> None:
    lines = [peer.session(deaf=True) for _ in range(2)]
    while peer.goes_on():
        for line in lines:
            line.pour(text({}) * 100 + text_of("leave", 1, room=peer.prefix) * 20)


@attack("pongs and upgrades that nobody asked for")
def unasked(peer: Peer) -> None:
    line = peer.session()
    while peer.goes_on():
        line.pour(frame(10, b"q" * 100) * 200 + text({"pong": {}}) * 50)
        if peer.random.random() < 0.05:
            line.pour(upgrade())
        line = again(peer, line)
