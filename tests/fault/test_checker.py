"""For every rule: histories that break it, each of which it must catch, and sound ones that no rule may object to."""

import unittest

from checker import RULES, check
from story import Story, conversation
from violation import Allowed

LOSS = Allowed(epochs=True, loss=True)
EPOCHS = Allowed(epochs=True)


def three() -> Story:
    """Everything is said by `a`, heard by `b` and `c`."""
    return Story().join("a", "b", "c")


def after_a_loss() -> Story:
    """2 and 3 of epoch e are lost; `b` had both and is told, `c` had 1."""
    story = three().say("a", "one", 1, to="b c").say("a", "two", 2, to="b").say("a", "three", 3, to="b")
    story.forget(2, 3)
    story.renumber("a", "f", 1).renumber("b", "f", 1).renumber("c", "f", 1)
    return story.say("a", "again", 2, to="b c", epoch="f")


def untold() -> Story:
    """2 is lost; `a` knows, `b` had it."""
    return three().say("a", "one", 1, to="b c").say("a", "two", 2, to="b c").forget(2).renumber("a", "f", 1)


def lost_while_away() -> Story:
    story = Story().join("a", "b").say("a", "one", 1, to="b").say("a", "two", 2, to="b").lose("b")
    return story.forget(2).renumber("a", "f", 1)


def said_anew() -> Story:
    """What `a` said is lost while its line is, and it says it again to the room that begins anew."""
    story = Story().join("a", "b").publish("a", "mine", "k").deliver("b", 1, "mine", key="k").lose("a")
    story.renumber("b", "f", 0).resume("a", since=0, head=0, recovered=False, epoch="f").renumber("a", "f", 0)
    return story.say("a", "mine", 1, to="b", key="k", epoch="f")


def unheard_of() -> Story:
    """`a` loses its line before it has its answer."""
    story = Story().join("a", "b").publish("a", "mine").deliver("b", 1, "mine").stored(1, "mine", "a").lose("a")
    return story.say("b", "two", 2)


