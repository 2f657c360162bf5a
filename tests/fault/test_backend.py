"""Whether what a backend published is checked: each entry once, in its order, on every node."""

import unittest

from backend import NAME, problems
from history import History, Kept, Publish


def told(*kept: str, added: int = 3) -> list[str]:
    history = History()
    for number in range(1, added + 1):
        history.record(Publish, NAME, "", "a", f"{NAME}-{number}")
    for seq, payload in enumerate(kept, 1):
        history.record(Kept, "node1", "s", "a", "e", seq, payload, "")
    return problems(history, 3)


class BackendTest(unittest.TestCase):
    def test_all_in_their_order_is_right(self):
        self.assertEqual(told(f"{NAME}-1", "c01-1", f"{NAME}-2", f"{NAME}-3"), [])

    def test_one_that_is_missing_is_found(self):
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-3")), 1)
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-2")), 1)
        self.assertEqual(told(), ["ingest: room a has no entry"])

    def test_one_that_comes_twice_is_found(self):
        self.assertEqual(len(told(f"{NAME}-1", f"{NAME}-2", f"{NAME}-3", f"{NAME}-3")), 1)

    def test_another_order_is_found(self):
        self.assertEqual(len(told(f"{NAME}-2", f"{NAME}-1", f"{NAME}-3")), 1)

    def test_too_few_prove_nothing(self):
        self.assertEqual(len(told(f"{NAME}-1", added=1)), 1)


if __name__ == "__main__":
    unittest.main()
