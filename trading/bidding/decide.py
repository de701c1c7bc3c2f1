"""What is asked, who may ask it, and what it leads to.

Rule 1: `RULES` is the whole list: roles, guards in order, effect. The first guard that objects
answers; whoever passes all gets the effect.
Rule 2: no clock is read. `at_ms` is the time at which the record entered the log (EX-6).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from trading.bidding import ceiling, draw, guards, priority, rising, sealed, suspension
from trading.bidding import commands as cmd
from trading.bidding import events as ev
from trading.bidding.bids import in_rising_mode, in_rising_period, judge_bid
from trading.bidding.floors import terms_out_of_bounds
from trading.bidding.guards import Guard, in_mode, in_period, in_phase
from trading.bidding.rejections import Code
from trading.bidding.state import BEFORE_OPENING, ENVELOPES, OPEN, Bidding
from trading.bidding.terms import ELIGIBLE_MAX, bad_field, is_bidder
from trading.outcome import By, Outcome, Rejection

Effect = Callable[[Bidding, Any, By, int], Outcome]
Bounds = Callable[[cmd.Terms], Rejection | None]

BIDDERS: Final = ("bidder", "priority_holder")
HOLDERS: Final = ("priority_holder",)
CONTROL: Final = ("bid_controller", "supervisor")
SELLER: Final = ("seller",)
DESK: Final = ("desk_officer",)
STAGE: Final = ("system",)  # an item of a roadshow, opened by its session's decision (RS-4)

_NOT_PERMITTED: Final = Outcome(rejection=Rejection(Code.NOT_PERMITTED))


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, what objects, what happens."""

    roles: tuple[str, ...]
    guards: tuple[Guard, ...]
    effect: Effect


def decide(
    bidding: Bidding | None,
    command: object,
    by: By,
    at_ms: int,
    rules: Mapping[type, Rule] | None = None,
    bounds: Bounds = terms_out_of_bounds,
) -> Outcome:
    """Say what a command leads to, without changing anything.

    rules, bounds: those of an older version.
    """
    if bidding is None:
        return _schedule(command, by, at_ms, bounds)
    rule = (RULES if rules is None else rules).get(type(command))
    if rule is None:
        assert isinstance(command, cmd.ScheduleBidding), "commands come from COMMANDS"
        return Outcome(rejection=Rejection(Code.ALREADY_SCHEDULED))
    if by.role not in rule.roles:
        return _NOT_PERMITTED
    for guard in rule.guards:
        objection = guard(bidding, command, by, at_ms)
        if objection is not None:
            return Outcome(rejection=objection)
    return rule.effect(bidding, command, by, at_ms)


def _schedule(command: object, by: By, at_ms: int, bounds: Bounds) -> Outcome:
    if not isinstance(command, cmd.ScheduleBidding):
        return Outcome(rejection=Rejection(Code.UNKNOWN_BIDDING))
    if by.role not in (*DESK, *STAGE):
        return _NOT_PERMITTED
    field = bad_field(command, at_ms)
    if field is not None:
        return Outcome(rejection=Rejection(Code.BAD_TERMS, {"field": field}))
    objection = bounds(command.terms)
    if objection is not None:
        return Outcome(rejection=objection)
    return Outcome((ev.BiddingScheduled(command.terms, command.eligible),))


def _can_admit(
    bidding: Bidding, command: cmd.AdmitBidder, _by: By, _at_ms: int
) -> Rejection | None:
    register = bidding.facts.register
    if not is_bidder(bidding.facts.terms, command.bidder) or len(register) >= ELIGIBLE_MAX:
        return Rejection(Code.BAD_TERMS, {"field": "bidder"})
    return guards.ALREADY_DONE if command.bidder.number in register else None


def _admit(_bidding: Bidding, command: cmd.AdmitBidder, _by: By, _at_ms: int) -> Outcome:
    return Outcome((ev.BidderAdmitted(command.bidder),))


def _can_exclude(
    bidding: Bidding, command: cmd.ExcludeBidder, _by: By, _at_ms: int
) -> Rejection | None:
    if command.number not in bidding.facts.register:
        return guards.NOT_ELIGIBLE
    return guards.ALREADY_DONE if command.number in bidding.facts.excluded else None


def _exclude(_bidding: Bidding, command: cmd.ExcludeBidder, _by: By, _at_ms: int) -> Outcome:
    return Outcome((ev.BidderExcluded(command.number, command.reason),))


