"""A small blocking WebSocket client that speaks a dialect, for the self-test: the load generator in short."""
import base64
import os
import socket
import struct
from collections.abc import Mapping

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


class Client:
    """Connects, upgrades and does its role's steps; each wait has `timeout` seconds, else TimeoutError."""

    def __init__(self, dialect: Mapping, role: str, room: str, number: int, timeout: float = 10.0):
        self._dialect = dialect
        self._opcode = BINARY if dialect.get("binary") else TEXT
        self._socket = socket.create_connection((dialect["host"], dialect["port"]), timeout)
        self._input = self._socket.makefile("rb")
        how = dialect[role]
        self._upgrade(how["path"].replace("{room}", room), how.get("headers", {}))
        for step in how.get("steps", []):
            if "send" in step:
                self.send(step["send"].replace("{room}", room).replace("{id}", str(number)))
                continue
            while step["wait"] not in self.receive():
                pass

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_) -> None:
        self._input.close()
        self._socket.close()

    def send(self, text: str) -> None:
        self._send(self._opcode, text.encode())

    def receive(self) -> str:
        """The next frame with content; pings, of WebSocket and of the dialect, are answered."""
        while True:
            opcode, payload = self._frame()
            text = payload.decode("latin1")
            answers = [answer["with"] for answer in self._dialect.get("answers", []) if answer["to"] == text]
            if opcode == PING:
                self._send(PONG, payload)
            elif opcode == CLOSE:
                raise ConnectionError(f"closed by the server: {payload!r}")
            elif answers:
                self.send(answers[0])
            elif opcode != PONG:
                return text

    def _upgrade(self, path: str, headers: Mapping[str, str]) -> None:
        lines = [f"GET {path} HTTP/1.1", f"Host: {self._dialect['host']}:{self._dialect['port']}",
                 "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
                 f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        status = self._input.readline().decode("latin1").strip()
        if " 101" not in status:
            raise ConnectionError(f"no upgrade: {status}")
        while self._input.readline().strip():
            pass

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0x80 | 126, size)
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self._socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def _frame(self) -> tuple[int, bytes]:
        first, second = self._read(2)
        size = second & 0x7F
        if size == 126:
            size, = struct.unpack("!H", self._read(2))
        elif size == 127:
            size, = struct.unpack("!Q", self._read(8))
        return first & 0x0F, self._read(size)

    def _read(self, size: int) -> bytes:
        data = self._input.read(size)
        if len(data) < size:
            raise ConnectionError("the server ended the connection")
        return data
