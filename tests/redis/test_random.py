"""Random histories against the model. ROOMD_SEED=N runs one again, ROOMD_RUNS=N so many."""

import copy
import os
import random
import unittest

from model import Model
from rooms import Room, Scripts, Settings
from servers import Server

CLOCK = "test:clock"


def with_our_clock(text):
    return text.replace("call('TIME')", f"call('HMGET', '{CLOCK}', 's', 'u')")


class History:
    """One room, several nodes, faults. `steady`: the clock never steps back and all nodes know it, so that ages are
    exact. Else each node is wrong by as much as it may."""

    def __init__(self, client, seed, steady):
        self.client, self.random, self.steady = client, random.Random(seed), steady
        pick = self.random.choice
        self.settings = Settings(count=pick([0, 1, 5, 30, 200, 1000]), bytes=pick([500, 5000, 10**6]),
                                 age=pick([20000, 10**6, 10**9]), key_count=pick([0, 3, 50]),
                                 key_age=pick([0, 30000, 10**6]), key_most=pick([150, 100000]))
        client.flushall()
        self.now, self.passed = 1_700_000_000_000_000, 0
        self.set_clock()
        self.generation = self.hex()
        scripts = Scripts(lambda text: with_our_clock(text).replace(
            "string.match(call('INFO', 'replication'), 'master_replid:(%x+)')",
            f"call('HGET', '{CLOCK}', 'generation')"))
        self.nodes = [Room(client, settings=self.settings, scripts=scripts) for _ in range(3)]
        wrong = 0 if steady else 900  # ms
        for node in self.nodes:
            node.clock = lambda off=1000 * self.random.randint(-wrong, wrong): self.now + off
        self.promote(self.generation)
        self.model = Model(self.settings, wrong)
        self.names = {}  # (epoch, number) → payload, for ever
        self.snapshot = None
        self.published = 0

    def hex(self):
        return b"%040x" % self.random.getrandbits(160)

    def set_clock(self):
        self.client.hset(CLOCK, mapping={"s": self.now // 10**6, "u": self.now % 10**6})

    def promote(self, generation):
        self.generation = generation
        self.client.hset(CLOCK, "generation", generation)
        for node in self.nodes:
            node.generation = generation

    def node(self):
        return self.random.choice(self.nodes)

    def open(self, node):
        opened = node.open()
        if opened.what:
            assert not (opened.what == 2) or self.model.epoch, "a child without a parent"
            self.model.begin(opened.epoch, opened.what == 2)
        assert opened.epoch == self.model.epoch and opened.head == self.model.head, opened
        assert opened.lineage == b" ".join(b"%s:%d" % a for a in self.model.lineage), opened

    def publish(self):
        node, r = self.node(), self.random
        node.sure = r.random() < 0.7
        payload = b"%d " % self.published + b"x" * r.choice([0, 10, 200, 3000])
        self.published += 1
        key = r.choice([None, None, f"new {self.published}", f"repeat {r.randrange(20)}",
                        f"new {max(0, self.published - r.randrange(200))}"])
        known = self.model.first_number_of(key, self.passed)
        reply = node.publish_once(payload, key)
        if reply == 0:
            assert node.epoch != self.model.epoch or node.generation != self.generation or self.generation_is_new(), \
                "a refusal without a reason"
            self.open(node)
            known = self.model.first_number_of(key, self.passed)
            reply = node.publish_once(payload, key)
        if reply < 0:
            assert known and -reply == known[0], f"{reply} for a key that has {known}"
            return
        assert not (known and known[1]), f"numbered {reply} twice: it was {known}"
        assert reply == self.model.publish(payload, key, self.now, self.passed), reply
        assert (node.epoch, reply) not in self.names, "a number was given twice"
        self.names[node.epoch, reply] = payload

    def generation_is_new(self):
        numbering = self.client.hget(self.nodes[0].record, "#numbering")
        return numbering is None or not numbering.endswith(self.generation)

    def read(self):
        node, r = self.node(), self.random
        upwards, number = r.random() < 0.5, r.randrange(self.model.head + 3)
        messages, room = r.choice([0, 1, 7, 1000]), r.choice([1, 500, 10**6])
        page = node.read("from" if upwards else "before", number, messages, room)
        assert (page.epoch, page.head) == (self.model.epoch, self.model.head), page
        shown = self.model.shown(self.now)
        if self.steady:
            expected = shown[0].seq if shown else page.head + 1
            assert page.first == expected, f"first is {page.first}, not {expected}"
        else:
            assert 1 <= page.first <= page.head + 1
        low = max(number, page.first) if upwards else page.first
        high = page.head if upwards or number == 0 else min(page.head, number - 1)
        got = [m.seq for m in page.messages]
        if not got:
            assert messages == 0 or low > high, page
            return
        assert len(got) <= messages and got == list(range(got[0], got[-1] + 1)), got
        assert got[0] == low if upwards else got[-1] == high, got
        sizes = [len(m.epoch) + len(str(m.seq)) + len(m.payload) + len(str(m.seconds)) + len(str(m.micros)) + 4
                 for m in page.messages]
        assert sum(sizes) <= room or len(got) == 1, sizes
        if len(got) < min(messages, high - low + 1):
            assert sum(sizes) + 3100 > room, "a page that could have been longer"
        for m in page.messages:
            assert self.names[m.epoch, m.seq] == m.payload, m

    def move_clock(self):
        step = self.random.choice([1000, 10**5, 3 * 10**6, 15 * 10**6, 4 * 10**7])
        if not self.steady and self.random.random() < 0.4:
            step = -10 * step
        self.step(step)

    def step(self, micros):
        self.now += micros
        self.passed += max(micros, 0)
        self.set_clock()

    def keep_snapshot(self):
        """What a replica that is cut off now has."""
        keys = self.nodes[0].keys
        self.snapshot = {key: self.client.dump(key) for key in keys}, copy.deepcopy(self.model)

    def fail_over(self):
        """To that replica."""
        if self.snapshot is None:
            return
        dumps, model = self.snapshot
        for key, dump in dumps.items():
            self.client.delete(key)
            if dump is not None:
                self.client.restore(key, 0, dump)
        self.model = copy.deepcopy(model)
        self.promote(self.hex())

    def empty(self):
        self.client.flushall()
        self.set_clock()
        self.promote(self.generation)
        self.model.forget()

    def drop(self):
        assert self.node().drop(self.model.epoch) == (self.model.epoch != b"")
        self.model.forget()

    def run(self, steps):
        moves = [self.publish] * 60 + [self.read] * 15 + [self.move_clock] * 8 + [self.keep_snapshot]
        rare = [self.fail_over, self.fail_over, self.empty, self.drop, self.client.script_flush,
                lambda: self.open(self.node())]
        for _ in range(steps):
            self.random.choice(rare if self.random.random() < 0.01 else moves)()
            if self.steady and self.random.random() < 0.5:
                self.step(1000)


class RandomTest(unittest.TestCase):
    def run_histories(self, steady):
        server = Server()
        self.addCleanup(server.stop)
        told = os.environ.get("ROOMD_SEED")
        seeds = [int(told)] if told else [random.SystemRandom().getrandbits(32)
                                          for _ in range(int(os.environ.get("ROOMD_RUNS", "12")))]
        for seed in seeds:
            try:
                history = History(server.client, seed, steady)
                history.run(800)
            except Exception as problem:
                raise AssertionError(f"ROOMD_SEED={seed} (steady clock: {steady}): {problem!r}") from problem
            self.assertGreater(len(history.names), 50, f"seed {seed}: too few messages to mean anything")

    def test_a_room_follows_the_model(self):
        self.run_histories(steady=True)

    def test_a_room_follows_the_model_when_the_clock_steps_back(self):
        self.run_histories(steady=False)
