"""Requests that are no requests, or that two servers might read differently, and what each is answered with.

A case is a name, the bytes, and the statuses of all answers until the server ends the connection. That there are
no more is the point of many: what follows a refused request is never taken for another one.
"""
from raw_connection import request

HOST = "Host: localhost\r\n"
CLOSE = HOST + "Connection: close\r\n"
SECOND = b"GET /metrics HTTP/1.1\r\n" + CLOSE.encode() + b"\r\n"  # what must not be answered


def raw(head: str, body: bytes = b"") -> bytes:
    return head.encode("latin-1") + body


def with_field(*lines: str, version: str = "1.1", body: bytes = SECOND) -> bytes:
    """A request with such header lines, and another one behind it as its body or its successor."""
    return raw(f"GET /health HTTP/{version}\r\n{HOST}" + "".join(line + "\r\n" for line in lines) + "\r\n",
               body)


def path(target: str) -> bytes:
    return request(f"GET {target} HTTP/1.1")


REQUEST_LINE = [
    ("an empty line and nothing else before the end",
     raw("\r\n" + "GET /health HTTP/1.1\r\n" + CLOSE + "\r\n"), [200]),
    ("a thousand empty lines before a request", b"\r\n" * 1000 + request(), [200]),
    ("a request line without a version", raw("GET /health\r\n" + CLOSE + "\r\n", SECOND), [400]),
    ("a request line without a target", raw("GET  HTTP/1.1\r\n" + CLOSE + "\r\n", SECOND), [400]),
    ("two spaces before the target", raw("GET  /health HTTP/1.1\r\n" + CLOSE + "\r\n", SECOND), [400]),
    ("a tab in place of the space", raw("GET\t/health HTTP/1.1\r\n" + CLOSE + "\r\n", SECOND), [400]),
    ("a space before the method", raw(" GET /health HTTP/1.1\r\n" + CLOSE + "\r\n", SECOND), [400]),
    ("a space behind the version", raw("GET /health HTTP/1.1 \r\n" + CLOSE + "\r\n", SECOND), [505]),
    ("a space inside the target", path("/hea lth") + SECOND, [505]),
    ("a NUL in the target", path("/hea\0lth") + SECOND, [400]),
    ("a NUL in the method", request("G\0T /health HTTP/1.1") + SECOND, [400]),
    ("a separator in the method", request("G@T /health HTTP/1.1") + SECOND, [400]),
    ("HTTP 0.9", request("GET /health HTTP/0.9") + SECOND, [505]),
    ("HTTP 1.2", request("GET /health HTTP/1.2") + SECOND, [505]),
    ("HTTP 2.0", request("GET /health HTTP/2.0") + SECOND, [505]),
    ("the beginning of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [505]),
    ("a version in small letters", request("GET /health http/1.1") + SECOND, [505]),
    ("a target as a proxy gets it", path("http://localhost/health") + SECOND, [400]),
    ("a target for a tunnel", request("CONNECT localhost:22 HTTP/1.1") + SECOND, [400]),
    ("a target that is an asterisk", request("OPTIONS * HTTP/1.1") + SECOND, [400]),
    ("a target of 8,001 bytes", path("/" + "a" * 8000) + SECOND, [414]),
    ("an unknown method", request("BREW /health HTTP/1.1"), [405]),
    ("a known method in small letters", request("get /health HTTP/1.1"), [405]),
    ("TRACE", request("TRACE /health HTTP/1.1"), [405]),
    ("POST without a body", request("POST /health HTTP/1.1"), [405]),
    ("DELETE where the WebSocket is", request("DELETE /v1/ws HTTP/1.1"), [405]),
    ("an unknown address", path("/v2/ws"), [404]),
]

LINES = [
    ("lines that end with LF", raw("GET /health HTTP/1.1\nHost: localhost\n\n", SECOND), [400]),
    ("one header line that ends with LF", raw("GET /health HTTP/1.1\r\nX: y\n" + CLOSE + "\r\n", SECOND),
     [400]),
    ("an empty line that is a bare LF", raw("GET /health HTTP/1.1\r\n" + CLOSE + "\n", SECOND), [400]),
    ("a bare CR within a header", raw("GET /health HTTP/1.1\r\nX: a\rb\r\n" + CLOSE + "\r\n", SECOND), [400]),
    ("a header that is folded with a space", with_field("X: a", " b"), [400]),
    ("a header that is folded with a tab", with_field("X: a", "\tb"), [400]),
    ("space before the first header", raw("GET /health HTTP/1.1\r\n " + CLOSE + "\r\n", SECOND), [400]),
    ("a header without a colon", with_field("X y"), [400]),
    ("a header without a name", with_field(": y"), [400]),
    ("a space before the colon", with_field("X : y"), [400]),
    ("a NUL in a header's value", with_field("X: a\0b"), [400]),
    ("a NUL in a header's name", with_field("X\0: a"), [400]),
    ("a control character in a header's value", with_field("X: a\x01b"), [400]),
    ("a separator in a header's name", with_field("X(: a"), [400]),
    ("no Host", raw("GET /health HTTP/1.1\r\n\r\n", SECOND), [400]),
    ("two Hosts", with_field("Host: example.org"), [400]),
    ("two Hosts that are the same", with_field("Host: localhost"), [400]),
    ("no Host by HTTP 1.0, which needs none", raw("GET /health HTTP/1.0\r\n\r\n"), [200]),
    ("65 headers", request(headers={f"X-{i}": "y" for i in range(64)} | {"Host": "a"}) + SECOND, [431]),
    ("headers of 20 KB", request(headers={f"X-{i}": "y" * 1000 for i in range(20)} | {"Host": "a"}), [431]),
    ("a header without an end", b"GET /health HTTP/1.1\r\nX: " + b"y" * 1_000_000, [431]),
    ("a request line without an end", b"GET /" + b"y" * 1_000_000, [431]),
    ("a TLS handshake", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(32) + b"\r\n\r\n", [400]),
    ("a binary file", bytes(range(256)) * 16, [400]),
]

BODY = [
    ("a body on GET", with_field("Content-Length: 5", body=b"hello" + SECOND), [413]),
    ("a body that is the next request", with_field(f"Content-Length: {len(SECOND)}"), [413]),
    ("a body of 4 EiB", with_field("Content-Length: 4611686018427387904"), [413]),
    ("an empty body", with_field("Content-Length: 0"), [200, 200]),
    ("a length of 2^64", with_field("Content-Length: 18446744073709551616"), [400]),
    ("a negative length", with_field("Content-Length: -1"), [400]),
    ("a length with a sign", with_field("Content-Length: +0"), [400]),
    ("a length in hexadecimal digits", with_field("Content-Length: 0x5"), [400]),
    ("a length without digits", with_field("Content-Length:"), [400]),
    ("a length with a fraction", with_field("Content-Length: 0.0"), [400]),
    ("two lengths", with_field("Content-Length: 0", "Content-Length: 5"), [400]),
    ("two lengths that agree", with_field("Content-Length: 0", "Content-Length: 0"), [400]),
    ("two lengths in one header", with_field("Content-Length: 0, 0"), [400]),
    ("a length beside chunks", with_field("Content-Length: 0", "Transfer-Encoding: chunked"), [400]),
    ("chunks beside a length", with_field("Transfer-Encoding: chunked", "Content-Length: 0"), [400]),
    ("Expect", with_field("Expect: 100-continue", "Content-Length: 0"), [417]),
]

CODINGS = ("chunked", "gzip", "identity", "xchunked", "chunkedx", "chunked, gzip", "gzip, chunked",
           "chunked, chunked", "CHUNKED", "\tchunked", '"chunked"', "chunked;q=1", "", ",")
CHUNKED = f"POST /health HTTP/1.1\r\n{HOST}Transfer-Encoding: chunked\r\n\r\n"
LAST_CHUNK = b"0\r\n\r\n"

TRANSFER = [
    *((f"Transfer-Encoding {coding!r}", with_field(f"Transfer-Encoding: {coding}", body=LAST_CHUNK + SECOND), [400])
      for coding in CODINGS),
    ("Transfer-Encoding with a space before the colon", with_field("Transfer-Encoding : chunked"), [400]),
    ("Transfer-Encoding twice", with_field("Transfer-Encoding: gzip", "Transfer-Encoding: chunked"), [400]),
    ("Transfer-Encoding on HTTP 1.0", with_field("Transfer-Encoding: chunked", version="1.0"), [400]),
    ("a chunk with a trailer of 70 KB",  # what ends Beast 1.81 where it may read the body
     raw(CHUNKED + "0\r\nX: " + "y" * 70_000 + "\r\n\r\n"), [400]),
    ("a chunk with an extension without an end", raw(CHUNKED + "1;" + "y" * 500_000), [400]),
]

ADDRESSES = [
    ("a percent sign at the end of a room", path("/v1/rooms/a%/users"), [400]),
    ("a percent sign with one digit", path("/v1/rooms/%4/users"), [400]),
    ("a percent sign before letters", path("/v1/rooms/%zz/users"), [400]),
    ("an encoded NUL in a room", path("/v1/rooms/%00/users"), [400]),
    ("an encoded line end in a room", path("/v1/rooms/a%0d%0ab/users"), [400]),
    ("a room that is no UTF-8", path("/v1/rooms/%ff%fe/users"), [400]),
    ("a room with half a surrogate pair", path("/v1/rooms/%ed%a0%80/users"), [400]),
    ("a room in overlong UTF-8", path("/v1/rooms/%c0%af/users"), [400]),
    ("a room without a name", path("/v1/rooms//users"), [400]),
    ("a room of 256 bytes", path(f"/v1/rooms/{'a' * 256}/users"), [400]),
    ("a page of a room of 256 bytes", path(f"/ui/{'a' * 256}"), [400]),
    ("a file outside of the page's", path("/ui/assets/../../../etc/passwd"), [404]),
    ("a file outside of the page's, encoded", path("/ui/assets/..%2f..%2f..%2fetc%2fpasswd"), [404]),
    ("a query of 7,000 bytes", path("/health?" + "a=%&" * 1750), [200]),
]

PIPELINE = [
    ("two requests at once", with_field(), [200, 200]),
    ("five hundred requests at once", with_field(body=b"") * 500 + SECOND, [200] * 501),
    ("a request and half of another", with_field(body=b"") + b"GET /hea\r\n\r\n", [200, 400]),
    ("a request, nonsense and a request", with_field(body=b"\0\1\2\r\n\r\n") + SECOND, [200, 400]),
    ("requests behind one that ends the connection", request() + SECOND * 10, [200]),
]

CASES = REQUEST_LINE + LINES + BODY + TRANSFER + ADDRESSES + PIPELINE
