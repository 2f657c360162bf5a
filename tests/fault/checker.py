"""Whether a history keeps what docs/protocol.md promises. Pure: a history in, a list of violations out.

Each rule is a function of its own in rules_*.py; its name is what a violation is called by.
"""

from collections.abc import Sequence

import rules_end
import rules_members
import rules_messages
from history import History
from memberships import Facts
from violation import Allowed, Rule, Violation

AT_ANY_TIME: Sequence[Rule] = (*rules_messages.RULES, *rules_members.RULES)
RULES: Sequence[Rule] = (*AT_ANY_TIME, *rules_end.RULES)


def check(history: History, allowed: Allowed = Allowed(), rules: Sequence[Rule] = RULES) -> list[Violation]:
    facts = Facts(history)
    return [Violation(rule.__name__, *finding) for rule in rules for finding in rule(facts, allowed)]
