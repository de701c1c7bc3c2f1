"""Stop, and go on without harm to anyone (domain 4.6, EX-8).

Rule 1: it goes on at the last valid bid. Whatever period ran has afterwards what was left of it
at the stop, and not less than E.
Rule 2: all are told long enough before: `resume_notice_ms`, counted from the second of two people
who resume it. The first is refused where the other's time to follow would eat the notice up.
Rule 3: where the record that carries out the reopening is itself late by more than the stall
threshold, nobody could act in between, so the period is counted from that record.
Rule 4: until it has reopened two people may end it instead; it is then unsold, `cancelled`, and a
new bidding begins at the start price.
"""

from trading.bidding import two_people
from trading.bidding.closing import CANCELLED, unsold
from trading.bidding.commands import ResumeBidding, SuspendBidding, TerminateBidding
from trading.bidding.events import (
    BiddingReopened,
    BiddingResumed,
    BiddingSuspended,
    BiddingTerminated,
)
from trading.bidding.guards import ALREADY_DONE, TOO_LATE
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, Suspension, is_open
from trading.bidding.terms import DURATION_MS_MAX
from trading.outcome import By, Outcome, Rejection


def suspended(bidding: Bidding, reason: str, at_ms: int, remaining_ms: int) -> BiddingSuspended:
    """Stopped at the last valid bid."""
    return BiddingSuspended(reason, bidding.price_fen, max(remaining_ms, 0), at_ms)


def can_stop(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """What has ended and waits for a holder off the floor, or for lots, cannot be stopped."""
    return None if is_open(bidding) else TOO_LATE


def suspend_bidding(bidding: Bidding, command: SuspendBidding, _by: By, at_ms: int) -> Outcome:
    """By people: what is left is counted from now."""
    remaining_ms = 0 if bidding.ends_at_ms is None else bidding.ends_at_ms - at_ms
    return Outcome((suspended(bidding, command.reason, at_ms, remaining_ms),))


def not_resumed(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Once two people have resumed it, all have been told when."""
    return None if _suspension(bidding).resumes_at_ms is None else ALREADY_DONE


def with_notice(bidding: Bidding, command: ResumeBidding, _by: By, at_ms: int) -> Rejection | None:
    """All are told long enough before, whenever the second follows (4.2)."""
    terms = bidding.facts.terms
    digest = two_people.digest_of(command.resumes_at_ms)
    wait_ms = 0 if two_people.is_second(bidding, digest, at_ms) else terms.two_person_window_ms
    return noticed(command, at_ms, at_ms + terms.resume_notice_ms + wait_ms)


def noticed(command: ResumeBidding, at_ms: int, earliest_ms: int) -> Rejection | None:
    """Not before `earliest_ms`, and not for a day beyond reason."""
    if command.resumes_at_ms < earliest_ms:
        return Rejection(Code.TOO_SOON, {"earliest_ms": earliest_ms})
    if command.resumes_at_ms > at_ms + DURATION_MS_MAX:
        return Rejection(Code.BAD_TERMS, {"field": "resumes_at_ms"})
    return None


def other_resumes(bidding: Bidding, command: ResumeBidding, by: By, at_ms: int) -> Rejection | None:
    """It takes two people."""
    digest = two_people.digest_of(command.resumes_at_ms)
    return ALREADY_DONE if two_people.is_first_again(bidding, digest, by, at_ms) else None


def resume_bidding(bidding: Bidding, command: ResumeBidding, by: By, at_ms: int) -> Outcome:
    """The first of two is noted; with the second all are told when it goes on."""
    digest = two_people.digest_of(command.resumes_at_ms)
    if not two_people.is_second(bidding, digest, at_ms):
        return Outcome((two_people.first(two_people.RESUME, digest, by, at_ms),))
    remaining_ms = _suspension(bidding).remaining_ms
    runs_ms = max(remaining_ms, bidding.facts.terms.extension_ms)  # 4.6
    resumes_at_ms = command.resumes_at_ms
    return Outcome((BiddingResumed(resumes_at_ms, resumes_at_ms + runs_ms),))


def other_terminates(
    bidding: Bidding, command: TerminateBidding, by: By, at_ms: int
) -> Rejection | None:
    """It takes two people, and the same reason from each."""
    again = two_people.is_first_again(bidding, termination_digest(command), by, at_ms)
    return ALREADY_DONE if again else None


def terminate_bidding(bidding: Bidding, command: TerminateBidding, by: By, at_ms: int) -> Outcome:
    """The first of two is noted; with the second it is over, and nothing is sold (4.6)."""
    digest = termination_digest(command)
    if not two_people.is_second(bidding, digest, at_ms):
        return Outcome((two_people.first(two_people.TERMINATE, digest, by, at_ms),))
    return Outcome((BiddingTerminated(command.reason), unsold(CANCELLED)))


def termination_digest(command: TerminateBidding) -> str:
    """What exactly was asked for: to end it, for this reason."""
    return two_people.digest_of([two_people.TERMINATE, command.reason])


def suspension_due_ms(bidding: Bidding) -> int | None:
    """When it reopens; before two people have resumed it, when the desk must look at it."""
    suspension = _suspension(bidding)
    if suspension.resumes_at_ms is not None:
        return suspension.resumes_at_ms
    if suspension.reviewed:
        return None
    return suspension.at_ms + bidding.facts.terms.suspend_review_ms


def reopening(bidding: Bidding, at_ms: int) -> BiddingReopened | None:
    """The reopening, if it is due."""
    suspension = _suspension(bidding)
    if suspension.resumes_at_ms is None or at_ms < suspension.resumes_at_ms:
        return None
    late_ms = at_ms - suspension.resumes_at_ms
    if late_ms <= bidding.facts.terms.stall_threshold_ms:
        late_ms = 0
    return BiddingReopened(suspension.ends_at_ms + late_ms)


def _suspension(bidding: Bidding) -> Suspension:
    suspension = bidding.facts.suspension
    assert suspension is not None, "asked only of what is suspended"
    return suspension
