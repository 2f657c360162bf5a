"""open.lua: epochs, ancestors, fail-over with lost writes, an emptied Redis."""

import unittest

import redis
from rooms import Room, Settings, Subscription, common, new_epoch
from servers import Replica, Server, ServerTest, wait_for


class OneServer(ServerTest):
    SETTINGS = ("--appendonly", "yes", "--appendfsync", "always")

    def setUp(self):
        super().setUp()
        self.room = Room(self.redis)

    def test_opening_without_making_leaves_nothing_behind(self):
        opened = self.room.open(create=False)
        self.assertEqual((opened.epoch, opened.head, opened.what), (b"", 0, 0))
        self.assertEqual(opened.generation, self.server.generation())
        self.assertEqual(self.redis.dbsize(), 0)

    def test_the_first_to_open_names_the_epoch(self):
        other = Room(self.redis)
        self.assertEqual(self.room.open().what, 1)
        opened = other.open()
        self.assertEqual((opened.epoch, opened.what), (self.room.epoch, 0))

    def test_an_emptied_redis_never_gives_an_old_number_under_the_old_epoch(self):
        for emptied in range(3):
            old, seen = self.room.epoch, self.room.publish(b"m", "k")
            self.assertEqual(seen, 1, f"emptied {emptied} times; the key is forgotten too")
            self.assertNotEqual(self.room.epoch, old)
            self.redis.flushall()
            self.assertEqual(self.room.publish_once(b"m"), 0)
            self.assertEqual(self.room.read_from(1).epoch, b"")

    def test_the_loss_of_any_one_key_is_noticed(self):
        for lost in range(4):
            self.redis.flushall()
            for i in range(150):
                self.room.publish(b"m", f"{i}")
            old = self.room.epoch
            self.redis.delete(self.room.keys[lost])
            self.room.open()
            page = self.room.read_from(1)
            if lost == 0:
                self.assertEqual((page.head, page.first, self.room.publish(b"m", "149")), (0, 1, 1))
                self.assertNotEqual(self.room.epoch, old)
            else:
                self.assertEqual((page.epoch, page.head), (old, 150))
                self.assertEqual(page.first, 151 if lost == 1 else 1)
            seqs = [m.seq for m in page.messages]
            self.assertEqual(seqs, list(range(page.first, page.head + 1)))

    def test_a_log_that_lost_its_newest_part_is_given_up(self):
        for _ in range(5):
            self.room.publish(b"m")
        self.redis.xdel(self.room.keys[1], "5-0")
        self.room.open()
        self.assertEqual(self.room.publish(b"m"), 6)
        page = self.room.read_from(1)
        self.assertEqual((page.first, [m.seq for m in page.messages]), (6, [6]))

    def test_a_room_that_is_dropped_begins_anew(self):
        self.room.publish(b"m", "k")
        old = self.room.epoch
        self.assertEqual(self.room.drop(b"another"), 0)
        self.assertEqual(self.room.drop(old), 1)
        self.assertEqual((self.redis.dbsize(), self.room.drop()), (0, 0))
        self.assertEqual(self.room.publish(b"m", "k"), 1)
        self.assertNotEqual(self.room.epoch, old)

    def test_subscribers_hear_of_a_new_epoch(self):
        subscription = Subscription(self.server.port, self.room.channel)
        self.room.open()
        heard = subscription.next()
        subscription.close()
        self.assertEqual((heard.epoch, heard.seq, heard.payload), (self.room.epoch, 0, b""))

    def test_a_restart_with_all_data_makes_a_child_epoch_and_loses_nothing(self):
        for i in range(10):
            self.room.publish(b"%d" % i, f"{i}")
        old = self.room.epoch
        self.server.restart()
        room = Room(self.server.client)
        opened = room.open()
        self.assertEqual((opened.what, opened.head, opened.lineage), (2, 10, old + b":10"))
        self.assertEqual(room.publish(b"again", "3"), -4, "keys outlive it")
        self.assertEqual(room.publish(b"10"), 11)
        page = room.read_from(1)
        self.assertEqual([m.payload for m in page.messages], [b"%d" % i for i in range(11)])
        self.assertEqual([m.epoch for m in page.messages], [old] * 10 + [room.epoch])
        self.assertEqual(common(old, 10, page), 10)

    def test_old_ancestors_are_forgotten(self):
        self.room.publish(b"m")
        before = self.room.epoch
        for i in range(20):  # as if this server had been promoted so often
            field = self.redis.hget(self.room.record, "#numbering")
            changed = field[:-40] + b"%040x" % i
            self.redis.hset(self.room.record, changed, self.redis.hget(self.room.record, field))
            self.redis.hset(self.room.record, "#numbering", changed)
            self.redis.hdel(self.room.record, field)
            self.assertEqual(self.room.open().what, 2)
        lineage = self.room.open().lineage.split()
        self.assertEqual(len(lineage), 16)
        self.assertNotIn(before + b":1", lineage)
        self.assertEqual(self.redis.hlen(self.room.record), 4)

    def test_an_epochs_name_is_not_used_twice(self):
        self.room.open(candidate=b"candidate.1")
        for candidate in (b"short", b"with space", b"with:colon", b"x" * 65):
            with self.assertRaisesRegex(redis.exceptions.ResponseError, "roomd.argument"):
                self.room.open(candidate=candidate)
        self.server.restart()
        with self.assertRaisesRegex(redis.exceptions.ResponseError, "an epoch already"):
            Room(self.server.client).open(candidate=b"candidate.1")

    def test_settings_hold_for_all_until_somebody_changes_them(self):
        for _ in range(10):
            self.room.publish(b"m")
        other = Room(self.redis, settings=Settings(count=3))
        other.open()
        self.assertEqual(self.room.read_from(1).first, 8)