BROKEN = {
    "delivered_implies_published": [
        lambda: three().deliver("b", 1, "never said"),
        lambda: three().deliver("b", 1, "later").publish("a", "later"),
        lambda: three().publish("a", "keyed", "k").deliver("b", 1, "keyed", key="another"),
        lambda: three().publish("a", "mine").deliver("b", 1, "mine", "c"),
        lambda: three().publish("a", "bad").refuse("a", "bad", 403).deliver("b", 1, "bad"),
    ],
    "one_number_one_payload": [
        lambda: three().say("a", "one", 1, to="b").publish("a", "uno").deliver("c", 1, "uno"),
        lambda: three().say("a", "one", 1).say("a", "uno", 1),
        lambda: three().publish("a", "uno").publish("a", "one").deliver("b", 1, "uno").renumber("c", "f", 0)
        .deliver("c", 1, "one"),
    ],
    "one_payload_one_number": [
        lambda: three().say("a", "one", 1, to="b", key="k").say("a", "one", 2, to="b", key="k"),
        lambda: three().say("a", "one", 1, to="b").deliver("c", 2, "one"),
    ],
    "duplicates_are_told": [
        lambda: three().say("a", "one", 1, to="b c", key="k").publish("a", "one", "k").acknowledge("a", "one", 1),
        lambda: three().publish("a", "one", "k").deliver("b", 1, "one", key="k").lose("a").publish("a", "one", "k")
        .acknowledge("a", "one", 1),
    ],
    "acknowledged_in_order": [
        lambda: three().say("a", "one", 2).say("a", "two", 1),
    ],
    "ephemeral_have_no_number": [
        lambda: three().publish("a", "typing", ephemeral=True).deliver("b", 1, "typing"),
        lambda: three().publish("a", "kept").deliver("b", 0, "kept"),
    ],
    "delivered_to_members_only": [
        lambda: three().say("a", "one", 1, to="b c d"),
        lambda: three().leave("c").say("a", "one", 1, to="b c"),
        lambda: three().leave("c").gap("c", 1, 1),
    ],
    "in_order": [
        lambda: three().say("a", "one", 1, to="b").say("a", "two", 2, to="b c").deliver("c", 1, "one"),
        lambda: Story().join("a", "b").say("a", "one", 1, to="b").lose("b").resume("b", since=1, head=1)
        .deliver("b", 1, "one"),
    ],
    "no_repeats": [
        lambda: three().say("a", "one", 1, to="b c c"),
        lambda: three().publish("a", "typing", ephemeral=True).deliver("b", 0, "typing").deliver("b", 0, "typing"),
    ],
    "no_silent_hole": [
        lambda: three().say("a", "one", 1, to="b").say("a", "two", 2, to="b c"),
        lambda: Story().join("a", "b").say("a", "one", 1, to="b").lose("b").say("a", "two", 2).say("a", "three", 3)
        .resume("b", since=1, head=3, missed=2).deliver("b", 3, "three"),
        lambda: three().publish("a", "two").deliver("c", 2, "two"),
        lambda: three().say("a", "one", 1, to="b c").say("a", "two", 2, to="b c").join_last("d", 2, head=2, missed=1)
        .deliver("d", 2, "two"),
        lambda: three().say("a", "one", 1, to="b").renumber("b", "f", 1).renumber("c", "f", 1),
    ],
    "resumes_begin_where_it_stood": [
        lambda: Story().join("a", "b").say("a", "one", 1).lose("b").resume("b", since=1, head=1),
        lambda: Story().join("a", "b").say("a", "one", 1, to="b").lose("b").resume("b", since=1, head=1, was="f"),
    ],
    "resumes_say_what_is_lost": [
        lambda: Story().join("a", "b").lose("b").say("a", "one", 1)
        .resume("b", since=7, head=1, missed=1, recovered=False, was="d").deliver("b", 1, "one"),
        lambda: Story().join("a", "b").lose("b").resume("b", since=7, head=3),
        lambda: Story().join("a", "b").lose("b").resume("b", since=7, head=3, recovered=False),
    ],
    "missed_is_what_comes": [
        lambda: Story().join("a", "b").lose("b").say("a", "one", 1).resume("b", since=0, head=1, missed=2)
        .deliver("b", 1, "one").say("a", "two", 2, to="b"),
        lambda: three().say("a", "one", 1, to="b c").join_last("d", 9, head=1, missed=2).deliver("d", 1, "one")
        .say("a", "two", 2, to="b c d"),
    ],
    "not_echoed": [
        lambda: three().say("a", "one", 1, to="a b c"),
    ],
    "presence_converges": [
        lambda: three().listed("a", "b"),
        lambda: three().leave("c").listed("a", "b", "c"),
        lambda: three().lose("c").listed("a", "b").listed("a", "b", "c", node="node2"),
    ],
    "heads_agree": [
        lambda: conversation().rest().rest("f"),
        lambda: three().say("a", "two", 2).rest(),
    ],
    "members_reach_the_head": [
        lambda: three().say("a", "one", 1, to="b").rest(),
        lambda: three().say("a", "one", 1, to="b c").rest("f"),
        lambda: three(),
    ],
    "acknowledged_is_kept": [
        lambda: three().rest().publish("a", "one").acknowledge("a", "one", 1),
    ],
    "nothing_is_given_up": [
        lambda: three().say("a", "one", 1, to="b").gap("c", 1, 1).rest(),
        lambda: three().say("a", "one", 1, to="b c").renumber("c", "f", 0),
        lambda: Story().join("a", "b").lose("b").resume("b", since=0, head=0, recovered=False).renumber("b", "e", 0),
    ],
    "epochs_stay": [
        lambda: three().say("a", "one", 1, to="b c").renumber("b", "f", 1).say("a", "two", 2, to="b", epoch="f"),
    ],
}

