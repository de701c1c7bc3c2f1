"""What older versions of the rules answered, so that their logs re-decide byte for byte.

Rule 1: a version that has been released stays here as what it did otherwise; the rest is shared.
Rule 2: what an event makes of a bidding is the same in all versions.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from trading.bidding import commands as cmd
from trading.bidding import guards
from trading.bidding.decide import RULES, Rule, decide
from trading.bidding.draw_events import DrawHeld
from trading.bidding.events import LotsDrawn
from trading.bidding.state import Bidding
from trading.outcome import By, Outcome

SINCE_VERSION_2: Final = (cmd.TerminateBidding, cmd.AnnounceCeilingDraw)


def _without(guard: guards.Guard, rule: Rule) -> Rule:
    return replace(rule, guards=tuple(one for one in rule.guards if one is not guard))


RULES_1: Final[Mapping[type, Rule]] = {
    **RULES,
    cmd.SuspendBidding: _without(guards.has_reason, RULES[cmd.SuspendBidding]),
    cmd.CancelBidding: _without(guards.has_reason, RULES[cmd.CancelBidding]),
}


def decide_1(bidding: Bidding | None, command: object, by: By, at_ms: int) -> Outcome:
    """Answer as version 1 did: with its guards, and its word for a draw."""
    outcome = decide(bidding, command, by, at_ms, RULES_1)
    if not isinstance(command, cmd.DrawLots) or outcome.rejection is not None:
        return outcome
    drawn, *follows = outcome.events
    assert isinstance(drawn, DrawHeld), "a draw comes first"
    return Outcome((LotsDrawn(drawn.seed, drawn.numbers, drawn.winner), *follows))
