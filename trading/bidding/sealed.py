"""One sealed bid each (one_shot, domain 4.8), and the sealed reserve (4.2).

Rule 1: an envelope is a commitment and a text nobody here can read; what it held is told at the
opening, by two people, and must fit.
Rule 2: the highest valid price leads. Tied at the top: a priority holder; else one more sealed
round among the tied, at the tie price or above; else the earlier of their last valid bids.
Rule 3: the price grid does not bind sealed bids: there is no price to step from.
"""

import hashlib
import json
from typing import Final

from trading.bidding import two_people
from trading.bidding.closing import Events, end, settle
from trading.bidding.commands import (
    OpenEnvelopes,
    Opening,
    RevealReserve,
    SealReserve,
    SubmitSealedBid,
)
from trading.bidding.events import (
    CollectingEnded,
    EnvelopesOpened,
    OpenedBid,
    ReserveRevealed,
    ReserveSealed,
    SealedBidReceived,
    TieBreakOpened,
)
from trading.bidding.evolve import evolve
from trading.bidding.guards import ALREADY_DONE, NOT_ELIGIBLE, TOO_LATE, WRONG_MODE, is_sha256
from trading.bidding.rejections import Code
from trading.bidding.state import Bidding, Envelope
from trading.bidding.terms import is_amount
from trading.outcome import By, Outcome, Rejection
from trading.values import BidderNumber, Fen

ENVELOPE_VOID: Final = "ENVELOPE_VOID"
CIPHERTEXT_CHARS_MAX: Final = 8_192
_BAD_COMMITMENT: Final = Rejection(Code.BAD_COMMITMENT)


