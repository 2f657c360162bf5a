"""A TCP connection that sends what it is told, byte for byte, and reads HTTP answers and WebSocket frames."""
import base64
import json
import re
import socket
import struct

from daemon_process import DEADLINE

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
KEY = base64.b64encode(bytes(range(16))).decode()
MASK = b"\x37\xfa\x21\x3d"

UPGRADE = {"Host": "localhost", "Connection": "Upgrade", "Upgrade": "websocket",
           "Sec-WebSocket-Version": "13",
           "Sec-WebSocket-Key": KEY}


def request(line: str = "GET /health HTTP/1.1", headers: dict[str, str] | None = None,
            body: bytes = b"") -> bytes:
    """A request's bytes. Without `headers` it has a Host and is the connection's last."""
    fields = {"Host": "localhost", "Connection": "close"} if headers is None else headers
    lines = [line, *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def upgrade(without: str = "", line: str = "GET /v1/ws HTTP/1.1", **changed: str) -> bytes:
    """The request for a WebSocket; `Sec_WebSocket_Key="…"` changes that field."""
    fields = {**UPGRADE, **{name.replace("_", "-"): value for name, value in changed.items()}}
    fields.pop(without, None)
    return request(line, fields)


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, masked: bool = True,
          length: int | None = None, length_bytes: int | None = None) -> bytes:
    """A client's frame. `length` lies about the payload's; `length_bytes` (0, 2, 8) how that is written."""
    size = len(payload) if length is None else length
    width = (0 if size < 126 else 2 if size < 65536 else 8) if length_bytes is None else length_bytes
    first = (0x80 if fin else 0) | reserved << 4 | opcode
    second = (0x80 if masked else 0) | {0: size, 2: 126, 8: 127}[width]
    tail = b"" if width == 0 else struct.pack(">H" if width == 2 else ">Q", size)
    if not masked:
        return bytes([first, second]) + tail + payload
    whole = int.from_bytes((MASK * (len(payload) // 4 + 1))[:len(payload)], "big")
    hidden = (int.from_bytes(payload, "big") ^ whole).to_bytes(len(payload), "big")
    return bytes([first, second]) + tail + MASK + hidden


def text(what) -> bytes:
    """A text frame with a text, bytes, or an object as JSON."""
    if not isinstance(what, (str, bytes)):
        what = json.dumps(what)
    return frame(TEXT, what.encode() if isinstance(what, str) else what)


class Connection:
    """Every wait has a deadline. `sent` counts bytes. `source`: the address that it comes from."""

    def __init__(self, port: int, receive_buffer: int | None = None, source: str | None = None):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if source:
            self.socket.bind((source, 0))
        self.socket.settimeout(DEADLINE)
        self.socket.connect(("127.0.0.1", port))
        self.sent = 0
        self._in = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes) -> None:
        """A peer that has ended does not take the rest; its last words are still to be read."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.sent += len(data)

    def send_while_taken(self, data: bytes, most: int) -> None:
        """Repeats `data` without reading, up to `most` bytes, until the peer takes no more for a second or ends."""
        self.socket.settimeout(1)
        try:
            while self.sent < most:
                self.socket.sendall(data)
                self.sent += len(data)
        except (TimeoutError, BrokenPipeError, ConnectionResetError):
            pass
        self.socket.settimeout(DEADLINE)

    def end_sending(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:  # the server has ended it
            pass

    def take_what_is_there(self, quiet: float = 0.5) -> None:
        """Receives until nothing more has come for so many seconds; it is read afterwards."""
        self.socket.settimeout(quiet)
        try:
            while self._receive():
                pass
        except TimeoutError:
            pass
        self.socket.settimeout(DEADLINE)

    # --- HTTP ----------------------------------------------------------------------------------------------------

    def answer(self) -> tuple[int, bytes]:
        """Status and body of the next answer."""
        head = self._read_until(b"\r\n\r\n")
        status = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
        if not status:
            raise AssertionError(f"no HTTP answer: {head[:200]!r}")
        length = re.search(rb"\r\nContent-Length: (\d+)\r\n", head)
        return int(status[1]), self._read(int(length[1]) if length else 0)

    def statuses(self) -> list[int]:
        """Of all answers until the server ends the connection."""
        found = []
        while self._in or self._receive():
            found.append(self.answer()[0])
        return found

    # --- WebSocket -----------------------------------------------------------------------------------------------

    def open_websocket(self, hello: bool = True) -> "Connection":
        self.send(upgrade())
        status, _ = self.answer()
        if status != 101:
            raise AssertionError(f"the upgrade was answered with {status}")
        if hello:
            self.ask("hello", {"user": "ada"})
        return self

    def next_frame(self) -> tuple[int, bytes] | None:
        """Opcode and payload; none where the server has ended the connection. Of a message in two frames it is one."""
        if not self._in and not self._receive():
            return None
        first, second = self._read(2)
        size = second
        if second > 125:
            size = int.from_bytes(self._read(2 if second == 126 else 8), "big")
        payload = self._read(size)
        if first & 0x80 or first & 0x0F != TEXT:
            return first & 0x0F, payload
        opcode, rest = self.next_frame() or (CLOSE, b"")
        if opcode != CONTINUATION:
            raise AssertionError(f"opcode {opcode} within a message")
        return TEXT, payload + rest

    def next_object(self) -> dict:
        """The next text message."""
        while found := self.next_frame():
            opcode, payload = found
            if opcode == TEXT:
                return json.loads(payload)
            if opcode == CLOSE:
                break
        raise AssertionError(f"the server ended: {found!r}")

    def ask(self, command: str, fields: dict) -> dict:
        """Sends a command and returns its reply, whole; what comes before is dropped."""
        self.send(text({"id": 77, command: fields}))
        while True:
            reply = self.next_object()
            if reply.get("id") == 77:
                return reply

    def close_code(self) -> int:
        """Of the server's close frame, which is answered; 1006 where none came. The connection has ended then."""
        code = 1006
        while found := self.next_frame():
            if found[0] == CLOSE:
                code = int.from_bytes(found[1][:2], "big") if found[1] else 1005
                self.send(frame(CLOSE, found[1][:2]))
                self.end_sending()
        return code

    # --- bytes ---------------------------------------------------------------------------------------------------

    def _receive(self) -> bool:
        try:
            more = self.socket.recv(65536)
        except ConnectionResetError:
            raise AssertionError("the server reset the connection: its last words may be lost") from None
        self._in += more
        return bool(more)

    def _read(self, count: int) -> bytes:
        while len(self._in) < count:
            if not self._receive():
                raise AssertionError(f"the server ended within an answer: {bytes(self._in[:200])!r}")
        taken = bytes(self._in[:count])
        del self._in[:count]
        return taken

    def _read_until(self, end: bytes) -> bytes:
        while end not in self._in:
            if not self._receive():
                raise AssertionError(f"the server ended within an answer: {bytes(self._in[:200])!r}")
        return self._read(self._in.index(end) + len(end))
