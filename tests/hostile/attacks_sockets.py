"""Attacks on sockets: many of them, slow ones, those that come and go, and requests that are none."""

import bad_input_http
import bad_input_upgrade
from attacks_presence import http_users
from line import Refused
from peer import Peer
from raw_connection import request, upgrade
from registry import attack

MANY = 300  # sockets of one peer
METRICS = b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"


def crowd_of_sockets(peer: Peer, first: bytes, then: bytes, receive_buffer: int | None = None) -> None:
    """Opens sockets with `first`, up to many, and sends `then` on each now and again."""
    lines = []
    while peer.goes_on():
        for _ in range(10):
            if len(lines) < MANY:
                lines.append(peer.line(receive_buffer))
                lines[-1].pour(first)
        for line in peer.random.sample(lines, min(len(lines), 30)):
            if then:
                line.pour(then)
            if not line.sip():
                lines.remove(line)
                peer.forget(line)


@attack("hundreds of HTTP sockets that ask nothing")
def idle_sockets(peer: Peer) -> None:
    crowd_of_sockets(peer, b"", b"")


@attack("hundreds of HTTP sockets whose requests come byte by byte")
def slow_requests(peer: Peer) -> None:
    crowd_of_sockets(peer, b"GET /health HTTP/1.1\r\nHost: localhost\r\nX: ", b"y")


@attack("hundreds of HTTP sockets that keep alive after one request")
def kept_alive(peer: Peer) -> None:
    crowd_of_sockets(peer, b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", b"")


@attack("hundreds of WebSockets that never say hello")
def never_greets(peer: Peer) -> None:
    crowd_of_sockets(peer, upgrade(), b"")


@attack("hundreds of TLS sockets whose handshake never ends")
def half_open_tls(peer: Peer) -> None:
    lines = []
    while peer.goes_on():
        if len(lines) < MANY:
            lines.append(peer.line(port=peer.tls_port))
            lines[-1].pour(b"\x16\x03\x01\x40\x00\x01\x00\x3f\xfc\x03\x03")
        line = peer.random.choice(lines)
        line.pour(b"\0")
        if not line.sip():
            lines.remove(line)
            peer.forget(line)


@attack("TLS sockets that ask nothing, or for a long list that they do not read")
def idle_tls(peer: Peer) -> None:
    lines = []
    while peer.goes_on():
        if len(lines) < MANY:
            try:
                lines.append(peer.line(4096, peer.tls_port).tls())
            except Refused:
                continue
            if len(lines) % 8 == 0:
                lines[-1].pour(http_users(peer.crowd) * 4)


@attack("empty lines without an end")
def empty_lines(peer: Peer) -> None:
    crowd_of_sockets(peer, b"\r\n" * 500, b"\r\n" * 1000)


@attack("asks for the metrics, many times in a row, and does not read")
def metrics_unread(peer: Peer) -> None:
    lines = []
    while peer.goes_on():
        if len(lines) < 20:
            lines.append(peer.line(4096))
        peer.random.choice(lines).pour(METRICS * 8)


@attack("requests that are no requests, which are all logged")
def bad_requests(peer: Peer) -> None:
    cases = [data for _, data, _ in bad_input_http.CASES if len(data) < 100_000]
    cases += [data for _, data, _ in bad_input_upgrade.CASES]
    while peer.goes_on():
        for data in peer.random.sample(cases, 5):
            line = peer.line()
            line.pour(data)
            line.end_sending()
            peer.goes_on()
            line.sip()
            peer.forget(line)


@attack("connections that are reset at every stage")
def reset_storm(peer: Peer) -> None:
    while peer.goes_on():
        for sent in (b"", b"GET /", request(), METRICS * 50, upgrade()[:60], upgrade()):
            line = peer.line()
            line.pour(sent)
            line.reset()
            peer.forget(line)


@attack("sessions that come, join and go, in order or by a reset")
def session_storm(peer: Peer) -> None:
    while peer.goes_on():
        try:
            line = peer.session()
        except Refused:
            continue
        line.command("join", 1, room=peer.random.choice((peer.prefix, peer.chat, peer.room())), last=10)
        if peer.random.random() < 0.5:
            line.say_close()
            peer.goes_on()
            line.sip()
            peer.forget(line)
        else:
            line.reset()
            peer.forget(line)
