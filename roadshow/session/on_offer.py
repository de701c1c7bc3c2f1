"""From the host's call to the result of an item's bidding (RS-4, RS-5).

Rule 1: the bidding itself is decided on its own log. Here it is requested, and what became of it
is recorded; a request that is not followed by an opening in time goes back with that reason.
Rule 2: what the bidding's log says is true, however late it comes: a bidding that opened after its
item had stopped waiting is a stray, and holds the session until it has closed.
"""

from typing import Final

from roadshow.parts import Events
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.gate import ATTESTED, DESK_ATTESTATION, first_unmet
from roadshow.session.guards import ALREADY_DONE, bad_field, item_of
from roadshow.session.rejections import Code
from roadshow.session.state import Item, Session
from roadshow.session.terms import are_bidders, is_amount, is_attestation, is_text, is_word
from trading.outcome import By, Rejection

OUTCOMES: Final = ("sold", "unsold", "cancelled")


def on_offer(session: Session, command: cmd.CallBidding, _by: By, _at_ms: int) -> Rejection | None:
    """It can be bid for at all."""
    offer = item_of(session, command).facts.offer
    return Rejection(Code.NO_OFFER) if offer is None else None


def can_call(session: Session, command: cmd.CallBidding, _by: By, _at_ms: int) -> Rejection | None:
    """Once, and not after a result."""
    bidding = item_of(session, command).bidding
    return ALREADY_DONE if bidding.called or bidding.result is not None else None


def call(_session: Session, command: cmd.CallBidding, _by: By, _at_ms: int) -> Events:
    """The host calls."""
    return (ev.ItemBiddingCalled(command.item_id),)


def can_attest(
    session: Session, command: cmd.AttestPreconditions, _by: By, _at_ms: int
) -> Rejection | None:
    """Checks of the desk's, each once and with evidence; bidders who can be put on the register."""
    names = [attestation.check for attestation in command.checks]
    fit = all(is_attestation(attestation, ATTESTED) for attestation in command.checks)
    if not names or len(set(names)) != len(names) or not fit:
        return bad_field("checks")
    offer = item_of(session, command).facts.offer
    assert offer is not None, "`on_offer` has passed"
    if command.eligible is not None and not are_bidders(offer, command.eligible):
        return bad_field("eligible")
    return None


def attest(_session: Session, command: cmd.AttestPreconditions, by: By, at_ms: int) -> Events:
    """So the desk found it."""
    attested = ev.PreconditionsAttested(
        command.item_id, command.checks, command.eligible, by.actor, DESK_ATTESTATION, at_ms
    )
    return (attested,)


def can_supervise(
    session: Session, command: cmd.ConfirmSupervision, by: By, _at_ms: int
) -> Rejection | None:
    """Somebody who has not attested himself."""
    bidding = item_of(session, command).bidding
    if _attested_by(by.actor, item_of(session, command)):
        return Rejection(Code.SEPARATION_OF_DUTIES, {"rule": "SD-7", "role": by.role})
    return ALREADY_DONE if bidding.supervisor == by.actor else None


def supervise(_session: Session, command: cmd.ConfirmSupervision, by: By, _at_ms: int) -> Events:
    """Present."""
    return (ev.SupervisionConfirmed(command.item_id, by.actor),)


def can_open(
    session: Session, command: cmd.OpenItemBidding, by: By, _at_ms: int
) -> Rejection | None:
    """Called by the host, by one who has not qualified the bidders (SD-3), the gate open (RS-4)."""
    item = item_of(session, command)
    if not item.bidding.called:
        return Rejection(Code.BIDDING_NOT_CALLED)
    if _attested_by(by.actor, item):
        return Rejection(Code.SEPARATION_OF_DUTIES, {"rule": "SD-3", "role": by.role})
    check = first_unmet(session, item)
    return None if check is None else Rejection(Code.GATE_CLOSED, {"check": check})


def _attested_by(actor: str, item: Item) -> bool:
    return any(attested.officer == actor for attested in item.bidding.attested.values())


