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
from trading.bidding.draw_events import DrawHeld
from trading.bidding.events import LotsDrawn, ProxyLimitsRest
from trading.outcome import Outcome

UNKNOWN_TO_2: Final = (cmd.AnnounceCeilingDraw,)
UNKNOWN_TO_1: Final = (cmd.TerminateBidding, *UNKNOWN_TO_2)


def _without(guard: guards.Guard, rule: Rule) -> Rule:
    return replace(rule, guards=tuple(one for one in rule.guards if one is not guard))


RULES_1: Final[Mapping[type, Rule]] = {
    **RULES,
    cmd.SuspendBidding: _without(guards.has_reason, RULES[cmd.SuspendBidding]),
    cmd.CancelBidding: _without(guards.has_reason, RULES[cmd.CancelBidding]),
}


def told_before_3(command: object, outcome: Outcome) -> Outcome:
    """Until version 3 a draw was told without its inputs."""
    if not isinstance(command, cmd.DrawLots) or outcome.rejection is not None:
        return outcome
    drawn, *follows = outcome.events
    assert isinstance(drawn, DrawHeld), "a draw comes first"
    return Outcome((LotsDrawn(drawn.seed, drawn.numbers, drawn.winner), *follows))


def set_off_before_3(events: tuple[object, ...]) -> tuple[object, ...]:
    """What time brought about until version 3: no limit rested."""
    return tuple(event for event in events if not isinstance(event, ProxyLimitsRest))