BROKEN_UNDER_LOSS = {
    "one_number_one_payload": [
        lambda: after_a_loss().publish("a", "other").deliver("c", 3, "other").publish("a", "another")
        .deliver("b", 3, "another"),
    ],
    "one_payload_one_number": [
        lambda: after_a_loss().deliver("b", 3, "again"),
    ],
    "no_silent_hole": [
        lambda: after_a_loss().say("a", "more", 3, to="b", epoch="f").say("a", "most", 4, to="b c", epoch="f"),
        lambda: three().say("a", "one", 1, to="b").renumber("a", "f", 1).renumber("b", "f", 1).renumber("c", "f", 1),
    ],
    "members_reach_the_head": [
        lambda: Story().join("a", "b").say("a", "one", 1, to="b").renumber("a", "f", 1).rest("f"),
    ],
    "acknowledged_is_kept": [
        lambda: after_a_loss().rest("f").publish("a", "new").acknowledge("a", "new", 3, "f"),
    ],
    "not_echoed": [
        lambda: said_anew().deliver("a", 1, "mine", key="k"),
    ],
    "losses_are_told": [
        lambda: untold().renumber("b", "f", 2).rest("f"),
        lambda: untold().lose("b").resume("b", since=2, head=1, epoch="f").rest("f"),
        lambda: untold().renumber("b", "f", 1).rest("f", nodes="node1").lose("c").resume("c", since=2, head=2),
    ],
}

SOUND = {
    "a join with the newest messages": lambda: three().say("a", "one", 1, to="b c").say("a", "two", 2, to="b c")
    .join_last("d", 1, head=2, missed=1).deliver("d", 2, "two").join_last("e", 9, head=2, missed=2)
    .deliver("e", 1, "one").deliver("e", 2, "two").say("a", "three", 3, to="b c d e"),
    "a conversation": lambda: conversation(),
    "a resume on another node": lambda: Story().join("a", "b").lose("b").say("a", "one", 1)
    .resume("b", since=0, head=1, missed=1).deliver("b", 1, "one").say("a", "two", 2, to="b"),
    "an own message from before the line was lost comes with the resume": lambda: unheard_of()
    .resume("a", since=0, head=2, missed=2).deliver("a", 1, "mine", "a.0").deliver("a", 2, "two", "b"),
    "an own message of which nobody told its publisher": lambda: Story().join("a", "b").publish("a", "mine")
    .deliver("b", 1, "mine").refuse("a", "mine", 503).stored(1, "mine", "a").say("b", "two", 2, to="a"),
    "an acknowledgement behind later messages": lambda: Story().join("a", "b").publish("a", "mine")
    .deliver("b", 1, "mine").stored(1, "mine", "a").say("b", "two", 2, to="a").acknowledge("a", "mine", 1),
    "a publish that was refused and said again with its key": lambda: three().publish("a", "one", "k")
    .refuse("a", "one", 503).say("a", "one", 1, to="b c", key="k"),
    "a refused one that nobody hears": lambda: three().publish("a", "bad").refuse("a", "bad", 403),
    "an echo": lambda: Story().join("a", "b").publish("a", "one", echo=True).deliver("b", 1, "one")
    .deliver("a", 1, "one").acknowledge("a", "one", 1).stored(1, "one", "a"),
    "all nodes list who is there": lambda: three().leave("c").say("a", "one", 1, to="b").listed("a", "b")
    .listed("b", "a", node="node2"),
    "a second membership that begins anew": lambda: three().say("a", "one", 1, to="b c").leave("c")
    .join("c", head=1).say("a", "two", 2, to="b c"),
    "a publisher who is in no room": lambda: Story().join("b").say("a", "one", 1, to="b"),
}