def open_bidding(session: Session, command: cmd.OpenItemBidding, _by: By, at_ms: int) -> Events:
    """Request it; with one bidder only there is none, and the desk negotiates (RS-5)."""
    item = item_of(session, command)
    offer, bidding = item.facts.offer, item.bidding
    assert offer is not None, "`on_offer` has passed"
    if len(bidding.eligible) == 1:
        return (ev.SingleBidderFound(item.item_id, offer.start_price_fen),)
    attempt = bidding.attempt + 1
    opens_at_ms = at_ms + offer.lobby_ms
    requested = ev.ItemBiddingRequested(
        item.item_id,
        f"{session.session_id}.{item.item_id}.{attempt}",
        attempt,
        offer,
        bidding.eligible,
        opens_at_ms,
        opens_at_ms + session.plan.bidding_request_ms,
        session.plan.profile,
    )
    return (requested,)


# What became of it


def bidding_known(
    session: Session,
    command: cmd.RecordBiddingOpened | cmd.RecordBiddingRefused | cmd.RecordBiddingClosed,
    _by: By,
    _at_ms: int,
) -> Rejection | None:
    """It was requested for this item."""
    known = command.bidding_id in item_of(session, command).bidding.bidding_ids
    return None if known else Rejection(Code.UNKNOWN_BIDDING)


def can_record_opened(
    session: Session, command: cmd.RecordBiddingOpened, _by: By, _at_ms: int
) -> Rejection | None:
    """Once."""
    item = item_of(session, command)
    is_current = command.bidding_id == item.bidding.bidding_id
    is_recorded = is_current and (item.bidding.is_open or item.bidding.result is not None)
    return ALREADY_DONE if is_recorded or command.bidding_id in session.strays else None


def record_opened(
    session: Session, command: cmd.RecordBiddingOpened, _by: By, _at_ms: int
) -> Events:
    """It runs: on stage where the item still waits, as a stray where it does not."""
    item = item_of(session, command)
    waits = item.phase in ("bidding_requested", "interest_call")
    if waits and command.bidding_id == item.bidding.bidding_id:
        return (ev.ItemBiddingOpened(command.item_id, command.bidding_id),)
    return (ev.StrayBiddingOpened(command.item_id, command.bidding_id),)


def can_record_refused(
    session: Session, command: cmd.RecordBiddingRefused, _by: By, _at_ms: int
) -> Rejection | None:
    """While it is awaited."""
    if not is_word(command.code):
        return bad_field("code")
    return None if _is_awaited(item_of(session, command), command.bidding_id) else ALREADY_DONE


def record_refused(
    _session: Session, command: cmd.RecordBiddingRefused, _by: By, _at_ms: int
) -> Events:
    """Back, with the code."""
    back = ev.ItemBiddingReturned(command.item_id, command.bidding_id, command.code)
    return (back,)


def can_record_closed(
    session: Session, command: cmd.RecordBiddingClosed, _by: By, _at_ms: int
) -> Rejection | None:
    """A result that can be, of a bidding that ran or was awaited; a deal in any case, once."""
    is_sold = command.outcome == "sold"
    if command.outcome not in OUTCOMES:
        return bad_field("outcome")
    if is_sold and (command.price_fen is None or not is_amount(command.price_fen)):
        return bad_field("price_fen")
    if is_sold and not command.winner:
        return bad_field("winner")
    if command.reason and not is_text(command.reason):
        return bad_field("reason")
    item = item_of(session, command)
    runs = item.bidding.is_open and command.bidding_id == item.bidding.bidding_id
    if runs or command.bidding_id in session.strays or _is_awaited(item, command.bidding_id):
        return None
    return None if is_sold and item.bidding.result is None else ALREADY_DONE


def record_closed(
    session: Session, command: cmd.RecordBiddingClosed, _by: By, _at_ms: int
) -> Events:
    """The result; where it never opened, back with the reason."""
    item = item_of(session, command)
    if command.outcome != "sold" and _is_awaited(item, command.bidding_id):
        reason = command.reason or command.outcome
        return (ev.ItemBiddingReturned(command.item_id, command.bidding_id, reason),)
    closed = ev.ItemBiddingClosed(
        command.item_id,
        command.bidding_id,
        command.outcome,
        command.price_fen,
        command.winner,
        command.reason,
        command.deal_no,
    )
    return (closed,)


def _is_awaited(item: Item, bidding_id: str) -> bool:
    return item.phase == "bidding_requested" and bidding_id == item.bidding.bidding_id
