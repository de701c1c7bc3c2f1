"""The guards that many commands share, in the order of `rejections.Code`.

Rule 1: guard 2 of 4.3 speaks first for every command of a period: before opening `NOT_OPEN`,
suspended `SUSPENDED`, ended or closed `TOO_LATE`. Equal is late.
"""

from collections.abc import Callable
from typing import Any, Final

from trading.bidding.rejections import Code
from trading.bidding.state import BEFORE_OPENING, OPEN, Bidding, Phase
from trading.outcome import By, Rejection
from trading.roles import is_role_name
from trading.values import BidderNumber

Guard = Callable[[Bidding, Any, By, int], Rejection | None]
"""(bidding, command, who asks, at_ms) → the objection, if there is one."""

NOT_OPEN: Final = Rejection(Code.NOT_OPEN)
SUSPENDED: Final = Rejection(Code.SUSPENDED)
TOO_LATE: Final = Rejection(Code.TOO_LATE)
WRONG_MODE: Final = Rejection(Code.WRONG_MODE)
NOT_ELIGIBLE: Final = Rejection(Code.NOT_ELIGIBLE)
ALREADY_DONE: Final = Rejection(Code.ALREADY_DONE)
BAD_REASON: Final = Rejection(Code.BAD_TERMS, {"field": "reason"})

REASON_CHARS_MAX: Final = 500
_SHA256_CHARS: Final = 64
_HEX: Final = frozenset("0123456789abcdef")


def in_period(*phases: Phase, late: tuple[Phase, ...] = ()) -> Guard:
    """Guard 2: the record entered the log inside one of these periods.

    late: open phases in which it is too late for this command. In other open phases the guards
    that follow answer.
    """

    def guard(bidding: Bidding, _command: object, _by: By, at_ms: int) -> Rejection | None:
        phase, ends_at_ms = bidding.phase, bidding.ends_at_ms
        if phase in phases and ends_at_ms is not None:
            return None if at_ms < ends_at_ms else TOO_LATE
        if phase in BEFORE_OPENING:
            return NOT_OPEN
        if phase == "suspended":
            return SUSPENDED
        if phase not in OPEN or phase in late:
            return TOO_LATE
        return TOO_LATE if ends_at_ms is not None and at_ms >= ends_at_ms else None

    return guard


def in_phase(*phases: Phase) -> Guard:
    """For what can be asked in these phases only."""

    def guard(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
        if bidding.phase in phases:
            return None
        return Rejection(Code.WRONG_PHASE, {"phase": bidding.phase})

    return guard


def in_mode(*modes: str) -> Guard:
    """For what belongs to these modes only."""

    def guard(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
        return None if bidding.facts.terms.mode in modes else WRONG_MODE

    return guard


def is_admitted(bidding: Bidding, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """Admitted, and not excluded since."""
    facts, number = bidding.facts, BidderNumber(by.actor)
    if number in facts.register and number not in facts.excluded:
        return None
    return NOT_ELIGIBLE


def may_take_part(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    """Guard 3: admitted, not excluded, and present where the terms ask for it."""
    facts = bidding.facts
    if facts.terms.presence_required and by.actor not in facts.present:
        return NOT_ELIGIBLE
    return is_admitted(bidding, command, by, at_ms)


def may_bid(bidding: Bidding, command: object, by: By, at_ms: int) -> Rejection | None:
    """Guard 3 for bids: EX-5 too, where it was announced."""
    facts = bidding.facts
    if facts.terms.free_bid_required and facts.confirm_until_ms:  # since the limited period began
        number = BidderNumber(by.actor)
        if number not in facts.free_bidders or number not in facts.confirmed:
            return NOT_ELIGIBLE
    return may_take_part(bidding, command, by, at_ms)


def is_holder(bidding: Bidding, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """Whether the number bears a priority rank."""
    bidder = bidding.facts.register.get(BidderNumber(by.actor))
    return NOT_ELIGIBLE if bidder is None or bidder.priority_rank is None else None


def has_reason(_bidding: Bidding, command: Any, _by: By, _at_ms: int) -> Rejection | None:
    """All are told why, so something is said, not too much, and more than who it was."""
    return BAD_REASON if is_role_name(command.reason) else says_something(command.reason)


def says_something(reason: str) -> Rejection | None:
    """Not empty, and not too long."""
    return None if reason.strip() and len(reason) <= REASON_CHARS_MAX else BAD_REASON


def is_sha256(text: str) -> bool:
    """Whether `text` is lowercase hex of 32 bytes."""
    return len(text) == _SHA256_CHARS and _HEX.issuperset(text)


def is_hex(text: str) -> bool:
    """Whether `text` is lowercase hex of whole bytes."""
    return len(text) % 2 == 0 and _HEX.issuperset(text)
