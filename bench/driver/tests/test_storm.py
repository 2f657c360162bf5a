import unittest

from bench.driver.storm import Replay, Storm


def storm(before: float | None, after: float | None) -> Storm:
    """Between two storms of the floor's that took so many seconds."""
    floor = [Replay(seconds, 1000 * seconds) if seconds else None for seconds in (before, after)]
    return Storm(near=(True, True), seconds=1.0, before=floor[0], after=floor[1], at_once=None, calm_p99=1000,
                 storm_p99=2000, cpu=1, memory=0, bytes=0, lost=0, others_lost=0)


class Storms(unittest.TestCase):
    def test_one_counts_where_the_floor_took_the_same_before_and_behind_it(self):
        self.assertTrue(storm(0.2, 0.25).counts)
        self.assertTrue(storm(0.25, 0.2).counts)
        self.assertFalse(storm(0.2, 0.26).counts)
        self.assertFalse(storm(0.26, 0.2).counts)

    def test_one_counts_where_there_is_no_floor(self):
        self.assertTrue(storm(None, None).counts)
        self.assertIsNone(storm(None, None).in_turns)

    def test_the_floor_is_the_mean_of_both(self):
        self.assertEqual(storm(0.25, 0.75).in_turns, Replay(0.5, 500))
        self.assertEqual(storm(0.25, None).in_turns, Replay(0.25, 250))


if __name__ == "__main__":
    unittest.main()
