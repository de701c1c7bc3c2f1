"""Every reason why a command on a bidding is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    ALREADY_SCHEDULED = "ALREADY_SCHEDULED"
    UNKNOWN_BIDDING = "UNKNOWN_BIDDING"
    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1, 4.2)
    BAD_TERMS = "BAD_TERMS"  # params: field
    BELOW_FLOOR = "BELOW_FLOOR"  # params: field, value, floor, source (domain 0.3, 4.6)
    ABOVE_CAP = "ABOVE_CAP"  # params: field, value, cap, source
    NOT_OPEN = "NOT_OPEN"
    SUSPENDED = "SUSPENDED"
    TOO_LATE = "TOO_LATE"
    WRONG_MODE = "WRONG_MODE"
    WRONG_PHASE = "WRONG_PHASE"  # params: phase
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    PHASE_CHANGED = "PHASE_CHANGED"  # params: phase
    BAD_AMOUNT = "BAD_AMOUNT"
    BELOW_START = "BELOW_START"  # params: start_price_fen
    BELOW_MIN_NEXT = "BELOW_MIN_NEXT"  # params: min_next_fen
    NOT_ON_GRID = "NOT_ON_GRID"  # params: min_next_fen, increment_fen
    ALREADY_LEADING = "ALREADY_LEADING"
    NEEDS_CONFIRMATION = "NEEDS_CONFIRMATION"  # params: unconfirmed_max_fen
    CEILING_REACHED = "CEILING_REACHED"
    TOO_FAST = "TOO_FAST"  # params: min_gap_ms
    BELOW_TIE_PRICE = "BELOW_TIE_PRICE"
    ENVELOPE_FINAL = "ENVELOPE_FINAL"  # no (more) replacements announced
    NOTHING_TO_MATCH = "NOTHING_TO_MATCH"  # nobody has bid yet
    PRIORITY_OUTRANKED = "PRIORITY_OUTRANKED"
    NOT_YOUR_TURN = "NOT_YOUR_TURN"
    BAD_COMMITMENT = "BAD_COMMITMENT"
    RESERVE_MISMATCH = "RESERVE_MISMATCH"
    BAD_RANDOMNESS = "BAD_RANDOMNESS"
    TOO_SOON = "TOO_SOON"  # params: earliest_ms
    ALREADY_DONE = "ALREADY_DONE"