class FailOver(unittest.TestCase):
    """The worked example of docs/decisions/redis-scripts.md."""

    def setUp(self):
        self.master = Server()
        self.addCleanup(self.master.stop)
        self.replica = Replica(self.master)
        self.addCleanup(self.replica.stop)

    def test_lost_writes_are_told(self):
        old = Room(self.master.client)
        for i in range(1, 101):
            old.publish(b"%d" % i, f"{i}")
        first_epoch = old.epoch
        self.replica.wait_for_all_of(self.master)
        self.replica.cut_off()
        for i in range(101, 106):
            self.assertEqual(old.publish(b"%d" % i, f"{i}"), i)
        with self.assertRaises(redis.exceptions.ReadOnlyError):
            Room(self.replica.client).open()
        self.replica.promote()

        new = Room(self.replica.client)
        page = new.read_from(1)
        self.assertEqual((page.epoch, page.head), (first_epoch, 100))
        self.assertNotEqual(page.generation, self.replica.generation(), "a reader can tell")
        self.assertEqual(page.generation, old.generation)
        other = Room(self.replica.client, "another room")
        other.open()
        new.epoch, new.generation = first_epoch, other.generation
        self.assertEqual(new.publish_once(b"other 101"), 0, "a publisher must open first")
        opened = new.open()
        self.assertEqual((opened.what, opened.head, opened.lineage), (2, 100, first_epoch + b":100"))
        self.assertEqual(new.publish(b"other 101"), 101)
        self.assertEqual(new.publish(b"100", "100"), -100)
        self.assertEqual(new.publish(b"102", "102"), 102, "its first one is lost, so it is new")

        page = new.read_from(98)
        self.assertEqual([m.payload for m in page.messages], [b"98", b"99", b"100", b"other 101", b"102"])
        self.assertEqual(common(first_epoch, 98, page), 98, "at or below the parting: nothing is lost")
        self.assertEqual(common(first_epoch, 105, page), 100, "beyond it: told where the histories part")
        self.assertEqual(common(page.epoch, 102, page), 102)
        self.assertIsNone(common(new_epoch(), 5, page))

    def test_a_master_that_changes_its_id_loses_nothing_and_settles(self):
        rooms = [Room(self.master.client) for _ in range(2)]
        for room in rooms:
            room.publish(b"m")
        self.replica.wait_for_all_of(self.master)
        self.replica.client.replicaof("NO", "ONE")  # a stand-in: the replica's own id changes without a loss
        rooms = [Room(self.replica.client) for _ in range(2)]
        self.assertEqual([room.publish(b"m") for room in rooms], [3, 4])
        self.assertEqual(rooms[0].epoch, rooms[1].epoch)
        self.assertEqual(rooms[0].publish_once(b"m"), 5)

    def test_two_fail_overs_make_a_lineage(self):
        room = Room(self.master.client)
        room.publish(b"1")
        epochs = [room.epoch]
        self.replica.wait_for_all_of(self.master)
        self.replica.promote()
        room = Room(self.replica.client)
        room.open()
        epochs.append(room.epoch)
        room.publish(b"2")
        self.master.client.replicaof("127.0.0.1", self.replica.port)
        wait_for("the old master in step", lambda: self.master.client.info("replication")["master_link_status"] == "up")
        self.master.wait_for_all_of(self.replica)
        self.master.client.replicaof("NO", "ONE")
        room = Room(self.master.client)
        opened = room.open()
        self.assertEqual(opened.lineage, epochs[1] + b":2 " + epochs[0] + b":1")
        self.assertEqual(room.publish(b"3"), 3)

    def test_a_replica_can_be_read_but_not_opened_or_published_to(self):
        room = Room(self.master.client)
        room.publish(b"m")
        self.replica.wait_for_all_of(self.master)
        copy = Room(self.replica.client)
        copy.epoch, copy.generation = room.epoch, room.generation
        self.assertEqual(copy.read_from(1), room.read_from(1))
        for refused in (copy.open, lambda: copy.publish_once(b"m"), copy.drop):
            with self.assertRaises(redis.exceptions.ReadOnlyError):
                refused()
