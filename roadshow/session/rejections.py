"""Every reason why a command on a session is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    ALREADY_PLANNED = "ALREADY_PLANNED"
    UNKNOWN_SESSION = "UNKNOWN_SESSION"
    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1, 7.1, 7.2)
    WRONG_PHASE = "WRONG_PHASE"  # params: phase (of the session)
    SESSION_PAUSED = "SESSION_PAUSED"
    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    NOT_ASSIGNED = "NOT_ASSIGNED"  # the role is his, but not in this session or item
    WRONG_ITEM_PHASE = "WRONG_ITEM_PHASE"  # params: phase (of the item)
    BAD_FIELD = "BAD_FIELD"  # params: field
    BELOW_FLOOR = "BELOW_FLOOR"  # params: field, value, floor, source (domain 0.3, part 7)
    ABOVE_CAP = "ABOVE_CAP"  # params: field, value, cap, source
    NOTICE_TOO_SHORT = "NOTICE_TOO_SHORT"  # params: days_min
    EMPTY_AGENDA = "EMPTY_AGENDA"
    TOO_MANY = "TOO_MANY"  # params: count_max
    BAD_RANDOMNESS = "BAD_RANDOMNESS"
    ORDER_NOT_DRAWN = "ORDER_NOT_DRAWN"
    NOT_AN_EXPERT = "NOT_AN_EXPERT"
    NOT_ENOUGH_EXPERTS = "NOT_ENOUGH_EXPERTS"  # params: count_min
    INVITATION_NEEDED = "INVITATION_NEEDED"
    NOT_REGISTERED = "NOT_REGISTERED"
    SESSION_FULL = "SESSION_FULL"  # params: capacity
    ITEM_ACTIVE = "ITEM_ACTIVE"  # params: item_id (RS-1)
    BIDDING_OPEN = "BIDDING_OPEN"
    NO_OFFER = "NO_OFFER"
    BIDDING_NOT_CALLED = "BIDDING_NOT_CALLED"
    SEPARATION_OF_DUTIES = "SEPARATION_OF_DUTIES"  # params: rule, role
    GATE_CLOSED = "GATE_CLOSED"  # params: check, the first that is not met (RS-4)
    UNKNOWN_BIDDING = "UNKNOWN_BIDDING"
    RECORDING_FORBIDDEN = "RECORDING_FORBIDDEN"  # RS-3
    ALREADY_DONE = "ALREADY_DONE"
