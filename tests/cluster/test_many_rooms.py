"""A node with more rooms than its pipelines take commands, 8,192 on a thread, loses its connections to Redis."""

import asyncio
import tempfile
import unittest
from pathlib import Path

import many_rooms
import promise


class ManyRooms(unittest.TestCase):
    def test_every_room_serves_again_after_its_node_lost_redis(self):
        with tempfile.TemporaryDirectory(prefix="roomd-cluster-") as folder:
            outcome = asyncio.run(many_rooms.run(promise.roomd, Path(folder), promise.rooms, promise.losses,
                                                 promise.threads, within=10.0 if promise.bars else 120.0))
        print(f"{promise.rooms} rooms, {promise.losses} losses: {outcome.text()}")
        self.assertEqual(outcome.refused_joins, 0)
        self.assertEqual(outcome.unserved, 0)
        self.assertEqual(outcome.refused[:5], [])
        if promise.bars:
            self.assertLess(outcome.meanwhile, 10 * outcome.calm)
