"""Every script on a Redis Cluster of three masters, and as a user with no more rights than needed."""

import unittest

import redis
from rooms import Room, Scripts, Settings, Subscription, text_of
from servers import Cluster, Server

# What a roomd node needs: docs/decisions/redis-scripts.md, Rights.
RIGHTS = ("resetkeys resetchannels -@all ~roomd:* &roomd:* +evalsha +eval +hget +hmget +hset +hsetnx +hdel +hlen +hincrby "
          "+hgetall +xadd +xtrim +xrange +xrevrange +unlink +rename +pexpire +time +info +spublish +ssubscribe "
          "+sunsubscribe +ping +wait").split()


def use_all_scripts(test, client, room, port):
    """The happy path of each script, with everything that they do now and then."""
    subscription = Subscription(port, room.channel)
    test.assertEqual(room.open().what, 1)
    test.assertEqual([room.publish(b"m", f"{i}") for i in range(200)], list(range(1, 201)))
    test.assertEqual(room.publish(b"m", "199"), -200)
    test.assertEqual(room.publish(b"m" * 3000), 201)
    page = room.read_from(1)
    test.assertEqual((page.head, page.first), (201, 154))
    test.assertEqual([m.seq for m in page.messages], list(range(154, 202)))
    test.assertEqual([m.seq for m in room.read_before(0, messages=2).messages], [200, 201])
    test.assertEqual(room.open().what, 0)
    test.assertEqual([subscription.next().seq for _ in range(202)], list(range(0, 202)))
    subscription.close()
    test.assertEqual(room.drop(room.epoch), 1)
    test.assertEqual(len(Scripts().run(client, "lease", ["roomd:{leases}"], "node", 5000, "late")), 4)
    test.assertEqual(Scripts().run(room.client, "probe", [room.record + ":p", room.record + ":p:log"], 1), 1)


SETTINGS = Settings(count=50, bytes=50 * 1024, key_count=20, key_age=0)


class ClusterTest(unittest.TestCase):
    def test_every_script_runs_where_its_keys_are(self):
        cluster = Cluster()
        self.addCleanup(cluster.stop)
        used = set()
        for name in ("Maths", "}", "{", "{}", "a}b", "{a", "Größe", "x" * 255, "1", "2", "3"):
            server = cluster.server_of(f"roomd:{{r:{name}}}")
            used.add(server.port)
            room = Room(server.client, name, SETTINGS)
            slots = {server.client.execute_command("CLUSTER KEYSLOT", key) for key in room.keys}
            self.assertEqual(len(slots), 1, f"the keys of '{name}' live in one slot")
            leases = Room(cluster.server_of("roomd:{leases}").client)
            use_all_scripts(self, leases.client, room, server.port)
            other = next(s for s in cluster.servers if s is not server)
            self.assertRegex(other.refusal("EVAL", text_of("open"), 4, *room.keys), r"^MOVED \d+ ")
        self.assertEqual(len(used), 3)


class RightsTest(unittest.TestCase):
    def test_the_rights_that_the_documents_name_are_enough(self):
        server = Server()
        self.addCleanup(server.stop)
        server.client.execute_command("ACL", "SETUSER", "roomd", "on", ">secret", *RIGHTS)
        client = server.client_of(username="roomd", password="secret")
        use_all_scripts(self, client, Room(client, settings=SETTINGS), server.port)
        with self.assertRaises(redis.exceptions.NoPermissionError):
            client.get("another:key")

    def test_a_user_without_the_channel_changes_nothing(self):
        server = Server()
        self.addCleanup(server.stop)
        rights = [right for right in RIGHTS if not right.startswith("&")]
        server.client.execute_command("ACL", "SETUSER", "roomd", "on", ">secret", *rights)
        client = server.client_of(username="roomd", password="secret")
        with self.assertRaises(redis.exceptions.ResponseError):
            Room(client).open()
        self.assertEqual(server.client.dbsize(), 0)
