"""The gate before a bidding on stage (RS-4), and who may open it.

Rule 1: `CHECKS` is the whole gate, in the order in which what is missing is told. A check of the
desk's is met when an officer attested so, with evidence; those of the stage are on this log.
Rule 2: later work replaces the source of a check, not the gate.
"""

from dataclasses import dataclass
from typing import Final

from roadshow.session.state import Item, Session

DESK_ATTESTATION: Final = "desk_attestation"
LOG: Final = "log"

ATTESTED: Final = (
    "listing_closed",  # the notice period of its listing is over
    "terms_published",
    "bidders_eligible",  # two at least; one only: RS-5
    "deposits_frozen",  # before the session
    "priority_handled",
    "reserve_settled",  # sealed, or declared to be none
    "relations_cleared",  # SD-5: nobody who may bid is related to seller, staff or expert
)
LOGGED: Final = ("supervisor_present", "rehearsal_passed")
CHECKS: Final = (*ATTESTED, *LOGGED)


@dataclass(frozen=True, slots=True)
class Check:
    """One row of the gate as it stands. source: `desk_attestation`, `log`, "" where unknown."""

    check: str
    met: bool
    value: str
    evidence: str
    source: str


def gate(session: Session, item: Item) -> tuple[Check, ...]:
    """Every check of an item, in order."""
    return tuple(_check(session, item, check) for check in CHECKS)


def first_unmet(session: Session, item: Item) -> str | None:
    """The first check that is not met; None where the gate stands open."""
    return next((row.check for row in gate(session, item) if not row.met), None)


def _check(session: Session, item: Item, check: str) -> Check:
    bidding = item.bidding
    if check == "supervisor_present":
        return Check(check, bool(bidding.supervisor), bidding.supervisor, "", LOG)
    if check == "rehearsal_passed":
        return Check(check, session.rehearsal == "passed", session.rehearsal, "", LOG)
    attested = bidding.attested.get(check)
    if attested is None:
        return Check(check, met=False, value="", evidence="", source="")
    met = attested.met and (check != "bidders_eligible" or bool(bidding.eligible))
    value = str(len(bidding.eligible)) if check == "bidders_eligible" else attested.value
    return Check(check, met, value, attested.evidence, attested.source)
