"""What may be asked about the interests of a session (domain 7.5).

Rule 1: the session is the root in the envelope; which item or interest stands in the body.
Rule 2: an interest is no offer and no pre-contract (L-26).
"""

from dataclasses import dataclass
from typing import ClassVar

from trading.calendar import DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestTerms:
    """How long each step may take. Working days are those of the session's plan.

    after_session_ms: how long after the session one may still register.
    """

    acknowledge_wd: int = 1
    first_contact_wd: int = 3
    stale_ms: int = 45 * DAY_MS
    close_ms: int = 90 * DAY_MS
    after_session_ms: int = DAY_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class SetInterestTerms:
    """Announce the terms, before the first interest; without it the defaults hold."""

    type: ClassVar[str] = "set_interest_terms"
    terms: InterestTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterInterest:
    """Say that one is interested in an item (意向登记).

    kind: invest | buy | license | co_develop | pilot_test | order_development | loan | other.
    contact: holder_and_desk | desk_only. wish: what share or what licence is meant.
    """

    type: ClassVar[str] = "register_interest"
    item_id: str
    kind: str
    amount_from_fen: int | None = None
    amount_to_fen: int | None = None
    wish: str = ""
    message: str = ""
    contact: str = "holder_and_desk"
    nda_wished: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeInterest:
    """Say that it was seen."""

    type: ClassVar[str] = "acknowledge_interest"
    interest_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContact:
    """Record that the two sides were in touch, and when one acts next."""

    type: ClassVar[str] = "log_contact"
    interest_id: str
    note: str
    next_action_at_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartMatching:
    """Begin to bring the two sides together; the NDA is signed where one was wished."""

    type: ClassVar[str] = "start_matching"
    interest_id: str
    nda_signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertInterest:
    """Link the interest to what came of it.

    into: registration | negotiation | demand_order | investment.
    """

    type: ClassVar[str] = "convert_interest"
    interest_id: str
    into: str
    reference_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineInterest:
    """End it: the holder, or the investor himself, gives the reason."""

    type: ClassVar[str] = "decline_interest"
    interest_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseInterest:
    """End it for a reason of the desk's."""

    type: ClassVar[str] = "close_interest"
    interest_id: str
    reason: str


COMMANDS = (
    SetInterestTerms, RegisterInterest, AcknowledgeInterest, LogContact, StartMatching,
    ConvertInterest, DeclineInterest, CloseInterest,
)  # fmt: skip
