"""publish.lua: numbering, sending, deduplication, refusals."""

import unittest

import redis
from rooms import Room, Scripts, Settings, Subscription, new_epoch, publish_arguments, text_of
from servers import ServerTest


class PublishTest(ServerTest):
    def setUp(self):
        super().setUp()
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

    def test_a_number_that_was_not_foreseen_is_put_in(self):
        self.room.open()
        subscription = Subscription(self.server.port, self.room.channel)
        seconds, micros = divmod(self.room.clock(), 10**6)
        self.room.clock = lambda: seconds * 10**6 + micros
        sizes = (0, 1, 7000, 70000)  # also of more than one piece of Lua's buffers
        for i, wrong in enumerate((0, -1, 1, 7, 10**9, 2**32 - 1, None)):
            for j, size in enumerate(sizes):
                seq, payload, key = i * len(sizes) + j + 1, b"\x00 1 %d" % i + b"\xff" * size, f"{i} {j}"
                self.room.sure = wrong is not None
                self.room.head = max(seq - 1 + (wrong or 0), 0)
                self.assertEqual(self.room.publish(payload, key), seq)
                sent = subscription.next()
                self.assertEqual(sent, (self.room.epoch, seq, seconds, micros, payload))
                self.assertEqual(sent, self.room.read_from(seq).messages[0])
                self.assertEqual(self.redis.hget(self.room.keys[2], key), b"%d %d" % (seq, seconds))
                self.assertEqual(self.room.publish(b"again", key), -seq)
        subscription.close()

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
        room = Room(self.redis, settings=Settings(count=1))
        self.assertEqual(room.publish(b"one", "k"), 1)
        for i in range(100):
            room.publish(b"more", f"other {i}")
        self.assertEqual(room.read_from(1).first, 101)
        self.assertEqual(room.publish(b"again", "k"), -1)

    def test_a_room_without_history_numbers_sends_and_deduplicates(self):
        room = Room(self.redis, settings=Settings(count=0))
        self.assertEqual([room.publish(b"m", f"{i}") for i in range(40)], list(range(1, 41)))
        self.assertEqual(room.publish(b"m", "7"), -8)
        page = room.read_from(1)
        self.assertEqual((page.head, page.first, page.messages), (40, 41, []))

    def test_history_that_was_switched_off_for_a_while_has_no_hole(self):
        for count in (9, 9, 0, 9, 9):
            self.room.settings = Settings(count=count)
            self.room.open()
            self.room.publish(b"m")
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
        self.assertTrue(200 <= kept <= 528, kept)

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
        self.assertTrue(93 <= self.redis.xlen(room.keys[1]) <= 165, self.redis.xlen(room.keys[1]))
        self.assertEqual(len(room.read_from(1).messages), 93)  # each takes 107 places of 10 bytes

    def test_every_key_of_a_room_expires(self):
        room = Room(self.redis, settings=Settings(key_count=10, key_age=0, keep=60000))
        room.publish(b"m")  # the first key comes after the first tidying
        for i in range(100):
            room.publish(b"m", f"key {i}")
        times = [self.redis.pttl(key) for key in room.keys]
        self.assertTrue(all(60000 < t <= 150000 for t in times), times)
        self.assertLess(times[0], min(times[1:]), "the record goes first")

    def test_a_refusal_changes_nothing(self):
        self.room.publish(b"m")
        self.room.publish(b"m", "a")
        before = {key: self.redis.dump(key) for key in self.redis.keys()}
        keys, numbering = self.room.keys, self.room.epoch + b"@" + self.room.generation
        for other in (self.room.epoch + b"@" + b"0" * 40, b"another.epoch@" + self.room.generation):
            for key in (None, "a", "b"):
                arguments = publish_arguments(other, 2, 0, b"m", key)
                self.assertEqual(self.room.scripts.run(self.redis, "publish", keys, *arguments), 0)
        for arguments in ([b"m", numbering], [b"m", numbering, "x"], [b"m", numbering, 2, "", "x"],
                          [b"m", numbering, 2, "k" * 513],
                          [b"m" * 67174401, numbering, 2]):
            with self.assertRaises(redis.exceptions.ResponseError):
                self.room.scripts.run(self.redis, "publish", keys, *arguments)
        self.assertEqual(self.room.publish(b"m", "a"), -2, "a repeat")
        self.assertEqual({key: self.redis.dump(key) for key in self.redis.keys()}, before)

    def test_a_message_that_cannot_be_kept_takes_no_number_and_leaves_no_key_behind(self):
        for wrong in (1, 2):
            self.room.open()
            self.redis.set(self.room.keys[wrong], "neither stream nor hash")
            with self.assertRaises(redis.exceptions.ResponseError):
                self.room.publish_once(b"m", f"k{wrong}")
            self.redis.delete(self.room.keys[wrong])
            self.assertEqual(self.room.publish(b"m", f"k{wrong}"), wrong)

    def test_a_log_that_is_ahead_of_its_record_makes_a_new_epoch(self):
        for _ in range(5):
            self.room.publish(b"m")
        old = self.room.epoch
        self.redis.hincrby(self.room.record, old + b"@" + self.room.generation, -2)
        self.assertEqual(self.room.publish_once(b"m"), 0)
        self.assertEqual(self.room.publish(b"m"), 1)
        self.assertNotEqual(self.room.epoch, old)

    def test_large_messages_take_several_places(self):
        room = Room(self.redis, settings=Settings(count=10, bytes=1000))
        for size in (36, 36, 336, 37, 2000, 36, 136, 436):  # and 64: 1 1 4 2 21 1 2 5 places of 100 bytes
            room.publish(b"x" * size)
        self.assertEqual([m.seq for m in room.read_from(1).messages], [6, 7, 8])
        room.publish(b"x" * 2000)
        self.assertEqual((room.read_from(1).first, room.read_from(1).messages), (10, []))

    def test_the_count_of_extra_places_goes_round(self):
        room = Room(self.redis, settings=Settings(count=2**19, bytes=2**19))
        for i in range(30):
            self.assertEqual(room.publish(b"x" * 90000), i + 1)
            page = room.read_from(1)
            self.assertEqual((page.head, page.first), (i + 1, max(1, i - 3)))

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
