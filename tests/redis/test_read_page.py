"""read_page.lua, drop.lua and lease.lua."""

import unittest

import redis
from rooms import Room, Scripts, Settings, Subscription
from servers import ServerTest, wait_for

OUR_CLOCK = Scripts(lambda text: text.replace("call('TIME')", "call('HMGET', 'test:clock', 's', 'u')"))

START = 1_700_000_000_000  # ms


class ClockedTest(ServerTest):
    def clock(self, ms):
        self.micros = ms * 1000
        self.redis.hset("test:clock", mapping={"s": ms // 1000, "u": ms % 1000 * 1000})

    def clocked_room(self, settings):
        room = Room(self.redis, settings=settings, scripts=OUR_CLOCK)
        room.clock = lambda: self.micros
        return room

    def calls(self, command):
        return self.redis.info("commandstats").get("cmdstat_" + command, {"calls": 0})["calls"]


class ReadPageTest(ClockedTest):
    def seqs(self, page):
        return [m.seq for m in page.messages]

    def test_a_room_that_is_not_there_has_nothing(self):
        self.assertEqual(Room(self.redis).read_from(1), (b"", b"", b"", 0, 1, []))

    def test_pages_join_without_hole_or_repeat_and_keep_their_bounds(self):
        room = Room(self.redis)
        for i in range(1, 501):
            room.publish(b"%d" % i + b"x" * (i % 97))
        seen, number = [], 1
        while number <= 500:
            page = room.read_from(number, messages=40, room=3000)
            self.assertTrue(0 < len(page.messages) <= 40)
            seen += self.seqs(page)
            number = seen[-1] + 1
        self.assertEqual(seen, list(range(1, 501)))
        seen, number = [], 0
        while number != 1:
            page = room.read_before(number, messages=40, room=3000)
            seen = self.seqs(page) + seen
            number = seen[0]
        self.assertEqual(seen, list(range(1, 501)))

    def test_one_message_comes_whatever_its_size(self):
        room = Room(self.redis)
        for _ in range(3):
            room.publish(b"x" * 100000)
        self.assertEqual(self.seqs(room.read_from(2, room=1)), [2])
        self.assertEqual(self.seqs(room.read_before(0, room=1)), [3])

    def test_a_number_beyond_the_head_or_before_the_first_is_no_error(self):
        room = Room(self.redis, settings=Settings(count=3))
        for _ in range(10):
            room.publish(b"m")
        self.assertEqual(self.seqs(room.read_from(11)), [])
        self.assertEqual(self.seqs(room.read_from(2**53)), [])
        self.assertEqual(self.seqs(room.read_from(0)), [8, 9, 10])
        self.assertEqual(self.seqs(room.read_before(8)), [])
        self.assertEqual(self.seqs(room.read_before(2**53)), [8, 9, 10])

    def test_what_is_too_old_is_not_shown_though_nobody_published_since(self):
        self.clock(1_700_000_000_000)
        room = self.clocked_room(Settings(age=10_000))
        for i in range(100):
            self.clock(1_700_000_000_000 + i * 100)
            room.publish(b"m")
        self.clock(1_700_000_015_000)
        self.assertEqual(room.read_from(1).first, 52)
        self.clock(1_700_000_020_000)
        page = room.read_from(1)
        self.assertEqual((page.head, page.first, page.messages), (100, 101, []))
        self.clock(1_600_000_000_000)
        self.assertEqual(room.read_from(1).first, 1, "the clock stepped back: they live longer")
        self.assertEqual(room.publish(b"m"), 101)

    def test_what_is_too_old_is_removed_when_somebody_publishes(self):
        self.clock(1_700_000_000_000)
        room = self.clocked_room(Settings(age=10_000))
        for _ in range(600):
            room.publish(b"m")
        self.clock(1_700_000_020_000)
        for most in (164, 128):  # whole nodes of a hundred first, then exactly
            for _ in range(64):
                room.publish(b"m")
            self.assertLessEqual(self.redis.xlen(room.keys[1]), most)

    def test_large_messages_are_not_read_for_nothing(self):
        room = Room(self.redis)
        for _ in range(60):
            room.publish(b"x" * 50000)
        self.redis.config_resetstat()
        self.assertEqual(len(room.read_from(1, room=200_000).messages), 3)
        self.assertLessEqual(self.calls("xrange"), 3)

    def test_wrong_arguments_are_refused(self):
        room = Room(self.redis)
        for arguments in (["sideways", 1, 1, 1], ["from", "x", 1, 1], ["from", 1, "x", 1], ["from", 1, 1, "x"]):
            with self.assertRaisesRegex(redis.exceptions.ResponseError, "roomd.argument"):
                room.scripts.run(self.redis, "read_page", room.keys[:2], *arguments)


LEASES = "roomd:{leases}"


class LeaseTest(ClockedTest):
    def renew(self, node, *late, lease=5000):
        reply = OUR_CLOCK.run(self.redis, "lease", [LEASES], node, lease, *late)
        rows = [reply[i:i + 4] for i in range(0, len(reply), 4)]
        if not late:
            self.assertEqual({row[3] for row in rows}, {-1})
        return {row[0]: tuple(row[1:] if late else row[1:3]) for row in rows}

    def listen(self, channel):
        subscription = Subscription(self.server.port, channel)
        self.addCleanup(subscription.close)
        return subscription

    def test_everyone_sees_everyones_beat(self):
        self.clock(START)
        self.assertEqual(self.renew("a"), {b"a": (START + 1, 0)})
        self.clock(START + 1500)
        self.assertEqual(self.renew("b"), {b"a": (START + 1, 1500), b"b": (START + 1501, 0)})
        self.assertEqual(self.renew("a"), {b"a": (START + 2, 0), b"b": (START + 1501, 0)})

    def test_everyone_hears_everyones_beat(self):
        self.clock(START)
        beats = self.listen(LEASES)
        self.renew("a")
        self.renew("a")
        self.renew("b")
        self.assertEqual([beats.next_text() for _ in range(3)],
                         [b"a %d" % (START + 1), b"a %d" % (START + 2), b"b %d" % (START + 1)])

    def test_who_is_late_is_told_from_who_has_ended(self):
        self.clock(START)
        for node in "abc":
            self.renew(node)
        stands_still = self.listen(LEASES + ":b")
        self.clock(START + 6000)
        self.assertEqual(self.renew("a", "b", "c", "unknown"),
                         {b"a": (START + 2, 0, -1), b"b": (START + 1, 6000, 1), b"c": (START + 1, 6000, 0)})
        self.assertEqual(stands_still.next_text(), b"late")
        stands_still.close()
        wait_for("its end", lambda: self.renew("a", "b")[b"b"][2] == 0)

    def test_who_renews_in_an_emptied_redis_says_no_beat_again(self):
        self.clock(START)
        self.renew("a")
        before = self.renew("a")[b"a"][0]
        self.redis.flushall()
        self.clock(START + 3000)
        self.assertGreater(self.renew("a")[b"a"][0], before)

    def test_a_lease_without_time_or_a_node_without_name_is_refused(self):
        for node, lease in (("a", "0"), ("a", "x"), ("", "5000")):
            with self.assertRaisesRegex(redis.exceptions.ResponseError, "roomd.argument"):
                self.renew(node, lease=lease)
        self.assertEqual(self.redis.exists(LEASES), 0)

    def test_a_clock_that_steps_changes_no_beat(self):
        self.clock(START)
        self.renew("a")
        self.clock(START - 100_000_000)
        self.assertEqual(self.renew("b"), {b"a": (START + 1, 0), b"b": (START - 100_000_000 + 1, 0)})
        self.clock(START + 30_000)
        self.assertEqual(self.renew("b")[b"a"], (START + 1, 30_000))

    def test_who_is_long_dead_is_removed(self):
        self.clock(START)
        self.renew("a")
        self.clock(START + 60_000)
        self.assertEqual(self.renew("b"), {b"b": (START + 60_001, 0)})
        self.assertEqual(self.redis.hkeys(LEASES), [b"b"])

    def test_a_renewal_is_one_command_of_the_node(self):
        self.clock(START)
        self.renew("a")
        self.redis.config_resetstat()
        self.renew("a")
        self.assertEqual(self.calls("evalsha"), 1)
