"""Every reason why a command on a showcase card is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    UNKNOWN_CARD = "UNKNOWN_CARD"
    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1, 7.6)
    WRONG_PHASE = "WRONG_PHASE"  # params: phase
    BAD_FIELD = "BAD_FIELD"  # params: field
    SAME_PERSON = "SAME_PERSON"  # who screened a card does not publish it
    ALREADY_DONE = "ALREADY_DONE"
    TOO_MANY = "TOO_MANY"  # params: count_max
