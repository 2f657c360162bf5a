"""A test that runs a scenario of bench/cluster and holds it to its bars."""

import tempfile
import unittest
from pathlib import Path

from bench.cluster.outcome import Outcome, Setup

roomd: Path  # the daemon; `run` says which
rooms: int  # of test_many_rooms
losses: int
threads: int
bars: bool


class PromiseTest(unittest.TestCase):
    def hold(self, scenario, size) -> None:
        with tempfile.TemporaryDirectory(prefix="roomd-cluster-") as folder:
            outcome: Outcome = scenario.run(Setup(roomd, Path(folder), lambda _: None), size)
        missed = [" | ".join(bar.row()) for bar in outcome.bars if not bar.met]
        self.assertTrue(outcome.good, "\n".join(["", *missed, outcome.text()]))
