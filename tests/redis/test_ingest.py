"""ingest.lua: who reads, what is read, what is taken over, what leaves the stream."""

import contextlib
import unittest

import redis
from rooms import Scripts
from servers import ServerTest, wait_for

STREAM, READER = "roomd:{ingest}", "roomd:{ingest}:reader"
RIGHTS = ("resetkeys", "-@all", "~roomd:*", *(
    "+evalsha +eval +xadd +xrange +get +set +del +pttl +xlen +xread +xreadgroup +xautoclaim +xack +xdel +xpending "
    "+xinfo|groups +xinfo|consumers +xgroup|create +xgroup|delconsumer").split())
DONE = b"-"  # a cursor: everything is taken over


class Node:
    """A node, as the script sees it."""

    def __init__(self, client, name):
        self.client, self.name, self.term, self.cursor, self.scripts = client, name, 1, b"0-0", Scripts()

    def ask(self, *done, lease=60_000, most=10, largest=1000):
        """Standing, and the entries' IDs and fields."""
        reply = self.scripts.run(self.client, "ingest", [STREAM, READER], self.name, self.term, lease, most, largest,
                                 self.cursor, *done)
        if len(reply) == 2:
            return reply[0], []
        self.cursor, self.last, self.length = reply[2:5]
        return reply[0], reply[5]

    def ids(self, *done, **more):
        return [entry[0] for entry in self.ask(*done, **more)[1]]


