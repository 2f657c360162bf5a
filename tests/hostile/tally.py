"""What an attacker did and was answered with, and what of that docs/protocol.md does not know."""

import json
from collections import Counter

from documented import Documented
from raw_connection import BINARY, CLOSE, PING, PONG, TEXT

SHOWN = 5  # strange answers of one attack


class Tally:
    def __init__(self, documented: Documented):
        self.counts: Counter[str] = Counter()
        self.strange: list[str] = []
        self._documented = documented

    def count(self, what: str, number: int = 1) -> None:
        self.counts[what] += number

    def frame(self, opcode: int, payload: bytes, own_close: bool) -> None:
        """A frame that came from the server."""
        if opcode == TEXT:
            self._text(payload)
        elif opcode == CLOSE:
            code = int.from_bytes(payload[:2], "big") if payload else 1005
            self.count(f"close {code}")
            if not self._documented.allows_close(code, own_close):
                self.odd(f"closed with {code}")
        elif opcode == BINARY or opcode not in (PING, PONG):
            self.odd(f"a frame with opcode {opcode}")

    def status(self, status: int) -> None:
        self.count(f"HTTP {status}")
        if status not in self._documented.statuses:
            self.odd(f"HTTP status {status}")

    def _text(self, payload: bytes) -> None:
        """Parses errors only: what else comes may be long, and the chat checks what messages say."""
        self.count("frames")
        if not payload.startswith(b'{"') or not payload.endswith(b"}"):
            return self.odd(f"no object: {payload[:80]!r}")
        if b'"error":{' not in payload[:40]:
            return self.count("published") if b'"publish":{' in payload[:40] else None
        error = json.loads(payload)["error"]
        self.count(f"error {error['code']} {error['reason']}")
        if (error["code"], error["reason"]) not in self._documented.errors:
            self.odd(f"error {error['code']} {error['reason']}")
        return None

    def odd(self, text: str) -> None:
        self.count("strange")
        if len(self.strange) < SHOWN:
            self.strange.append(text)