def commitment_of(*told: str | int) -> str:
    """Lowercase hex of SHA-256 over the compact JSON array of what is committed to."""
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def in_tie(bidding: Bidding, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """Only the tied hand in once more."""
    tie = bidding.facts.tie
    return None if tie is None or by.actor in tie.numbers else NOT_ELIGIBLE


def envelope_fits(
    _bidding: Bidding, command: SubmitSealedBid, _by: By, _at_ms: int
) -> Rejection | None:
    """Whether the commitment is one, and the text within bounds."""
    fits = is_sha256(command.commitment) and len(command.ciphertext) <= CIPHERTEXT_CHARS_MAX
    return None if fits else _BAD_COMMITMENT


def may_hand_in(bidding: Bidding, _command: object, by: By, _at_ms: int) -> Rejection | None:
    """One live envelope each, replaced as often as was announced."""
    allowed = 1 + bidding.facts.terms.envelope_replacements_max
    used = sum(e.handed_in_count for e in bidding.facts.envelopes if e.number == by.actor)
    return None if used < allowed else Rejection(Code.ENVELOPE_FINAL)


def submit_sealed_bid(_bidding: Bidding, command: SubmitSealedBid, by: By, at_ms: int) -> Outcome:
    """The envelope lies in the box."""
    number = BidderNumber(by.actor)
    event = SealedBidReceived(number, command.commitment, command.ciphertext, at_ms)
    return Outcome((event,))


def collected(bidding: Bidding, at_ms: int) -> Events:
    """The time to hand in is over. An empty box needs no opening."""
    ended = CollectingEnded(len(bidding.facts.envelopes))
    if bidding.facts.envelopes:
        return (ended,)
    return (ended, *_ranked(evolve(bidding, "", ended), at_ms))


def openings_fit(
    bidding: Bidding, command: OpenEnvelopes, _by: By, _at_ms: int
) -> Rejection | None:
    """Each opening speaks of an envelope in the box, and no two of the same."""
    numbers = [opening.number for opening in command.openings]
    box = {envelope.number for envelope in bidding.facts.envelopes}
    return (
        None if len(set(numbers)) == len(numbers) and box.issuperset(numbers) else _BAD_COMMITMENT
    )


def other_opens(bidding: Bidding, command: OpenEnvelopes, by: By, at_ms: int) -> Rejection | None:
    """It takes two people."""
    again = two_people.is_first_again(bidding, _openings_digest(command), by, at_ms)
    return ALREADY_DONE if again else None


def open_envelopes(bidding: Bidding, command: OpenEnvelopes, by: By, at_ms: int) -> Outcome:
    """The first of two is noted; with the second all envelopes are open."""
    digest = _openings_digest(command)
    if not two_people.is_second(bidding, digest, at_ms):
        return Outcome((two_people.first(two_people.OPEN_ENVELOPES, digest, by, at_ms),))
    told = {opening.number: opening for opening in command.openings}
    box = bidding.facts.envelopes
    event = EnvelopesOpened(tuple(_judged(bidding, e, told.get(e.number)) for e in box))
    return Outcome((event, *_ranked(evolve(bidding, "", event), at_ms)))


def _openings_digest(command: OpenEnvelopes) -> str:
    return two_people.digest_of([[o.number, o.amount_fen, o.salt] for o in command.openings])


def _judged(bidding: Bidding, envelope: Envelope, opening: Opening | None) -> OpenedBid:
    number, facts = envelope.number, bidding.facts
    if opening is None or envelope.commitment != commitment_of(
        facts.bidding_id, number, opening.amount_fen, opening.salt
    ):
        return OpenedBid(number, Fen(0), envelope.at_ms, ENVELOPE_VOID)
    void_code = _objection(bidding, number, opening.amount_fen)
    amount_fen, ceiling_fen = opening.amount_fen, facts.terms.ceiling_price_fen
    if not void_code and ceiling_fen is not None:
        amount_fen = min(amount_fen, ceiling_fen)  # guard 11
    return OpenedBid(number, amount_fen, envelope.at_ms, void_code)


def _objection(bidding: Bidding, number: BidderNumber, amount_fen: Fen) -> str:
    """The guards that a sealed bid meets only now: 3, 5, 6, and the tie price."""
    facts = bidding.facts
    if number in facts.excluded:
        return Code.NOT_ELIGIBLE.value
    if not is_amount(amount_fen):
        return Code.BAD_AMOUNT.value
    if amount_fen < facts.terms.start_price_fen:
        return Code.BELOW_START.value
    if facts.tie is not None and amount_fen < facts.tie.price_fen:
        return Code.BELOW_TIE_PRICE.value
    return ""


def _ranked(bidding: Bidding, at_ms: int) -> Events:
    """Who leads, now that all is open; or one more round."""
    bids = bidding.facts.opened
    if not bids:
        return end(bidding, None, None, at_ms)
    top_fen = max(bid.amount_fen for bid in bids)
    tied = _preferred(bidding, [bid.number for bid in bids if bid.amount_fen == top_fen])
    if len(tied) == 1 or bidding.facts.tie is not None:
        return end(bidding, tied[0], top_fen, at_ms)
    ends_at_ms = at_ms + bidding.facts.terms.tie_break_ms
    return (TieBreakOpened(tied, top_fen, ends_at_ms),)


def _preferred(bidding: Bidding, tied: list[BidderNumber]) -> tuple[BidderNumber, ...]:
    """Of the tied, the priority holders of the best rank; all, where none is one."""
    register = bidding.facts.register
    ranks = {n: rank for n in tied if (rank := register[n].priority_rank) is not None}
    if not ranks:
        return tuple(tied)
    best = min(ranks.values())
    return tuple(number for number, rank in ranks.items() if rank == best)


def reserve_announced(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Whether the terms know a sealed reserve."""
    return None if bidding.facts.terms.reserve_sealed else WRONG_MODE


def before_reserve_deadline(
    bidding: Bidding, _command: object, _by: By, at_ms: int
) -> Rejection | None:
    """The reserve is fixed well before opening."""
    terms = bidding.facts.terms
    return None if at_ms < terms.opens_at_ms - terms.reserve_deadline_ms else TOO_LATE


def reserve_undecided(bidding: Bidding, _command: object, _by: By, _at_ms: int) -> Rejection | None:
    """Once sealed, or declared to be none, it stays so."""
    facts = bidding.facts
    return ALREADY_DONE if facts.reserve_commitment or facts.reserve_settled else None


def seal_fits(_bidding: Bidding, command: SealReserve, _by: By, _at_ms: int) -> Rejection | None:
    """Whether the commitment is one."""
    return None if is_sha256(command.commitment) else _BAD_COMMITMENT


def seal_reserve(_bidding: Bidding, command: SealReserve, _by: By, _at_ms: int) -> Outcome:
    """There is a reserve, and this is what it will be checked by."""
    return Outcome((ReserveSealed(command.commitment),))


def reserve_opens(
    bidding: Bidding, command: RevealReserve, _by: By, _at_ms: int
) -> Rejection | None:
    """Whether what is told is what was sealed, and an amount at all."""
    facts = bidding.facts
    told = commitment_of(facts.bidding_id, command.amount_fen, command.salt)
    if told == facts.reserve_commitment and is_amount(command.amount_fen):
        return None
    return Rejection(Code.RESERVE_MISMATCH)


def reveal_reserve(bidding: Bidding, command: RevealReserve, _by: By, at_ms: int) -> Outcome:
    """The seal is open, and the outcome follows."""
    event = ReserveRevealed(command.amount_fen)
    return Outcome((event, *settle(evolve(bidding, "", event), at_ms)))