def _declare_no_reserve(_bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Outcome:
    return Outcome((ev.NoReserveDeclared(),))


def _can_be_present(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    """In the lobby; and EX-5, in the first minutes of the limited period, who has bid in free."""
    facts = bidding.facts
    if by.role == "supervisor":
        if bidding.phase != "lobby":
            return guards.TOO_LATE
        return guards.ALREADY_DONE if facts.supervisor_present else None
    if bidding.phase == "lobby":
        here = facts.present
        objection = guards.is_admitted(bidding, command, by, at_ms)
    else:
        if not facts.terms.free_bid_required or at_ms >= facts.confirm_until_ms:
            return guards.TOO_LATE
        here = facts.confirmed
        objection = None if by.actor in facts.free_bidders else guards.NOT_ELIGIBLE
    return objection or (guards.ALREADY_DONE if by.actor in here else None)


def _cancel(_bidding: Bidding, command: cmd.CancelBidding, _by: By, _at_ms: int) -> Outcome:
    return Outcome((ev.BiddingCancelled(command.reason),))


def _in_lobby_or_limited(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    return None if bidding.phase == "lobby" else _is_open(bidding, command, by, at_ms)


_one_shot: Final = in_mode("one_shot")
_is_open: Final = in_period(*OPEN)
_asked: Final = in_period("awaiting_priority")

RULES: Final[Mapping[type, Rule]] = {
    cmd.PlaceBid: Rule(BIDDERS, (judge_bid,), rising.place_bid),
    cmd.AdmitBidder: Rule(DESK, (in_phase(*BEFORE_OPENING), _can_admit), _admit),
    cmd.ExcludeBidder: Rule(
        (*DESK, "system"),
        (in_phase(*BEFORE_OPENING, *OPEN, "awaiting_draw", "suspended"), _can_exclude),
        _exclude,
    ),
    cmd.SealReserve: Rule(
        SELLER,
        (
            sealed.before_reserve_deadline,
            sealed.reserve_announced,
            in_phase("scheduled"),
            sealed.seal_fits,
            sealed.reserve_undecided,
        ),
        sealed.seal_reserve,
    ),
    cmd.DeclareNoReserve: Rule(
        (*SELLER, *STAGE), (in_phase("scheduled"), sealed.reserve_undecided), _declare_no_reserve
    ),
    cmd.RevealReserve: Rule(
        (*SELLER, "system"),
        (
            in_period("awaiting_reserve", late=("awaiting_priority",)),
            in_phase("awaiting_reserve"),
            sealed.reserve_opens,
        ),
        sealed.reveal_reserve,
    ),
    cmd.AnnounceCeilingDraw: Rule(
        DESK,
        (in_phase("scheduled"), in_rising_mode, ceiling.draw_fits, ceiling.draw_unannounced),
        ceiling.announce_draw,
    ),
    cmd.ConfirmPresence: Rule(
        (*BIDDERS, "supervisor"),
        (_in_lobby_or_limited, in_phase("lobby", "limited_bidding", "at_ceiling"), _can_be_present),
        rising.confirm_presence,
    ),
    cmd.SetProxyLimit: Rule(
        BIDDERS,
        (
            in_rising_period,
            in_rising_mode,
            rising.proxies_announced,
            guards.may_bid,
            rising.limit_fits,
        ),
        rising.set_proxy_limit,
    ),
    cmd.MatchPrice: Rule(
        HOLDERS,
        (
            in_rising_period,
            in_rising_mode,
            rising.matching_announced,
            guards.may_take_part,
            guards.is_holder,
            rising.match_allowed,
        ),
        rising.match_price,
    ),
    cmd.ExercisePriority: Rule(
        HOLDERS,
        (
            _asked,
            in_phase("awaiting_priority"),
            guards.is_admitted,
            guards.is_holder,
            priority.is_asked,
        ),
        priority.exercise_priority,
    ),
    cmd.WaivePriority: Rule(
        HOLDERS,
        (
            _asked,
            in_phase("awaiting_priority"),
            guards.is_admitted,
            guards.is_holder,
            priority.may_waive,
        ),
        priority.waive_priority,
    ),
    cmd.DrawLots: Rule(
        CONTROL,
        (draw.draw_awaited, draw.is_randomness),
        draw.draw_lots,
    ),
    cmd.SubmitSealedBid: Rule(
        BIDDERS,
        (
            in_period(*ENVELOPES, late=("opening", "awaiting_reserve", "awaiting_priority")),
            _one_shot,
            guards.may_take_part,
            sealed.in_tie,
            sealed.may_hand_in,
            sealed.envelope_fits,
        ),
        sealed.submit_sealed_bid,
    ),
    cmd.OpenEnvelopes: Rule(
        CONTROL,
        (
            in_period("opening", late=("awaiting_reserve", "awaiting_priority")),
            _one_shot,
            in_phase("opening"),
            sealed.openings_fit,
            sealed.other_opens,
        ),
        sealed.open_envelopes,
    ),
    cmd.RaiseIncrement: Rule(
        ("bid_controller", "auctioneer"),
        (
            in_rising_period,
            in_mode("live_timed"),
            in_phase("limited_bidding"),
            rising.can_raise,
        ),
        rising.raise_increment,
    ),
    cmd.LowerIncrement: Rule(
        ("bid_controller", "auctioneer"),
        (
            in_rising_period,
            in_mode("live_timed"),
            in_phase("limited_bidding"),
            rising.can_lower,
        ),
        rising.lower_increment,
    ),
    cmd.SuspendBidding: Rule(
        CONTROL,
        (_is_open, suspension.can_stop, guards.has_reason),
        suspension.suspend_bidding,
    ),
    cmd.ResumeBidding: Rule(
        CONTROL,
        (
            in_phase("suspended"),
            suspension.with_notice,
            suspension.not_resumed,
            suspension.other_resumes,
        ),
        suspension.resume_bidding,
    ),
    cmd.TerminateBidding: Rule(
        CONTROL,
        (in_phase("suspended"), guards.has_reason, suspension.other_terminates),
        suspension.terminate_bidding,
    ),
    cmd.CancelBidding: Rule(
        ("desk_issuer",), (in_phase(*BEFORE_OPENING), guards.has_reason), _cancel
    ),
}
