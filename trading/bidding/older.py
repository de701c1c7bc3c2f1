"""What older versions of the rules answered, so that their logs re-decide byte for byte.

Rule 1: a version that has been released stays here as what it did otherwise; the rest is shared.
Rule 2: what an event makes of a bidding is the same in all versions.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from trading.bidding import commands as cmd
from trading.bidding import guards
from trading.bidding.decide import RULES, Rule

SINCE_VERSION_2: Final = (cmd.TerminateBidding,)


def _without(guard: guards.Guard, rule: Rule) -> Rule:
    return replace(rule, guards=tuple(one for one in rule.guards if one is not guard))


RULES_1: Final[Mapping[type, Rule]] = {
    **RULES,
    cmd.SuspendBidding: _without(guards.has_reason, RULES[cmd.SuspendBidding]),
    cmd.CancelBidding: _without(guards.has_reason, RULES[cmd.CancelBidding]),
}
