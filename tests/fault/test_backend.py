"""Whether what a backend published is checked: each entry once, in its order, on every node."""

import unittest

from backend import NAME, problems
from history import Added, History, Kept, Publish


def told(*kept: str, sent: int = 3, lost: int = 0) -> list[str]:
    """`lost`: an entry of which nobody knows whether it was added."""
    history = History()
    for number in range(1, sent + 1):
        history.record(Publish, NAME, "", "a", f"{NAME}-{number}")
        if number != lost:
            history.record(Added, NAME, "", "a", f"{NAME}-{number}")
    for seq, payload in enumerate(kept, 1):
        history.record(Kept, "node1", "s", "a", "e", seq, payload, "")
    return problems(history, 2)


class BackendTest(unittest.TestCase):
    def test_all_in_their_order_is_right(self):
        self.assertEqual(told(f"{NAME}-1", "c01-1", f"{NAME}-2", f"{NAME}-3"), [])

    def test_one_that_is_missing_is_found(self):
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-3")), 1)
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-2")), 1)
        self.assertEqual(told(), ["ingest: room a has no entry"])

    def test_one_that_may_not_have_been_added_may_be_missing(self):
        self.assertEqual(told(f"{NAME}-1", f"{NAME}-3", lost=2), [])
        self.assertEqual(told(f"{NAME}-1", f"{NAME}-2", f"{NAME}-3", lost=2), [])
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-3", f"{NAME}-2", lost=2)), 1)

    def test_one_that_comes_twice_is_found(self):
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-2", f"{NAME}-3", f"{NAME}-3")), 1)

    def test_another_order_is_found(self):
        self.assertEqual(len(told(f"{NAME}-2", f"{NAME}-1", f"{NAME}-3")), 1)

    def test_too_few_prove_nothing(self):
        self.assertEqual(len(told(f"{NAME}-1", sent=1)), 1)


if __name__ == "__main__":
    unittest.main()
