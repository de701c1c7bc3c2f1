"""Every reason why a command on an interest is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1, 7.5)
    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    UNKNOWN_INTEREST = "UNKNOWN_INTEREST"
    NOT_YOURS = "NOT_YOURS"  # somebody else's interest
    BAD_FIELD = "BAD_FIELD"  # params: field
    NOT_CHECKED_IN = "NOT_CHECKED_IN"
    NOT_PITCHED = "NOT_PITCHED"
    TOO_LATE = "TOO_LATE"
    WRONG_PHASE = "WRONG_PHASE"  # params: phase
    NDA_NOT_SIGNED = "NDA_NOT_SIGNED"
    ALREADY_DONE = "ALREADY_DONE"
    TOO_MANY = "TOO_MANY"  # params: count_max
