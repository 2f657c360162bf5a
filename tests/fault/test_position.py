"""Where a member may safely resume from."""

import unittest

from position import Position


class Positions(unittest.TestCase):
    def test_it_moves_with_what_comes_without_a_hole(self):
        at = Position("e", 3)
        at.account(4)
        at.account(6)
        self.assertEqual((at.seq, at.has(6), at.has(5)), (4, True, False))
        at.account(5)
        self.assertEqual(at.seq, 6)

    def test_a_gap_takes_it_along(self):
        at = Position("e", 3)
        at.account(8)
        at.skip_to(7)
        self.assertEqual(at.seq, 8)

    def test_an_acknowledgement_under_an_epoch_to_come_counts_when_it_has_come(self):
        at = Position("e", 3)
        at.acknowledge("f", 3)
        at.acknowledge("e", 4)
        self.assertEqual(at.seq, 4)
        at.restart("f", 2)
        self.assertEqual((at.epoch, at.seq), ("f", 3))

    def test_an_epoch_in_which_all_holds_changes_its_name_only(self):
        at = Position("e", 3)
        at.account(5)
        at.rename("f")
        at.account(4)
        self.assertEqual((at.epoch, at.seq), ("f", 5))


if __name__ == "__main__":
    unittest.main()
