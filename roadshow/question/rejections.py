"""Every reason why a command on a question is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1, 7.3)
    WRONG_PHASE = "WRONG_PHASE"  # params: phase (of the session)
    NOT_CHECKED_IN = "NOT_CHECKED_IN"
    UNKNOWN_ITEM = "UNKNOWN_ITEM"
    UNKNOWN_QUESTION = "UNKNOWN_QUESTION"
    NOT_ASSIGNED = "NOT_ASSIGNED"  # the role is his, but not for this item
    WRONG_ITEM_PHASE = "WRONG_ITEM_PHASE"  # params: phase (of the item)
    PRIVATE_QUESTION = "PRIVATE_QUESTION"
    WRONG_QUESTION_PHASE = "WRONG_QUESTION_PHASE"  # params: phase (of the question)
    BAD_FIELD = "BAD_FIELD"  # params: field
    QUESTION_TOO_SOON = "QUESTION_TOO_SOON"  # params: earliest_ms
    TOO_MANY = "TOO_MANY"  # params: count_max
    OWN_QUESTION = "OWN_QUESTION"
    ON_AIR_TAKEN = "ON_AIR_TAKEN"  # params: question_id
    ALREADY_DONE = "ALREADY_DONE"
