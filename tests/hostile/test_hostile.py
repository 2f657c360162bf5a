"""The parts of this test that are values in, values out."""


import unittest

import colliding
import documented
from figures import SECOND, Phase, acknowledgements, compare, deliveries, percentile
from history import Acknowledged, Delivered, History, Joined, Publish
from registry import ATTACKS
from schedule import deal
from tally import Tally

CALM, LOUD = Phase("calm", 0, 10 * SECOND), Phase("loud", 10 * SECOND, 20 * SECOND)


def publishes(count: int, begin: int, took: int) -> list:
    """So many of them over ten seconds, each acknowledged after so many nanoseconds."""
    events = []
    for number in range(count):
        at = begin + number * 10 * SECOND // count
        events += [Publish(at, "a", "s", "r", f"{begin}-{number}"),
                   Acknowledged(at + took, "a", "s", "r", f"{begin}-{number}", "e", number + 1, False)]
    return events


class Figures(unittest.TestCase):
    def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(self):
        self.assertEqual([percentile(list(range(1, 101)), share) for share in (1, 50, 99, 100)], [1, 50, 99, 100])
        self.assertEqual(percentile([7.0], 99), 7.0)

    def test_what_takes_ten_times_as_long_has_the_ratio_ten(self):
        history = History(publishes(100, 0, 2_000_000) + publishes(100, 10 * SECOND, 20_000_000))
        found = compare("acknowledgement", acknowledgements(history), [CALM], LOUD, 2.0)
        self.assertEqual((found.calm, found.attacked, found.ratio), (2.0, 20.0, 10.0))

    def test_one_slow_window_is_not_the_median(self):
        slow = publishes(100, 10 * SECOND, 2_000_000)
        slow[:40] = [event for event in publishes(100, 10 * SECOND, 500_000_000)[:40]]
        history = History(publishes(100, 0, 2_000_000) + slow)
        found = compare("acknowledgement", acknowledgements(history), [CALM], LOUD, 2.0)
        self.assertEqual((found.attacked, found.worst), (2.0, 500.0))

    def test_too_few_latencies_say_nothing(self):
        with self.assertRaises(ValueError):
            compare("acknowledgement", [], [CALM], LOUD, 2.0)

    def test_deliveries_count_for_those_who_were_in_the_room_before(self):
        history = History([Joined(1, "b", "t", "r", "e", 0, True, 0), Publish(5, "a", "s", "r", "p"),
                           Delivered(8, "b", "t", "r", 1, "p", None, "s"), Joined(9, "c", "u", "r", "e", 1, True, 1),
                           Delivered(10, "c", "u", "r", 1, "p", None, "s")])
        self.assertEqual([sample.took for sample in deliveries(history)], [3e-6])

    def test_repeated_publishes_do_not_count(self):
        again = [Publish(7, "a", "s", "r", "0-0"), Publish(8, "a", "s", "r", "0-0")]
        self.assertEqual(acknowledgements(History([*again, *publishes(1, 0, 1000)])), [])


class Schedules(unittest.TestCase):
    def test_one_seed_is_one_schedule(self):
        self.assertEqual(deal(sorted(ATTACKS), 20, 60, 5), deal(sorted(ATTACKS), 20, 60, 5))
        self.assertNotEqual(deal(sorted(ATTACKS), 20, 60, 5), deal(sorted(ATTACKS), 20, 60, 6))

    def test_every_attack_takes_place_and_every_peer_attacks_to_the_end(self):
        for seed in range(20):
            turns = deal(sorted(ATTACKS), 20, 20, seed)
            self.assertEqual({turn.attack for peer in turns for turn in peer}, set(ATTACKS), f"seed {seed}")
            self.assertEqual([round(sum(turn.seconds for turn in peer), 6) for peer in turns], [20.0] * 20)


class Answers(unittest.TestCase):
    def test_the_documented_answers_are_read_from_the_protocol(self):
        found = documented.read()
        self.assertLessEqual({(400, "bad_request"), (429, "rate_limited"), (404, "not_joined")}, found.errors)
        self.assertLessEqual({1002, 1009, 4001, 4008}, found.closes)
        self.assertLessEqual({101, 200, 400, 408, 431, 504}, found.statuses)

    def test_an_answer_that_is_not_documented_is_strange(self):
        tally = Tally(documented.read())
        for opcode, payload in ((1, b'{"id":1,"error":{"code":400,"reason":"bad_request"}}'), (1, b'{"id":1,"join":{}}'),
                                (8, b"\x03\xea"), (9, b"")):
            tally.frame(opcode, payload, False)
        self.assertEqual(tally.strange, [])
        for opcode, payload in ((1, b'{"error":{"code":418,"reason":"teapot"}}'), (1, b"[]"), (2, b"x"), (8, b"\x13\x87")):
            tally.frame(opcode, payload, False)
        self.assertEqual(len(tally.strange), 4)
        tally.status(418)
        self.assertEqual(tally.strange[-1], "HTTP status 418")


class Names(unittest.TestCase):
    def test_colliding_names_are_many_different_ones_with_one_hash(self):
        names = colliding.names(500, 1)
        self.assertEqual(len(set(names)), 500)
        self.assertEqual(len({colliding.std_hash(name.encode()) for name in names}), 1)

    def test_the_hash_is_that_of_libstdcpp(self):
        self.assertEqual(colliding.std_hash(b"abcdefgh"), 8664279048047335611)


if __name__ == "__main__":
    unittest.main()
