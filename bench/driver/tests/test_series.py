"""Which cycles count, and what comes of them."""
import unittest

from bench.driver.series import CHANGED, FAR, NEAR, Cycle, Series, Slice

NEAR_ALL, FAR_ALL, MOVED = (True, True), (False, False), (True, False)


def cycle(near=NEAR_ALL, disturbed=False, **us) -> Cycle:
    return Cycle({server: Slice(near, disturbed, {"us": value}) for server, value in us.items()})


class CycleTest(unittest.TestCase):
    def test_kind_is_that_of_all_slices(self):
        self.assertEqual(cycle(NEAR_ALL, a=1, b=1).kind, NEAR)
        self.assertEqual(cycle(FAR_ALL, a=1, b=1).kind, FAR)

    def test_cores_that_moved_during_a_slice_change_the_cycle(self):
        self.assertEqual(cycle(MOVED, a=1).kind, CHANGED)

    def test_slices_of_two_kinds_change_the_cycle(self):
        both = Cycle({"a": Slice(NEAR_ALL, False, {}), "b": Slice(FAR_ALL, False, {})})
        self.assertEqual(both.kind, CHANGED)

    def test_one_disturbed_slice_spoils_the_cycle(self):
        spoiled = Cycle({"a": Slice(NEAR_ALL, False, {}), "b": Slice(NEAR_ALL, True, {})})
        self.assertFalse(spoiled.clean)


class SeriesTest(unittest.TestCase):
    def test_the_larger_class_counts(self):
        series = Series([cycle(a=1)] * 5 + [cycle(FAR_ALL, a=3)] * 6 + [cycle(MOVED, a=2)])
        self.assertEqual(series.figure("a", "us").median, 3)
        self.assertEqual(series.remark, "6 of 12 cycles, cores far")

    def test_disturbed_cycles_do_not_count(self):
        series = Series([cycle(a=1)] * 5 + [cycle(a=9, disturbed=True)] * 7)
        self.assertEqual(series.figure("a", "us").count, 5)

    def test_too_few_alike_use_all_clean_ones_with_a_remark(self):
        series = Series([cycle(a=1)] * 4 + [cycle(FAR_ALL, a=3)] * 4 + [cycle(a=9, disturbed=True)] * 4)
        self.assertEqual(series.figure("a", "us").count, 8)
        self.assertIn("only 4 were near and 4 far", series.remark)

    def test_a_noisy_machine_still_gives_figures(self):
        series = Series([cycle(a=2, disturbed=True)] * 6)
        self.assertEqual(series.figure("a", "us").median, 2)
        self.assertIn("take the figures with care", series.remark)

    def test_fewer_cycles_than_usual_were_asked_for(self):
        self.assertEqual(Series([cycle(a=1)] * 2).remark, "2 of 2 cycles, cores near")

    def test_a_ratio_is_the_median_of_the_cycles_ratios(self):
        series = Series([cycle(a=2, b=1), cycle(a=30, b=10), cycle(a=400, b=100)])
        self.assertEqual(series.ratio("a", "b", "us"), 3)

    def test_a_server_lost_on_the_way_is_left_out(self):
        self.assertEqual(Series([cycle(a=1, b=1), cycle(a=1)]).servers, ["a"])


if __name__ == "__main__":
    unittest.main()
