"""What has happened to the interests of a session.

Rule 1: none is public. Others see a count per item, from three people upward (7.5), which screens
get as a newest value and do not count by.
Rule 2: every deadline an event sets is resolved to milliseconds of log time.
"""

from dataclasses import dataclass
from typing import ClassVar

from roadshow.interest.commands import InterestTerms

NOTICE = "INTEREST_NOT_BINDING"  # L-26: the code of the text that every interest bears


@dataclass(frozen=True, slots=True)
class InterestTermsSet:
    """These terms hold for every interest of the session."""

    type: ClassVar[str] = "interest_terms_set"
    terms: InterestTerms


@dataclass(frozen=True, slots=True)
class InterestRegistered:
    """Somebody is interested. `notice` is the code of the text of L-26."""

    type: ClassVar[str] = "interest_registered"
    interest_id: str
    item_id: str
    account_id: str
    kind: str
    amount_from_fen: int | None
    amount_to_fen: int | None
    wish: str
    message: str
    contact: str
    nda_wished: bool
    notice: str
    at_ms: int
    acknowledge_by_ms: int
    stale_at_ms: int
    close_at_ms: int


@dataclass(frozen=True, slots=True)
class InterestAcknowledged:
    """It was seen; the first contact is due."""

    type: ClassVar[str] = "interest_acknowledged"
    interest_id: str
    by: str
    contact_by_ms: int
    stale_at_ms: int
    close_at_ms: int


@dataclass(frozen=True, slots=True)
class InterestContacted:
    """The two sides were in touch."""

    type: ClassVar[str] = "interest_contacted"
    interest_id: str
    by: str
    note: str
    next_action_at_ms: int | None
    stale_at_ms: int
    close_at_ms: int


@dataclass(frozen=True, slots=True)
class InterestMatching:
    """They are being brought together."""

    type: ClassVar[str] = "interest_matching"
    interest_id: str
    by: str
    nda_signed: bool
    stale_at_ms: int
    close_at_ms: int


@dataclass(frozen=True, slots=True)
class InterestConverted:
    """Something came of it; the link stays, so that "roadshow → deal" can be measured."""

    type: ClassVar[str] = "interest_converted"
    interest_id: str
    by: str
    into: str
    reference_id: str


@dataclass(frozen=True, slots=True)
class InterestDeclined:
    """One side does not wish it."""

    type: ClassVar[str] = "interest_declined"
    interest_id: str
    by: str
    by_role: str
    reason: str


@dataclass(frozen=True, slots=True)
class InterestOverdue:
    """A step is late: `acknowledge` or `first_contact`. The desk is told."""

    type: ClassVar[str] = "interest_overdue"
    interest_id: str
    step: str


@dataclass(frozen=True, slots=True)
class InterestStale:
    """Nothing was entered for long; broker and desk are told."""

    type: ClassVar[str] = "interest_stale"
    interest_id: str


@dataclass(frozen=True, slots=True)
class InterestClosed:
    """Over. `no_progress` where time closed it."""

    type: ClassVar[str] = "interest_closed"
    interest_id: str
    reason: str
    by: str


EVENTS = (
    InterestTermsSet, InterestRegistered, InterestAcknowledged, InterestContacted,
    InterestMatching, InterestConverted, InterestDeclined, InterestOverdue, InterestStale,
    InterestClosed,
)  # fmt: skip

PUBLIC: frozenset[type] = frozenset()
