import unittest

from bench.cluster.websocket import ProtocolError, Reader, text_frame

UPGRADED = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"


def sent(text: bytes) -> bytes:
    """As a server sends it: without a mask."""
    size = len(text)
    if size < 126:
        return b"\x81" + bytes([size]) + text
    if size < 1 << 16:
        return b"\x81\x7e" + size.to_bytes(2, "big") + text
    return b"\x81\x7f" + size.to_bytes(8, "big") + text


class ReaderTest(unittest.TestCase):
    def test_texts_come_whole_however_the_bytes_are_cut(self):
        texts = [b"", b"a", b"b" * 125, b"c" * 126, b"d" * 70_000]
        data = UPGRADED + b"".join(map(sent, texts))
        for step in (1, 7, 4096, len(data)):
            reader = Reader()
            got = [text for at in range(0, len(data), step) for text in reader.take(data[at:at + step])]
            self.assertEqual(got, texts)

    def test_a_refused_upgrade_is_an_error(self):
        with self.assertRaisesRegex(ProtocolError, "503"):
            Reader().take(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")

    def test_a_close_is_an_error_with_its_code_and_reason(self):
        with self.assertRaisesRegex(ProtocolError, "closed with 4006 slow_consumer"):
            Reader().take(UPGRADED + b"\x88\x0f" + (4006).to_bytes(2, "big") + b"slow_consumer")


class TextFrameTest(unittest.TestCase):
    def test_a_frame_is_masked_with_zeros(self):
        self.assertEqual(text_frame("ab"), b"\x81\x82\0\0\0\0ab")

    def test_the_length_takes_what_it_needs(self):
        heads = {125: b"\x81\xfd", 126: b"\x81\xfe\x00\x7e", 1 << 16: b"\x81\xff\0\0\0\0\0\x01\0\0"}
        for size, head in heads.items():
            frame = text_frame("x" * size)
            self.assertTrue(frame.startswith(head))
            self.assertEqual(len(frame), len(head) + 4 + size)
