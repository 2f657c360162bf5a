import unittest

from history import Acknowledged, Delivered, Gap, History, Joined, Left, Publish, Renumbered
from memberships import Facts
from silence import SECOND, silent_members

PATIENCE = 5


def at(seconds: float) -> int:
    return int(seconds * SECOND)


def found(*events) -> list[str]:
    """`a` publishes number 2 at 10 s; `b` is in the room from 1 s on. The history lasts 100 s."""
    story = [Joined(at(1), "b", "b.0", "tea", "e", 1, True, 0), Publish(at(10), "a", "a.0", "tea", "two"),
             Acknowledged(at(10), "a", "a.0", "tea", "two", "e", 2, False), *events,
             Publish(at(100), "a", "a.0", "tea", "end")]
    history = History(sorted(story, key=lambda event: event.at))
    return [client for _, client, _ in silent_members(Facts(history), PATIENCE)]


def delivered(seconds: float) -> Delivered:
    return Delivered(at(seconds), "b", "b.0", "tea", 2, "two", None, "a.0")


class Silence(unittest.TestCase):
    def test_what_never_comes_is_found(self):
        self.assertEqual(found(), ["b"])

    def test_what_comes_in_time_is_well_and_what_comes_late_is_found(self):
        self.assertEqual(found(delivered(14)), [])
        self.assertEqual(found(delivered(16)), ["b"])

    def test_a_notice_in_time_is_well(self):
        self.assertEqual(found(Gap(at(14), "b", "b.0", "tea", 2, 2)), [])
        self.assertEqual(found(Gap(at(16), "b", "b.0", "tea", 2, 2)), ["b"])
        self.assertEqual(found(Renumbered(at(14), "b", "b.0", "tea", "f", 2)), [])

    def test_a_member_that_is_out_in_time_is_well(self):
        self.assertEqual(found(Left(at(14), "b", "b.0", "tea")), [])
        self.assertEqual(found(Left(at(16), "b", "b.0", "tea")), ["b"])

    def test_its_own_messages_need_not_come(self):
        self.assertEqual(found(Publish(at(9), "b", "b.0", "tea", "mine"),
                               Acknowledged(at(11), "b", "b.0", "tea", "mine", "e", 3, False), delivered(11)), [])


if __name__ == "__main__":
    unittest.main()
