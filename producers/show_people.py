"""Who plays in the demonstration's roadshow: staff and investors who can sign in, and bots.

Rule 1: accounts are ids; whoever is not in the file of accounts gets one derived from the seed.
Rule 2: one person bears one role, so that no duty meets another in him (SD-3, SD-7).
Rule 3: nobody acts beside a person: while someone has a page open as one of the cast, the bot that
plays his role steps back, and it goes on from where the log stands once he has left.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from infra.here import read_here

STAFF: Final = (
    "desk_officer", "desk_reviewer", "host", "stage_controller", "bid_controller", "supervisor",
    "presenter", "broker", "seller",
)  # fmt: skip
EXPERTS: Final = 7  # two more than must score: a person among them may look on
SPECIALTIES: Final = ("technical", "industry", "investment")
GUESTS: Final = 30
_DIGITS: Final = 24


class _Row(msgspec.Struct):
    account_id: str
    roles: list[str]
    org_id: str | None = None
    display_name: str = ""


class _File(msgspec.Struct):
    people: list[_Row]


@dataclass(frozen=True, slots=True)
class Person:
    """One account in the role in which it plays. `is_bot`: nobody can sign in as it."""

    account_id: str
    role: str
    org_id: str = ""
    is_bot: bool = True


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody."""

    staff: dict[str, Person]
    experts: tuple[Person, ...]
    investors: tuple[Person, ...]  # who can sign in and bid against the bots
    guests: tuple[Person, ...]  # bots in the hall

    @property
    def bots(self) -> tuple[Person, ...]:
        """Who is not in the file: their roles are granted by the crowd itself."""
        everybody = (*self.staff.values(), *self.experts, *self.investors, *self.guests)
        return tuple(person for person in everybody if person.is_bot)


class StandIns:
    """Whose roles bots play now (rule 3)."""

    def __init__(self, cast: Cast, data: Path | None = None) -> None:
        """`data`: the folder that says who is here; without one nobody is."""
        self._cast = cast
        self._data = data

    def play(self, person: Person) -> bool:
        """Whether a bot acts for this person now."""
        return person.is_bot or self._data is None or person.account_id not in read_here(self._data)

    def play_role(self, role: str) -> bool:
        """The same of who has a role of the staff."""
        return self.play(self._cast.staff[role])


def derived_account(seed: int, prefix: str, name: str, kind: str = "a") -> str:
    """Return the account (or, as kind `o`, the organisation) of a bot."""
    digest = hashlib.sha256(f"{seed}/{prefix}/{name}".encode()).hexdigest()
    return f"{kind}-{digest[:_DIGITS]}"


def cast_of(seed: int, prefix: str, accounts: Path | None) -> Cast:
    """Return everybody; raises `msgspec.MsgspecError` or `OSError` where the file is no good."""
    rows = [] if accounts is None else msgspec.json.decode(accounts.read_bytes(), type=_File).people

    def found(role: str) -> list[Person]:
        return [
            Person(row.account_id, role, row.org_id or "", is_bot=False)
            for row in rows
            if role in row.roles
        ]

    def bot(role: str, name: str) -> Person:
        org_id = derived_account(seed, prefix, "holder", "o") if role == "seller" else ""
        return Person(derived_account(seed, prefix, name), role, org_id)

    staff = {role: next(iter(found(role)), bot(role, role)) for role in STAFF}
    experts = found("expert")
    experts += [bot("expert", f"expert-{index}") for index in range(len(experts), EXPERTS)]
    guests = tuple(bot("investor", f"guest-{index}") for index in range(GUESTS))
    return Cast(staff, tuple(experts), tuple(found("investor")), guests)