class IngestTest(ServerTest):
    def setUp(self):
        super().setUp()
        self.a, self.b = Node(self.redis, "node-a"), Node(self.redis, "node-b")

    def add(self, count=1):
        return [self.redis.xadd(STREAM, {"room": "Maths", "data": str(i)}) for i in range(count)]

    def expire(self):
        self.redis.delete(READER)

    @contextlib.contextmanager
    def full_memory(self):
        self.redis.config_set("maxmemory", 1)
        try:
            with self.assertRaises(redis.exceptions.ResponseError):
                self.redis.xadd(STREAM, {"room": "Maths"})
            yield
        finally:
            self.redis.config_set("maxmemory", 0)

    def consumers(self):
        return [c["name"].decode() for c in self.redis.xinfo_consumers(STREAM, "roomd")]

    def test_the_first_who_asks_reads_and_makes_the_stream(self):
        self.assertEqual(self.a.ask(), (1, []))
        self.assertEqual(self.redis.xinfo_groups(STREAM)[0]["name"], b"roomd")
        self.assertEqual(self.a.ask(), (2, []))
        self.assertEqual(self.a.cursor, DONE)

    def test_what_was_added_before_anyone_read_is_read(self):
        added = self.add(3)
        self.a.ask()
        self.assertEqual(self.a.ids(), added)
        self.assertEqual(self.a.last, added[-1])

    def test_an_entry_comes_with_its_fields(self):
        self.a.ask()
        self.redis.xadd(STREAM, {"room": "Maths", "data": b"\x00\xff"}, id="1-1")
        self.assertEqual(self.a.ask()[1], [[b"1-1", [b"room", b"Maths", b"data", b"\x00\xff"]]])

    def test_another_node_stands_by_until_the_lease_is_over(self):
        self.a.ask(lease=300)
        added = self.add()
        standing, ms = self.b.scripts.run(self.redis, "ingest", [STREAM, READER], "b", 1, 300, 10, 1000, "0-0")
        self.assertEqual(standing, 0)
        self.assertTrue(0 < ms <= 300)
        wait_for("the end of the lease", lambda: self.b.ask()[0] == 1)
        self.assertEqual(self.b.ids(), added)

    def test_what_is_done_leaves_group_and_stream(self):
        added = self.add(3)
        self.a.ask()
        self.a.ask()
        self.a.ask(*added[:2])
        self.assertEqual([entry[0] for entry in self.redis.xrange(STREAM)], added[2:])
        self.assertEqual(self.redis.xpending(STREAM, "roomd")["pending"], 1)

    def test_a_new_reader_begins_with_what_the_last_one_left_in_order(self):
        added = self.add(5)
        self.a.ask()
        self.a.ids(most=3)
        self.a.ask(added[0], most=0)
        self.expire()
        self.assertEqual(self.b.ask(most=1), (1, [[added[1], [b"room", b"Maths", b"data", b"1"]]]))
        self.assertEqual(self.b.ids(), added[2:3])
        self.assertEqual(self.b.cursor, DONE)
        self.assertEqual(self.b.ids(), added[3:])
        self.assertEqual(self.consumers(), ["node-b"])

    def test_who_lost_the_lease_is_told_and_takes_nothing_out(self):
        added = self.add(2)
        self.a.ask()
        self.a.ask()
        self.expire()
        self.b.ask()
        self.assertEqual(self.a.ask(*added), (0, []))
        self.assertEqual(self.redis.xlen(STREAM), 2)

    def test_who_lost_the_lease_and_has_it_again_begins_anew(self):
        added = self.add(2)
        self.a.ask()
        self.a.ask()
        self.expire()
        standing, entries = self.a.ask(*added)
        self.assertEqual((standing, [e[0] for e in entries]), (1, added))

    def test_a_reader_that_has_forgotten_begins_anew_by_its_term_and_at_once(self):
        added = self.add(2)
        self.a.ask()
        self.a.ask()
        self.a.term = 2
        standing, entries = self.a.ask(*added)
        self.assertEqual((standing, [e[0] for e in entries]), (1, added))

    def test_a_call_of_an_earlier_term_that_comes_late_reads_nothing_and_takes_nothing_out(self):
        added = self.add(2)
        self.a.ask()
        self.a.term = 2
        self.a.ask()
        self.a.term = 1
        self.assertEqual(self.a.ask(*added), (0, []))
        self.a.term = 2
        self.assertEqual(self.a.ids(), added)

    def test_an_entry_that_somebody_deleted_is_not_taken_over(self):
        added = self.add(3)
        self.a.ask()
        self.a.ask()
        self.redis.xdel(STREAM, added[1])
        self.expire()
        self.assertEqual(self.b.ids(), [added[0], added[2]])
        self.assertEqual(self.redis.xpending(STREAM, "roomd")["pending"], 2)

    def test_a_large_entry_comes_without_its_fields(self):
        self.a.ask()
        large = self.redis.xadd(STREAM, {"room": "Maths", "data": "x" * 1000})
        wide = self.redis.xadd(STREAM, {f"f{i}": "" for i in range(33)})
        small = self.redis.xadd(STREAM, {"room": "Maths", "data": "x"})
        self.assertEqual(self.a.ask()[1], [[large], [wide], [small, [b"room", b"Maths", b"data", b"x"]]])

    def test_what_is_done_leaves_the_stream_although_the_memory_is_full(self):
        added = self.add(5)
        self.a.ask()
        self.a.ids(most=3)
        with self.full_memory():
            self.assertEqual(self.a.ids(*added[:2]), added[3:], "reading goes on")
            self.assertEqual(self.a.ask(added[2]), (2, []))
        self.assertEqual([entry[0] for entry in self.redis.xrange(STREAM)], added[3:])
        self.assertEqual(self.redis.xpending(STREAM, "roomd")["pending"], 2)

    def test_a_new_reader_takes_over_although_the_memory_is_full(self):
        added = self.add(2)
        self.a.ask()
        self.a.ids()
        self.expire()
        with self.full_memory():
            self.assertEqual(self.b.ids(), added)

    def test_what_is_set_aside_is_kept_although_the_memory_is_full(self):
        with self.full_memory():
            self.a.scripts.run(self.redis, "set_aside", [f"{STREAM}:bad"], 1000, "ingest_id", "1-1", "data", b"\x00")
        self.assertEqual(self.redis.xrange(f"{STREAM}:bad")[0][1], {b"ingest_id": b"1-1", b"data": b"\x00"})

    def test_a_lease_that_is_given_up_is_free_at_once(self):
        added = self.add(2)
        self.a.ask()
        self.a.ask()
        self.assertEqual(self.a.ask(*added, lease=0), (0, []))
        self.assertEqual(self.redis.xlen(STREAM), 0)
        self.assertEqual(self.b.ask()[0], 1)

    def test_nobody_gives_up_the_lease_of_another(self):
        self.a.ask()
        self.b.ask(lease=0)
        self.assertEqual(self.a.ask()[0], 2)

    def test_a_stream_that_was_deleted_is_begun_anew(self):
        self.add(2)
        self.a.ask()
        self.a.ask()
        self.redis.delete(STREAM)
        self.assertEqual(self.a.ask(), (1, []))
        added = self.add()
        self.assertEqual(self.a.ids(), added)

    def test_a_group_that_was_destroyed_is_begun_anew_with_what_is_in_the_stream(self):
        added = self.add(2)
        self.a.ask()
        self.a.ask()
        self.redis.xgroup_destroy(STREAM, "roomd")
        self.assertEqual(self.a.ask(), (1, [[added[0], [b"room", b"Maths", b"data", b"0"]],
                                           [added[1], [b"room", b"Maths", b"data", b"1"]]]))

    def test_an_emptied_redis_is_begun_anew(self):
        self.add(2)
        self.a.ask()
        self.a.ask()
        self.redis.flushall()
        self.assertEqual(self.a.ask("1-1"), (1, []))

    def test_a_key_of_another_type_is_an_error_and_no_reader(self):
        self.redis.set(STREAM, "text")
        with self.assertRaises(redis.exceptions.ResponseError):
            self.a.ask()
        self.assertFalse(self.redis.exists(READER))

    def test_arguments_that_make_no_sense_are_errors(self):
        for arguments in (("", 1, 1, 1, 1, "-"), ("a", 1, "x", 1, 1, "-"), ("a", 1, 1, 1001, 1, "-"), ("a", 1, 1, 1, 1)):
            with self.assertRaises(redis.exceptions.ResponseError):
                self.a.scripts.run(self.redis, "ingest", [STREAM, READER], *arguments)

    def test_the_rights_that_the_documents_name_are_enough(self):
        self.redis.execute_command("ACL", "SETUSER", "roomd", "on", ">secret", *RIGHTS)
        client = self.server.client_of(username="roomd", password="secret")
        self.add(3)
        a, b = Node(client, "node-a"), Node(client, "node-b")
        a.ask()
        a.ask()
        self.expire()
        added = b.ids()
        b.ask(*added)
        self.assertEqual(self.redis.xlen(STREAM), 0)
        client.xread({STREAM: "0-0"})
        client.xrange(STREAM)
        b.scripts.run(client, "set_aside", [f"{STREAM}:bad"], 1000, "ingest_id", "1-1")
        self.assertEqual(b.ask(lease=0), (0, []))

    def test_its_keys_live_in_one_slot(self):
        self.assertEqual(redis.crc.key_slot(STREAM.encode()), redis.crc.key_slot(READER.encode()))


if __name__ == "__main__":
    unittest.main()
