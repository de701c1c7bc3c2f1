"""统一社会信用代码: the unified social credit code of a legal entity (domain 2.3, GB 32100)."""

from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_MODULUS: Final = 31
_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}


def check_character(first: str) -> str:
    """Return the 18th character for the first 17; raises `ValueError` where one is not allowed."""
    if len(first) != LENGTH - 1 or not set(first) <= _VALUES.keys():
        raise ValueError(f"17 characters of {ALPHABET} are needed")
    total = sum(_VALUES[one] * pow(3, i, _MODULUS) for i, one in enumerate(first))
    return ALPHABET[-total % _MODULUS]


def is_credit_code(code: str) -> bool:
    """Whether all 18 characters are allowed and the last one fits the others."""
    if len(code) != LENGTH or not set(code) <= _VALUES.keys():
        return False
    return check_character(code[:-1]) == code[-1]
