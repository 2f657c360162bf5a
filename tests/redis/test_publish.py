"""publish.lua: numbering, sending, deduplication, refusals."""

import unittest

import redis
from rooms import Room, Scripts, Settings, Subscription, new_epoch, text_of
from servers import Server


class PublishTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.redis = cls.server.client

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.redis.flushall()
        self.room = Room(self.redis)

    def payloads(self, page):
        return [m.payload for m in page.messages]

    def test_messages_are_numbered_from_1_without_a_hole(self):
        self.assertEqual([self.room.publish(b"m") for _ in range(100)], list(range(1, 101)))
        self.assertEqual([m.seq for m in self.room.read_from(1).messages], list(range(1, 101)))

    def test_what_is_sent_is_what_is_kept(self):
        subscription = Subscription(self.server.port, self.room.channel)
        self.room.open()
        self.assertEqual(subscription.next().payload, b"", "the announcement of the epoch")
        self.room.publish(b'{"a": 1}\x00\xff')
        sent = subscription.next()
        subscription.close()
        self.assertEqual(sent, self.room.read_from(1).messages[0])
        self.assertEqual((sent.epoch, sent.seq, sent.payload), (self.room.epoch, 1, b'{"a": 1}\x00\xff'))

    def test_an_unknown_room_is_not_made_by_a_publish(self):
        self.room.epoch = new_epoch()
        self.assertEqual(self.room.publish_once(b"m", "key"), 0)
        self.assertEqual(self.redis.dbsize(), 0)

    def test_a_repeated_key_gets_the_first_number_whoever_asks(self):
        other = Room(self.redis)
        other.open()
        self.assertEqual(self.room.publish(b"one", "k"), 1)
        self.assertEqual(self.room.publish(b"two"), 2)
        self.assertEqual(other.publish(b"three", "k"), -1)
        self.assertEqual(self.payloads(other.read_from(1)), [b"one", b"two"])

    def test_a_key_is_remembered_when_its_message_is_no_longer_kept(self):
        room = Room(self.redis, settings=Settings(count=1, bytes=10))
        self.assertEqual(room.publish(b"one", "k"), 1)
        for i in range(100):
            room.publish(b"more", f"other {i}")
        self.assertEqual(room.read_from(1).first, 101)
        self.assertEqual(room.publish(b"again", "k"), -1)

    def test_a_room_without_history_numbers_sends_and_deduplicates(self):
        self.assertEqual([self.room.publish(b"m", f"{i}", charge="") for i in range(40)], list(range(1, 41)))
        self.assertEqual(self.room.publish(b"m", "7", charge=""), -8)
        page = self.room.read_from(1)
        self.assertEqual((page.head, page.first, page.messages), (40, 41, []))

    def test_history_that_was_switched_off_for_a_while_has_no_hole(self):
        for charge in (1, 1, "", 1, 1):
            self.room.publish(b"m", charge=charge)
        page = self.room.read_from(1)
        self.assertEqual((page.first, [m.seq for m in page.messages]), (4, [4, 5]))

    def test_the_window_is_bounded(self):
        room = Room(self.redis, settings=Settings(key_count=100, key_age=0, key_most=1000))
        for i in range(2000):
            self.assertEqual(room.publish(b"m", f"key {i}"), i + 1)
        kept = self.redis.hlen(room.keys[2]) + self.redis.hlen(room.keys[3])
        self.assertTrue(100 <= kept <= 300, kept)
        for i in range(1900, 2000):
            self.assertEqual(room.publish(b"m", f"key {i}"), -(i + 1))

    def test_the_window_is_bounded_by_most_although_its_age_asks_for_more(self):
        room = Room(self.redis, settings=Settings(key_count=100, key_age=10**9, key_most=400))
        for i in range(2000):
            room.publish(b"m", f"key {i}")
        kept = self.redis.hlen(room.keys[2]) + self.redis.hlen(room.keys[3])
        self.assertTrue(200 <= kept <= 464, kept)

    def test_the_window_is_bounded_where_few_messages_have_a_key(self):
        room = Room(self.redis, settings=Settings(key_count=50, key_age=0))
        for i in range(2000):
            room.publish(b"m", f"key {i}" if i % 2 else None)
        self.assertLessEqual(self.redis.hlen(room.keys[2]) + self.redis.hlen(room.keys[3]), 150)

    def test_a_large_window_is_a_hash_table(self):
        for i in range(200):
            self.room.publish(b"m", f"key {i}")
        self.assertEqual(self.redis.object("encoding", self.room.keys[2]), b"hashtable")
        self.assertEqual(self.redis.hlen(self.room.keys[2]), 200)

    def test_redis_holds_little_more_than_the_bounds(self):
        room = Room(self.redis, settings=Settings(count=10000, bytes=100000))
        for _ in range(600):
            room.publish(b"x" * 1000)
        self.assertTrue(100 <= self.redis.xlen(room.keys[1]) <= 175, self.redis.xlen(room.keys[1]))
        self.assertEqual(len(room.read_from(1).messages), 100)

    def test_every_key_of_a_room_expires(self):
        room = Room(self.redis, settings=Settings(key_count=10, key_age=0, keep=60000))
        room.publish(b"m")  # the first key comes after the first tidying
        for i in range(100):
            room.publish(b"m", f"key {i}")
        times = [self.redis.pttl(key) for key in room.keys]
        self.assertTrue(all(60000 < t < 90000 for t in times), times)
        self.assertLess(times[0], min(times[1:]), "the record goes first")

    def test_a_refusal_changes_nothing(self):
        self.room.publish(b"m")
        before = {key: self.redis.dump(key) for key in self.redis.keys()}
        scripts, keys = self.room.scripts, self.room.keys
        for arguments in ([b"m", self.room.epoch, b"0" * 40, 1, self.room.told()],
                          [b"m", b"another.epoch", self.room.generation, 1, self.room.told()]):
            self.assertEqual(scripts.run(self.redis, "publish", keys, *arguments), 0)
        for arguments in ([b"m", self.room.epoch, self.room.generation, "x", self.room.told()],
                          [b"m", self.room.epoch, self.room.generation, 1, "1 2 3", "key"],
                          [b"m", self.room.epoch, self.room.generation, 1, self.room.told(), ""],
                          [b"m", self.room.epoch, self.room.generation, 1, self.room.told(), "k" * 513],
                          [b"m" * 67174401, self.room.epoch, self.room.generation, 1, self.room.told()]):
            with self.assertRaises(redis.exceptions.ResponseError):
                scripts.run(self.redis, "publish", keys, *arguments)
        self.assertEqual({key: self.redis.dump(key) for key in self.redis.keys()}, before)

    def test_a_message_that_cannot_be_kept_leaves_no_key_behind(self):
        self.room.open()
        self.redis.set(self.room.keys[1], "not a stream")
        with self.assertRaises(redis.exceptions.ResponseError):
            self.room.publish_once(b"m", "k")
        self.redis.delete(self.room.keys[1])
        self.assertEqual(self.room.publish(b"m", "k"), 1)

    def test_no_memory_is_refused_before_anything_is_changed(self):
        self.room.publish(b"m", "a")
        self.redis.config_set("maxmemory", 1)
        try:
            with self.assertRaisesRegex(redis.exceptions.ResponseError, "maxmemory"):
                self.room.publish(b"m", "b")
            self.assertEqual(self.room.read_from(1).head, 1, "reading goes on")
        finally:
            self.redis.config_set("maxmemory", 0)
        self.assertEqual(self.room.publish(b"m", "b"), 2)

    def test_a_forgotten_script_repeats_no_number(self):
        self.assertEqual(self.room.publish(b"m"), 1)
        self.redis.script_flush()
        self.assertEqual(self.room.publish(b"m"), 2)

    def test_a_script_is_loaded_from_its_file_as_it_is(self):
        for name in Scripts().texts:
            self.assertTrue(text_of(name).startswith("#!lua"), name)
            self.redis.script_load(text_of(name))
