"""Medians, groups, strace's summary, and what is a disturbance."""
import unittest

from bench.driver.machine import LOAD_CPU, SERVER_CPU, TICK_NS
from bench.driver.sends import calls
from bench.driver.slices import Reading, disturbed
from bench.driver.stats import chunks, figure, ratios

STRACE = """\
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 98.81    0.165219           2     70016        16 sendmsg
  1.19    0.001992           1      1024           write
------ ----------- ----------- --------- --------- ----------------
100.00    0.167211           2     71040        16 total
"""


def reading(now: int, server: int, load: int, busy: tuple[int, int]) -> Reading:
    return Reading(now, server, load, {SERVER_CPU: busy[0], LOAD_CPU: busy[1]})


class NumbersTest(unittest.TestCase):
    def test_figure_has_median_and_quartiles(self):
        found = figure([5, 1, 4, 2, 3])
        self.assertEqual((found.low, found.median, found.high, found.count), (2, 3, 4, 5))

    def test_figure_of_one_value(self):
        self.assertEqual(figure([7.0]).high, 7.0)

    def test_ratios_pair_what_belongs_together(self):
        self.assertEqual(ratios([2, 9], [1, 3]), [2, 3])

    def test_ratios_refuse_different_lengths(self):
        with self.assertRaises(ValueError):
            ratios([1, 2], [1])

    def test_chunks_are_even_and_in_order(self):
        self.assertEqual(chunks(list("abcdefg"), 3), [["a", "b"], ["c", "d"], ["e", "f", "g"]])
        self.assertEqual(chunks([], 3), [])

    def test_calls_of_all_sends_are_summed_without_the_total(self):
        self.assertEqual(calls(STRACE), 71040)


class DisturbedTest(unittest.TestCase):
    SLICE = 200_000_000

    def test_servers_and_loads_own_time_is_no_disturbance(self):
        self.assertFalse(disturbed(reading(0, 0, 0, (0, 0)),
                                   reading(self.SLICE, 190_000_000, self.SLICE, (190_000_000, self.SLICE))))

    def test_a_tick_more_may_be_rounding(self):
        self.assertFalse(disturbed(reading(0, 0, 0, (0, 0)), reading(self.SLICE, 0, 0, (TICK_NS, TICK_NS))))

    def test_others_on_either_core_disturb(self):
        for busy in ((60_000_000, 0), (0, 60_000_000)):
            self.assertTrue(disturbed(reading(0, 0, 0, (0, 0)), reading(self.SLICE, 0, 0, busy)))


if __name__ == "__main__":
    unittest.main()
