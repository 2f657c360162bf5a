"""The script that stands in for open.lua, against the one that it stands in for."""

import unittest

from detour import SCRIPT, without_parents
from redis_server import Redis

RECORD, BEFORE = "{r}", "epoch-of-before@00ff"
SETTINGS = "1000 1024 3600000 100 60000 1000 3600000"


class WithoutParents(unittest.TestCase):
    """A room with seven messages, on a server that has become the master."""

    def setUp(self):
        self.redis = Redis()
        self.addCleanup(self.redis.stop)
        self.redis.client.hset(RECORD, mapping={"#numbering": BEFORE, BEFORE: 7, "#settings": SETTINGS})

    def open(self, script: bytes) -> list:
        keys = [RECORD, RECORD + ":log", RECORD + ":keys", RECORD + ":old"]
        return self.redis.client.eval(script, 4, *keys, "candidate", "1", SETTINGS)

    def test_the_real_one_begins_a_child_epoch(self):
        epoch, _, lineage, head, what = self.open(SCRIPT)
        self.assertEqual((epoch, lineage, head, what), (b"candidate", b"epoch-of-before:7", 7, 2))

    def test_the_other_one_goes_on_as_if_nothing_had_happened(self):
        epoch, generation, lineage, head, what = self.open(without_parents(SCRIPT))
        self.assertEqual((epoch, lineage, head, what), (b"epoch-of-before", b"", 7, 0))
        self.assertEqual(generation, self.redis.generation())
        self.assertEqual(self.redis.client.hgetall(RECORD), {
            b"#numbering": b"epoch-of-before@" + generation, b"epoch-of-before@" + generation: b"7",
            b"#settings": SETTINGS.encode()})


if __name__ == "__main__":
    unittest.main()
