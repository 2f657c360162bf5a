"""The client's side of WebSocket, as little of it as a measuring client needs. Pure: bytes in, bytes and texts out."""

import base64
import os

TEXT, CLOSE = 0x1, 0x8
FIN, MASKED = 0x80, 0x80
LENGTH_IN_2, LENGTH_IN_8 = 126, 127  # bytes that follow
NO_MASK = bytes(4)  # a mask of zeros is one, and changes nothing


class ProtocolError(Exception):
    """The server sent what a server must not send, or closed the connection."""


def upgrade(host: str, port: int, path: str = "/v1/ws") -> bytes:
    key = base64.b64encode(os.urandom(16)).decode()
    return (f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()


def text_frame(text: str | bytes) -> bytes:
    payload = text.encode() if isinstance(text, str) else text
    size = len(payload)
    if size < LENGTH_IN_2:
        head = bytes((FIN | TEXT, MASKED | size))
    elif size < 1 << 16:
        head = bytes((FIN | TEXT, MASKED | LENGTH_IN_2)) + size.to_bytes(2, "big")
    else:
        head = bytes((FIN | TEXT, MASKED | LENGTH_IN_8)) + size.to_bytes(8, "big")
    return head + NO_MASK + payload


class Reader:
    """Takes bytes as they come: first the answer to the upgrade, then frames."""

    def __init__(self):
        self.upgraded = False
        self._rest = b""

    def take(self, data: bytes) -> list[bytes]:
        """The texts that are complete by now."""
        data = self._rest + data if self._rest else data
        at = 0
        if not self.upgraded:
            at = data.find(b"\r\n\r\n") + 4
            if at < 4:
                self._rest = data
                return []
            if not data.startswith(b"HTTP/1.1 101 "):
                raise ProtocolError(data[:200].decode(errors="replace"))
            self.upgraded = True
        texts, at = _texts(data, at)
        self._rest = data[at:]
        return texts


def _texts(data: bytes, at: int) -> tuple[list[bytes], int]:
    """The whole frames from `at` on, and where they end."""
    texts, end = [], len(data)
    while end - at >= 2:
        size, begin = data[at + 1], at + 2
        if size == LENGTH_IN_2:
            begin, size = at + 4, int.from_bytes(data[at + 2:at + 4], "big")
        elif size == LENGTH_IN_8:
            begin, size = at + 10, int.from_bytes(data[at + 2:at + 10], "big")
        if begin + size > end:
            break
        if data[at] != FIN | TEXT:
            raise ProtocolError(_unexpected(data[at], data[begin:begin + size]))
        texts.append(data[begin:begin + size])
        at = begin + size
    return texts, at


def _unexpected(first: int, payload: bytes) -> str:
    if first & 0xF == CLOSE:
        return f"closed with {int.from_bytes(payload[:2], 'big')} {payload[2:].decode(errors='replace')}"
    return f"a frame of type {first:#x}"
