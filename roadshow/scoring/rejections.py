"""Every reason why a command on the scores is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1, 7.4)
    NOT_SCORED = "NOT_SCORED"  # this session has no scores
    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    NOT_AN_EXPERT = "NOT_AN_EXPERT"  # no expert of this session
    RECUSED = "RECUSED"  # SD-4
    BAD_FIELD = "BAD_FIELD"  # params: field
    NOT_PITCHED = "NOT_PITCHED"
    TOO_LATE = "TOO_LATE"
    NOT_LOCKED = "NOT_LOCKED"  # SC-5, SC-6: not before the lock
    NOT_ENDED = "NOT_ENDED"  # SC-6: announced for the end of the session
    SAME_PERSON = "SAME_PERSON"  # the second of two is another
    ALREADY_DONE = "ALREADY_DONE"
