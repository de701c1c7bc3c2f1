"""What older versions of the rules answered, so that their logs re-decide byte for byte.

Rule 1: a version that has been released stays here as what it did otherwise; the rest is shared.
Rule 2: what an event makes of a bidding is the same in all versions.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from trading.bidding import commands as cmd
from trading.bidding import guards, rising, suspension
from trading.bidding.bids import accepted, below_min_next, judge_bid
from trading.bidding.ceiling import is_final
from trading.bidding.decide import RULES, Effect, Rule
from trading.bidding.draw_events import CutToCeiling, DrawHeld
from trading.bidding.events import LotsDrawn, ProxyLimitsRest
from trading.bidding.increments import min_next
from trading.bidding.proxy import answer, equalled_by
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber

UNKNOWN_TO_2: Final = (cmd.AnnounceCeilingDraw,)
UNKNOWN_TO_1: Final = (cmd.TerminateBidding, *UNKNOWN_TO_2)


# Until version 4


def no_bounds(_terms: cmd.Terms) -> None:
    """Floors and caps were asked where terms were drawn up, and not here."""


_judge_bid: Final = partial(judge_bid, cuts=False)  # the cut to the ceiling came last
_respond: Final = partial(answer, floored_once=True)  # once, up to the next band's edge


def _place_bid(bidding: Bidding, bid: cmd.PlaceBid, by: By, at_ms: int) -> Outcome:
    """A cut was not told; where a maximum was the same, no other one answered."""
    number = BidderNumber(by.actor)
    amount_fen = accepted(bidding, number, bid.amount_fen, at_ms, is_proxy=False).amount_fen
    holder = equalled_by(bidding, number, amount_fen)
    if holder is not None and not is_final(bidding, amount_fen):
        event = accepted(bidding, holder, amount_fen, at_ms, is_proxy=True)
        return Outcome((event,), below_min_next(min_next(bidding, amount_fen)))
    outcome = rising.place_bid(bidding, bid, by, at_ms, _respond)
    if not isinstance(outcome.events[0], CutToCeiling):
        return outcome
    return Outcome(outcome.events[1:], outcome.rejection)


def _match_allowed(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    """Nothing to match was told as too low a bid."""
    if bidding.price_fen is None:
        start_fen = bidding.facts.terms.start_price_fen
        return Rejection(Code.BELOW_START, {"start_price_fen": start_fen})
    return rising.match_allowed(bidding, command, by, at_ms)


def _with_notice(
    bidding: Bidding, command: cmd.ResumeBidding, _by: By, at_ms: int
) -> Rejection | None:
    """The notice was counted from each of the two acts."""
    return suspension.noticed(command, at_ms, at_ms + bidding.facts.terms.resume_notice_ms)


def _says_something(_bidding: Bidding, command: Any, _by: By, _at_ms: int) -> Rejection | None:
    """A role was a reason."""
    return guards.says_something(command.reason)


_OLDER_GUARDS: Final[Mapping[guards.Guard, guards.Guard]] = {
    judge_bid: _judge_bid,
    rising.match_allowed: _match_allowed,
    suspension.with_notice: _with_notice,
    guards.has_reason: _says_something,
}
_OLDER_EFFECTS: Final[Mapping[type, Effect]] = {
    cmd.PlaceBid: _place_bid,
    cmd.MatchPrice: partial(rising.match_price, respond=_respond),
    cmd.SetProxyLimit: partial(rising.set_proxy_limit, respond=_respond),
    cmd.ConfirmPresence: partial(rising.confirm_presence, respond=_respond),
    cmd.RaiseIncrement: partial(rising.raise_increment, respond=_respond),
    cmd.LowerIncrement: partial(rising.lower_increment, respond=_respond),
}


def _as_before_4(command: type, rule: Rule) -> Rule:
    asked = tuple(_OLDER_GUARDS.get(guard, guard) for guard in rule.guards)
    return replace(rule, guards=asked, effect=_OLDER_EFFECTS.get(command, rule.effect))


RULES_3: Final[Mapping[type, Rule]] = {
    command: _as_before_4(command, rule) for command, rule in RULES.items()
}


# Until version 3


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


# Version 1


def _without(guard: guards.Guard, rule: Rule) -> Rule:
    return replace(rule, guards=tuple(one for one in rule.guards if one is not guard))


RULES_1: Final[Mapping[type, Rule]] = {
    **RULES_3,
    cmd.SuspendBidding: _without(_says_something, RULES_3[cmd.SuspendBidding]),
    cmd.CancelBidding: _without(_says_something, RULES_3[cmd.CancelBidding]),
}
