"""Every reason why a command on an account is refused, in the order of checking."""

from enum import StrEnum


class Code(StrEnum):
    """The first reason that applies is the only one given (I-8)."""

    NOT_PERMITTED = "NOT_PERMITTED"  # the role may not ask this (domain 2.1)
    OWN_ACCOUNT = "OWN_ACCOUNT"  # nobody grants to himself
    BAD_FIELD = "BAD_FIELD"  # params: field
    BANNED = "BANNED"
    NOT_BANNED = "NOT_BANNED"
    ALREADY_DONE = "ALREADY_DONE"
    NOT_HELD = "NOT_HELD"  # no such role, relation or number
    SEPARATION_OF_DUTIES = "SEPARATION_OF_DUTIES"  # SD-7, params: rule, role
    TOO_MANY = "TOO_MANY"  # params: count_max
    NOT_INVESTOR = "NOT_INVESTOR"  # only an investor bears a number
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"  # SD-5, params: group, tie
