"""Bytes on an open WebSocket that break RFC 6455 or a limit, and the close code that each ends with.

A case is a name, the bytes, and the code; none: the session goes on.
"""
import json
import struct

from raw_connection import BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT, frame, text

PROTOCOL_ERROR, BAD_PAYLOAD, TOO_BIG = 1002, 1007, 1009
MAX_MESSAGE = 65536

PUBLISH = json.dumps({"publish": {"room": "frames", "event": "e", "data": "x"}}).encode()


def close_frame(code: int, reason: bytes = b"") -> bytes:
    return frame(CLOSE, struct.pack(">H", code) + reason)


def in_pieces(whole: bytes, size: int) -> bytes:
    """A text message in fragments of so many bytes."""
    parts = [whole[i:i + size] for i in range(0, len(whole), size)]
    last = len(parts) - 1
    return b"".join(frame(CONTINUATION if i else TEXT, part, fin=i == last) for i, part in enumerate(parts))


def padded(size: int) -> bytes:
    """A command of so many bytes."""
    return PUBLISH + b" " * (size - len(PUBLISH))


def declared(length: int, reserved: int = 0) -> bytes:
    return frame(TEXT, b"{}", length=length, length_bytes=8, reserved=reserved)


RESERVED = (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)  # opcodes
NO_CLOSE_CODES = (0, 999, 1004, 1005, 1006, 1015, 1016, 2999)

HEADERS = [
    *((f"reserved bit {bit}", frame(TEXT, PUBLISH, reserved=bit), PROTOCOL_ERROR) for bit in (1, 2, 4)),
    *((f"reserved opcode {code}", frame(code, PUBLISH), PROTOCOL_ERROR) for code in RESERVED),
    ("a text that is not masked", frame(TEXT, PUBLISH, masked=False), PROTOCOL_ERROR),
    ("a ping that is not masked", frame(PING, masked=False), PROTOCOL_ERROR),
    ("a reserved bit on a ping", frame(PING, reserved=4), PROTOCOL_ERROR),
    ("a ping in fragments", frame(PING, b"a", fin=False), PROTOCOL_ERROR),
    ("a close in fragments", frame(CLOSE, b"\x03\xe8", fin=False), PROTOCOL_ERROR),
    ("a ping of 126 bytes", frame(PING, b"a" * 126), PROTOCOL_ERROR),
    ("a pong of 65,536 bytes", frame(PONG, b"a" * 65536), PROTOCOL_ERROR),
    ("a continuation of nothing", frame(CONTINUATION, PUBLISH), PROTOCOL_ERROR),
    ("the end of nothing", frame(CONTINUATION), PROTOCOL_ERROR),
    ("a new text inside another", frame(TEXT, b"{", fin=False) + frame(TEXT, b"}"), PROTOCOL_ERROR),
    ("a binary inside a text", frame(TEXT, b"{", fin=False) + frame(BINARY, b"}"), PROTOCOL_ERROR),
    ("a short length in two bytes", frame(TEXT, PUBLISH, length_bytes=2), PROTOCOL_ERROR),
    ("a short length in eight bytes", frame(TEXT, PUBLISH, length_bytes=8), PROTOCOL_ERROR),
    ("a length of 1 KB in eight bytes", frame(TEXT, b" " * 1000 + b"{}", length_bytes=8), PROTOCOL_ERROR),
]

LIMITS = [
    ("a message of max_message bytes", text(padded(MAX_MESSAGE)), None),
    ("a message one byte longer", text(padded(MAX_MESSAGE + 1)), TOO_BIG),
    ("fragments that are one byte too many", in_pieces(padded(MAX_MESSAGE + 1), 30_000), TOO_BIG),
    ("a length of 2^40", declared(2**40), TOO_BIG),
    ("a length of 2^63 - 1", declared(2**63 - 1), TOO_BIG),
    ("a length of 2^63, which is out of range", declared(2**63), TOO_BIG),
    ("a length of 2^64 - 1, which is out of range", declared(2**64 - 1), TOO_BIG),
    ("a compressed frame that declares 2^40", declared(2**40, reserved=4), PROTOCOL_ERROR),
    ("a fragment of one byte, then one of 2^63 - 1",
     frame(TEXT, b"{", fin=False) + frame(CONTINUATION, b"}", length=2**63 - 1, length_bytes=8), TOO_BIG),
    ("100,000 fragments of one byte",
     frame(TEXT, b"{", fin=False) + frame(CONTINUATION, b" ", fin=False) * 100_000, TOO_BIG),
    ("60,000 fragments of one byte, which are one message", in_pieces(padded(60_000), 1), None),
    ("100,000 fragments without a byte",
     frame(TEXT, PUBLISH, fin=False) + frame(CONTINUATION, fin=False) * 100_000 + frame(CONTINUATION), None),
    ("a ping between each two fragments",
     frame(TEXT, PUBLISH, fin=False) + (frame(PING, b"p" * 125) + frame(CONTINUATION, b" ", fin=False)) * 500
     + frame(CONTINUATION), None),
    ("10,000 pongs that nobody asked for", frame(PONG, b"p") * 10_000, None),
]

CLOSES = [
    ("a close with half a code", frame(CLOSE, b"\x03"), PROTOCOL_ERROR),
    ("a close with a reason in bad UTF-8", close_frame(1000, b"\xff\xfe"), PROTOCOL_ERROR),
    ("a close of 126 bytes", close_frame(1000, b"a" * 124), PROTOCOL_ERROR),
    *((f"close code {code}", close_frame(code), PROTOCOL_ERROR) for code in NO_CLOSE_CODES),
    ("a close without a code", frame(CLOSE), 1000),
    ("a close as it should be", close_frame(1000, b"bye"), 1000),
    ("a close with an application's code", close_frame(4999), 4999),
    ("a message behind a close", close_frame(1000) + text(PUBLISH) * 100, 1000),
    ("a close inside a message", frame(TEXT, b"{", fin=False) + close_frame(1000), 1000),
]

BAD_TEXT = {
    "a lone continuation byte": b"\x80",
    "an overlong slash": b"\xc0\xaf",
    "a surrogate": b"\xed\xa0\x80",
    "a code point beyond U+10FFFF": b"\xf4\x90\x80\x80",
    "a byte that never stands in UTF-8": b"\xff",
    "a character that ends too early": b"\xe2\x82",
}

UTF_8 = [
    *((f"{what} in a text", text(b'{"x":"' + bad + b'"}'), BAD_PAYLOAD) for what, bad in BAD_TEXT.items()),
    *((f"{what} in fragments of one byte", in_pieces(b'{"x":"' + bad + b'"}', 1), BAD_PAYLOAD)
      for what, bad in BAD_TEXT.items()),
    ("half a character at the end of a text", text(b'{"x":"\xe2\x82'), BAD_PAYLOAD),
    ("half a character before an empty last fragment",
     frame(TEXT, b'{"x":"\xe2\x82', fin=False) + frame(CONTINUATION), BAD_PAYLOAD),
    ("a character that is split over fragments",
     in_pieces('{"publish":{"room":"frames","event":"e","data":"€𝄞"}}'.encode(), 1), None),
]

KINDS = [
    ("a binary message", frame(BINARY, PUBLISH), 4007),
    ("an empty binary message", frame(BINARY), 4007),
    ("an empty text", frame(TEXT), 4007),
]

CASES = HEADERS + LIMITS + CLOSES + UTF_8 + KINDS
