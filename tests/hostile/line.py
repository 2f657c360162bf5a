"""A socket of an attacker. It never waits longer than it has to: what the server does not take stays here."""

import json
import re
import socket
import ssl
import struct
import zlib

from raw_connection import CLOSE, TEXT, Connection, frame, upgrade
from tally import Tally

ANSWERED_WITHIN = 10.0  # seconds, for what an attacker needs before it can begin
GULP = 1 << 18  # bytes read at once
LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)
FIN = 0x80
TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE
DEFLATE = upgrade(Sec_WebSocket_Extensions="permessage-deflate; client_no_context_takeover")


class Refused(Exception):
    """The server did not let this attacker begin."""


class Line(Connection):
    def __init__(self, port: int, source: str, tally: Tally, receive_buffer: int | None = None):
        super().__init__(port, receive_buffer, source)
        self.alive, self.deaf, self.tally = True, False, tally
        self.closes = False  # it has sent a close frame
        self._out, self._websocket = b"", False
        self._kind, self._message = 0, b""  # of which fragments came
        self.socket.settimeout(ANSWERED_WITHIN)

    def tls(self) -> "Line":
        """Shakes hands; Refused where the server does not go along."""
        try:
            self.socket = TRUSTING.wrap_socket(self.socket)
        except OSError as problem:
            self.tally.count("not let in")
            raise Refused(str(problem)) from problem
        return self

    def websocket(self, request: bytes = upgrade(), **hello) -> "Line":
        """Upgrades and greets; Refused where the server does not go along."""
        try:
            self.socket.sendall(request)
            status, _ = self.answer()
            self.tally.status(status)
            if status != 101:
                raise Refused(f"HTTP {status}")
            self._websocket = True
            if hello and "error" in self.ask("hello", hello):
                raise Refused("hello")
        except (OSError, AssertionError) as problem:  # ended, reset, or silent for too long
            self.tally.count("not let in")
            raise Refused(str(problem)) from problem
        self.socket.setblocking(False)
        return self

    def pour(self, data: bytes) -> bool:
        """Sends as much as the server takes; whether it has taken all. While something is left, no more begins."""
        self.socket.setblocking(False)
        if self._out:
            data = b""
        self._out += data
        try:
            while self._out and self.alive:
                taken = self.socket.send(self._out)
                self.tally.count("sent", taken)
                self._out = self._out[taken:]
        except LATER:
            return False
        except OSError:
            self._over()
        return self.alive

    def command(self, name: str, number: int | None = None, **fields) -> bool:
        return self.pour(text_of(name, number, **fields))

    def say_close(self, code: int = 1000) -> None:
        self.closes = True
        self.pour(frame(CLOSE, struct.pack(">H", code)))

    def sip(self) -> bool:
        """Reads what is there, judges it, and answers pings; whether the line still lives."""
        self.socket.setblocking(False)
        try:
            while self.alive:
                more = self.socket.recv(GULP)
                self.tally.count("received", len(more))
                self._in += more
                if not more:
                    self._over()
                if len(more) < GULP:
                    break
        except LATER:
            pass
        except OSError:
            self.tally.count("reset")
            self._over()
        self._judge_frames() if self._websocket else self._judge_answers()
        return self.alive

    def reset(self) -> None:
        """Ends it the rude way."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.end()

    def end(self) -> None:
        self.alive = False
        self.socket.close()

    def _over(self) -> None:
        self.alive = False
        self.tally.count("ended by the server")

    def _judge_frames(self) -> None:
        at = 0
        while (found := _frame_at(self._in, at)) is not None:
            first, begin, at = found
            payload = bytes(self._in[begin:at])
            opcode = first & 0x0F
            if opcode < CLOSE:  # text, binary, or the next fragment of one
                self._kind, self._message = opcode or self._kind, self._message + payload
                if first & FIN:
                    self.tally.frame(self._kind, self._message, self.closes)
                    self._message = b""
            else:
                self.tally.frame(opcode, payload, self.closes)
            if payload == b'{"ping":{}}' and not self.deaf:
                self.pour(frame(TEXT, b'{"pong":{}}'))
        del self._in[:at]

    def _judge_answers(self) -> None:
        while found := re.match(rb"HTTP/1\.1 (\d{3}) .*?\r\n\r\n", self._in, re.DOTALL):
            length = re.search(rb"\r\nContent-Length: (\d+)\r\n", found[0])
            end = found.end() + (int(length[1]) if length else 0)
            if len(self._in) < end:
                return
            self.tally.status(int(found[1]))
            del self._in[:end]


def _frame_at(data: bytearray, at: int) -> tuple[int, int, int] | None:
    """First byte, begin and end of a whole frame's payload."""
    if len(data) < at + 2:
        return None
    size, begin = data[at + 1], at + 2
    if size > 125:
        begin += 2 if size == 126 else 8
        if len(data) < begin:
            return None
        size = int.from_bytes(data[at + 2:begin], "big")
    return (data[at], begin, begin + size) if len(data) >= begin + size else None


def text_of(name: str, number: int | None = None, **fields) -> bytes:
    """A command as a frame."""
    whole = {name: fields} if number is None else {"id": number, name: fields}
    return frame(TEXT, json.dumps(whole, separators=(",", ":")).encode())


def deflated(data: bytes) -> bytes:
    """A compressed text frame."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush(zlib.Z_SYNC_FLUSH)
    return frame(TEXT, packed[:-4], reserved=4)