SOUND_WITH_EPOCHS = {
    "a child epoch in which nothing is lost": lambda: three().say("a", "one", 1, to="b c").renumber("a", "f", 1)
    .renumber("b", "f", 1).renumber("c", "f", 1).say("a", "two", 2, to="b c", epoch="f"),
    "a member that is behind when the epoch begins": lambda: three().say("a", "one", 1, to="b").renumber("a", "f", 1)
    .renumber("c", "f", 0).renumber("b", "f", 1).deliver("c", 1, "one"),
    "a resume from the parent": lambda: Story().join("a", "b").say("a", "one", 1, to="b").lose("b")
    .renumber("a", "f", 1).resume("b", since=1, head=1, epoch="f"),
    "an own message of an epoch that ended before its publisher was back": lambda: Story().join("a", "b", epoch="d")
    .lose("b").say("b", "mine", 1, to="a", epoch="d").renumber("a", "e", 1)
    .resume("b", since=0, head=1, epoch="e", was="d").lose("b").resume("b", since=1, head=1)
    .renumber("a", "f", 1).renumber("b", "f", 1).say("a", "two", 2, to="b", epoch="f"),
}

SOUND_UNDER_LOSS = {
    "a loss that is told": lambda: after_a_loss(),
    "a resume from what is lost": lambda: lost_while_away().resume("b", since=2, head=1, recovered=False, epoch="f")
    .renumber("b", "f", 1),
    "a resume that learns of all that is left": lambda: lost_while_away()
    .resume("b", since=2, head=1, missed=1, recovered=False, epoch="f").renumber("b", "f", 0).deliver("b", 1, "one"),
    "a lost message is said again": lambda: three().say("a", "one", 1, to="b c", key="k").forget(1)
    .renumber("a", "f", 0).renumber("b", "f", 0).renumber("c", "f", 0).say("a", "one", 1, to="b c", key="k", epoch="f"),
    "a lost message is said again by a later session": lambda: said_anew().say("b", "two", 2, to="a", epoch="f"),
    "a gap": lambda: three().say("a", "one", 1, to="b").say("a", "two", 2, to="b").gap("c", 1, 2)
    .say("a", "three", 3, to="b c"),
}


class Rules(unittest.TestCase):
    def assert_catches(self, cases, allowed: Allowed):
        for rule, stories in cases.items():
            for number, story in enumerate(stories):
                with self.subTest(rule=rule, number=number):
                    found = check(story().history, allowed)
                    self.assertIn(rule, {violation.rule for violation in found}, found)

    def assert_accepts(self, cases, allowed: Allowed, epoch: str):
        for name, story in cases.items():
            with self.subTest(name):
                self.assertEqual(check(story().rest(epoch).history, allowed), [])

    def test_every_rule_has_a_history_that_breaks_it(self):
        self.assertEqual(set(BROKEN) | set(BROKEN_UNDER_LOSS), {rule.__name__ for rule in RULES})

    def test_broken_histories_are_caught(self):
        self.assert_catches(BROKEN, Allowed())

    def test_broken_histories_are_caught_where_messages_may_be_lost(self):
        self.assert_catches(BROKEN_UNDER_LOSS, LOSS)

    def test_sound_histories_are_accepted(self):
        self.assert_accepts(SOUND, Allowed(), "e")

    def test_sound_histories_with_a_child_epoch_are_accepted(self):
        self.assert_accepts(SOUND_WITH_EPOCHS, EPOCHS, "f")

    def test_sound_histories_with_a_loss_are_accepted(self):
        self.assert_accepts({name: story for name, story in SOUND_UNDER_LOSS.items() if name != "a gap"}, LOSS, "f")
        self.assert_accepts({"a gap": SOUND_UNDER_LOSS["a gap"]}, LOSS, "e")

    def test_a_violation_names_rule_room_client_and_numbers(self):
        found = check(three().say("a", "one", 1, to="b").say("a", "two", 2, to="b c").rest().history)
        self.assertEqual(list(map(str, found)),
                         ["no_silent_hole: room tea, client c: number 1 of epoch e never came to session c.0"])


if __name__ == "__main__":
    unittest.main()
