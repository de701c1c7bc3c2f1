"""Who is told what (domain 9.4), for the events that exist.

Rule 1: a notice is addressed to an audience, resolved when it is read; no name stands in it, and no
account but in the notice of who must act on it.
Rule 2: what happens with every bid is "in app": a channel's publication, never a record here.
Rule 3: a P1 asks for an SMS or a call where it stays unread. There is no such channel yet, so it
says `fallback_due`, is shown to staff so, and is never told to be sent.
Rule 4: its id is derived from the decision, code and audience: written twice, it is one notice.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from processors.directory import Directory
from processors.handover import place_of
from processors.reacting import Halted, Heard, messages_of
from processors.reminding import Reminder
from processors.telling import P1, P2, Notice, Telling
from roadshow.interest import events as interest
from roadshow.plan import AgendaItem
from roadshow.question import events as question
from roadshow.session import events as session
from trading.bidding import draw_events as draw
from trading.bidding import events as bidding
from trading.membership import events as membership
from trading.outcome import Messages

BIDDING_EVENTS: Final[Messages] = messages_of(
    bidding.BiddingScheduled, bidding.BiddingSuspended, bidding.BiddingResumed,
    bidding.BiddingCancelled, bidding.BiddingTerminated, bidding.PriorityAsked,
    bidding.BiddingClosed, bidding.DealConfirmed, bidding.SuspensionReviewDue, draw.DrawAwaited,
)  # fmt: skip
ROADSHOW_EVENTS: Final[Messages] = messages_of(
    session.SessionPostponed, session.SessionCancelled, session.ItemBiddingCalled,
    session.ItemBiddingReturned, session.SingleBidderFound, session.StrayBiddingOpened,
    session.ReportOverdue, question.QuestionAsked, question.FollowUpTaskCreated,
    interest.InterestRegistered, interest.InterestAcknowledged,
    interest.InterestOverdue, interest.InterestStale, interest.InterestDeclined,
)  # fmt: skip
MEMBERSHIP_EVENTS: Final[Messages] = messages_of(
    membership.RoleGranted, membership.RoleRevoked, membership.NumberAssigned,
    membership.NumberWithdrawn, membership.ConflictFound, membership.AccountBanned,
    membership.BanLifted,
)  # fmt: skip

DESK_BIDDING: Final = "desk:bidding"
DESK_SUPERVISION: Final = "desk:supervision"
DESK_CONTROL: Final = "desk:control"
DESK_STAGE: Final = "desk:stage"
DESK_INTERESTS: Final = "desk:interests"
DESK_OPERATIONS: Final = "desk:operations"
DESK_REPORTS: Final = "desk:reports"


def notify(heard: Heard, directory: Directory) -> list[Notice]:
    """Return who is told what of a decision; the directory is as after it, or later."""
    told: list[Notice] = []
    for happening in heard.happenings:
        handler = _HANDLERS.get(type(happening.event))
        if handler is not None:
            telling = Telling(heard, happening.aggregate, directory, told)
            handler(telling, happening.event)
    return told


# biddings


def _seller(telling: Telling) -> tuple[str, ...]:
    item = _stage_item(telling)
    return () if item is None else (f"seller:{item.holder_org}",)


def _broker(telling: Telling) -> tuple[str, ...]:
    item = _stage_item(telling)
    return () if item is None else (f"user:{item.broker}",)


def _hosts_of_bidding(telling: Telling) -> tuple[str, ...]:
    place = place_of(telling.root)
    listed = None if place is None else telling.directory.session(place.session_id)
    return () if listed is None else tuple(f"user:{host}" for host in listed.plan.hosts)


def _stage_item(telling: Telling) -> AgendaItem | None:
    place = place_of(telling.root)
    return None if place is None else telling.directory.item(place.session_id, place.item_id)


def _bidders(telling: Telling) -> str:
    return f"bidders:{telling.root}"


def _all_of_bidding(telling: Telling) -> tuple[str, ...]:
    return (
        *_seller(telling), _bidders(telling), DESK_BIDDING, DESK_SUPERVISION,
        *_hosts_of_bidding(telling),
    )  # fmt: skip


def _scheduled(telling: Telling, event: bidding.BiddingScheduled) -> None:
    lot, opens_at_ms = event.terms.lot, event.terms.opens_at_ms
    audiences = _all_of_bidding(telling)
    telling.tell("BIDDING_SCHEDULED", P1, audiences, lot=lot, opens_at_ms=opens_at_ms)


def remind(reminder: Reminder, directory: Directory) -> list[Notice]:
    """Return who is reminded; its time is when it was due, however late it is told."""
    upcoming, told = reminder.upcoming, list[Notice]()
    heard = Heard(
        upcoming.cause, reminder.due_ms, upcoming.bidding_id, "", "", "",
        refused=False, code="", happenings=(),
    )  # fmt: skip
    telling = Telling(heard, upcoming.bidding_id, directory, told)
    lot, opens_at_ms = upcoming.lot, upcoming.opens_at_ms
    audiences = _all_of_bidding(telling)
    telling.tell(reminder.code, P1, audiences, lot=lot, opens_at_ms=opens_at_ms)
    return told


def _suspended(telling: Telling, event: bidding.BiddingSuspended) -> None:
    params: dict[str, int | str] = {
        "reason": event.reason,
        "remaining_ms": event.remaining_ms,
    }
    audiences = (*_all_of_bidding(telling), DESK_CONTROL)
    telling.tell("BIDDING_SUSPENDED", P1, audiences, **params)


def _resumed(telling: Telling, event: bidding.BiddingResumed) -> None:
    params = {"resumes_at_ms": event.resumes_at_ms, "ends_at_ms": event.ends_at_ms}
    telling.tell("BIDDING_RESUMED", P1, _all_of_bidding(telling), **params)


def _cancelled(telling: Telling, event: bidding.BiddingCancelled) -> None:
    audiences = (*_seller(telling), _bidders(telling), DESK_BIDDING, *_hosts_of_bidding(telling))
    telling.tell("BIDDING_CANCELLED", P1, audiences, reason=event.reason)


def _terminated(telling: Telling, event: bidding.BiddingTerminated) -> None:
    audiences = (
        *_seller(telling), _bidders(telling), DESK_BIDDING, DESK_SUPERVISION,
        *_hosts_of_bidding(telling),
    )  # fmt: skip
    telling.tell("BIDDING_TERMINATED", P1, audiences, reason=event.reason)


def _draw_awaited(telling: Telling, event: draw.DrawAwaited) -> None:
    level = tuple(f"bidder:{telling.root}.{number}" for number in event.numbers)
    audiences = (*level, DESK_BIDDING, DESK_CONTROL, DESK_SUPERVISION)
    telling.tell("DRAW_AWAITED", P1, audiences, bidders_count=len(event.numbers))


def _priority_turn(telling: Telling, event: bidding.PriorityAsked) -> None:
    holders = tuple(f"bidder:{telling.root}.{number}" for number in event.numbers)
    telling.tell("PRIORITY_TURN", P1, (*holders, DESK_BIDDING), ends_at_ms=event.ends_at_ms)


def _closed(telling: Telling, event: bidding.BiddingClosed) -> None:
    if event.sold:
        return  # the deal in the same decision says it
    audiences = (*_seller(telling), _bidders(telling), DESK_BIDDING, *_broker(telling))
    telling.tell("BIDDING_UNSOLD", P1, audiences, reason=event.reason)


def _deal(telling: Telling, event: bidding.DealConfirmed) -> None:
    """Only from here on is anybody told that he has won; the others learn who has."""
    params: dict[str, int | str] = {
        "price_fen": event.price_fen,
        "winner": event.winner,
        "deal_no": event.deal_no,
    }
    telling.tell("DEAL_WON", P1, (f"bidder:{telling.root}.{event.winner}",), **params)
    telling.tell("DEAL_TO_OTHER", P1, (_bidders(telling),), **params)
    others = (*_seller(telling), DESK_BIDDING, *_broker(telling), *_hosts_of_bidding(telling))
    telling.tell("DEAL_CONFIRMED", P1, others, **params)


def _review_due(telling: Telling, _event: object) -> None:
    telling.tell("SUSPENSION_REVIEW_DUE", P1, (DESK_BIDDING, DESK_SUPERVISION))


def _halted(telling: Telling, _event: object) -> None:
    telling.tell("HALTED", P1, (DESK_OPERATIONS, DESK_BIDDING, DESK_STAGE))


# sessions


def _all_of_session(telling: Telling) -> tuple[str, ...]:
    listed = telling.listed
    items = () if listed is None else tuple(listed.items.values())
    sellers = tuple(f"seller:{item.holder_org}" for item in items)
    presenters = tuple(f"user:{item.presenter}" for item in items)
    return (*telling.hosts(), *presenters, *sellers, DESK_STAGE)


def _postponed(telling: Telling, event: session.SessionPostponed) -> None:
    params: dict[str, int | str] = {
        "starts_at_ms": event.starts_at_ms,
        "reason": event.reason,
    }
    telling.tell("SESSION_POSTPONED", P2, _all_of_session(telling), **params)


def _session_cancelled(telling: Telling, event: session.SessionCancelled) -> None:
    telling.tell("SESSION_CANCELLED", P2, _all_of_session(telling), reason=event.reason)


def _bidding_called(telling: Telling, event: session.ItemBiddingCalled) -> None:
    audiences = (DESK_CONTROL, DESK_SUPERVISION)
    telling.tell("ITEM_BIDDING_CALLED", P1, audiences, item_id=event.item_id)


def _returned(telling: Telling, event: session.ItemBiddingReturned) -> None:
    item = telling.item(event.item_id)
    seller = () if item is None else (f"seller:{item.holder_org}",)
    audiences = (*telling.hosts(), *seller, DESK_STAGE, DESK_BIDDING)
    params = {"item_id": event.item_id, "reason": event.reason}
    telling.tell("ITEM_BIDDING_RETURNED", P1, audiences, **params)


def _single_bidder(telling: Telling, event: session.SingleBidderFound) -> None:
    item = telling.item(event.item_id)
    seller = () if item is None else (f"seller:{item.holder_org}",)
    audiences = (*telling.hosts(), *seller, DESK_STAGE, DESK_BIDDING)
    params: dict[str, int | str] = {
        "item_id": event.item_id,
        "listing_price_fen": event.listing_price_fen,
    }
    telling.tell("SINGLE_BIDDER", P1, audiences, **params)


def _stray(telling: Telling, event: session.StrayBiddingOpened) -> None:
    params = {"item_id": event.item_id, "bidding_id": event.bidding_id}
    telling.tell("STRAY_BIDDING", P1, (DESK_STAGE, DESK_BIDDING), **params)


def _report_overdue(telling: Telling, _event: object) -> None:
    telling.tell("REPORT_OVERDUE", P2, (DESK_REPORTS,))


# questions and interests


def _asked(telling: Telling, event: question.QuestionAsked) -> None:
    item = telling.item(event.item_id)
    if item is None:
        return
    params = {"question_id": event.question_id, "item_id": event.item_id}
    code = "PRIVATE_QUESTION" if event.private else "QUESTION_ASKED"
    seller = (f"seller:{item.holder_org}",) if event.private else ()
    broker = () if event.private else (f"user:{item.broker}",)
    telling.tell(code, P2, (f"user:{item.presenter}", *broker, *seller), **params)


def _task(telling: Telling, event: question.FollowUpTaskCreated) -> None:
    params = {"task_id": event.task_id, "item_id": event.item_id, "kind": event.kind}
    audiences = (f"user:{event.assignee}", DESK_INTERESTS)
    telling.tell("FOLLOW_UP_TASK", P2, audiences, **params)


def _interest(telling: Telling, event: interest.InterestRegistered) -> None:
    listed, item = telling.listed, telling.item(event.item_id)
    priority = P1 if listed is not None and listed.is_live else P2
    params = {"interest_id": event.interest_id, "item_id": event.item_id, "kind": event.kind}
    telling.tell("INTEREST_RECEIVED", priority, (f"user:{event.account_id}",), **params)
    contact = {"account_id": event.account_id}
    telling.tell("INTEREST_REGISTERED", priority, (DESK_INTERESTS,), **params, **contact)
    if item is not None:
        seen = contact if event.contact == "holder_and_desk" else {}
        others = (f"seller:{item.holder_org}", f"user:{item.broker}")
        telling.tell("INTEREST_REGISTERED", priority, others, **params, **seen)


def _acknowledged(telling: Telling, event: interest.InterestAcknowledged) -> None:
    found = _interest_place(telling, event.interest_id)
    if found is not None:
        item_id, account = found
        params = {"interest_id": event.interest_id, "item_id": item_id}
        telling.tell("INTEREST_ACKNOWLEDGED", P2, (f"user:{account}",), **params)


def _overdue(telling: Telling, event: interest.InterestOverdue) -> None:
    params = {"interest_id": event.interest_id, "step": event.step}
    audiences = (DESK_INTERESTS, *_interest_broker(telling, event.interest_id))
    telling.tell("FOLLOW_UP_OVERDUE", P2, audiences, **params)


def _stale(telling: Telling, event: interest.InterestStale) -> None:
    audiences = (DESK_INTERESTS, *_interest_broker(telling, event.interest_id))
    telling.tell("INTEREST_STALE", P2, audiences, interest_id=event.interest_id)


def _declined(telling: Telling, event: interest.InterestDeclined) -> None:
    params = {"interest_id": event.interest_id, "reason": event.reason}
    audiences = (DESK_INTERESTS, *_interest_broker(telling, event.interest_id))
    telling.tell("INTEREST_DECLINED", P2, audiences, **params)


def _interest_place(telling: Telling, interest_id: str) -> tuple[str, str] | None:
    listed = telling.listed
    return None if listed is None else listed.interests.get(interest_id)


def _interest_broker(telling: Telling, interest_id: str) -> tuple[str, ...]:
    found = _interest_place(telling, interest_id)
    item = None if found is None else telling.item(found[0])
    return () if item is None else (f"user:{item.broker}",)


# accounts


def _role_granted(telling: Telling, event: membership.RoleGranted) -> None:
    telling.tell("ROLE_GRANTED", P2, (f"user:{telling.root}",), role=event.role)


def _role_revoked(telling: Telling, event: membership.RoleRevoked) -> None:
    params = {"role": event.role, "reason": event.reason}
    telling.tell("ROLE_REVOKED", P2, (f"user:{telling.root}",), **params)


def _number(telling: Telling, event: membership.NumberAssigned) -> None:
    """The row `RegistrantQualified`: who may bid, and as whom, is told to him alone (RG-5)."""
    params = {"bidding_id": event.bidding_id, "number": event.number}
    telling.tell("NUMBER_ASSIGNED", P1, (f"user:{telling.root}",), **params)


def _number_withdrawn(telling: Telling, event: membership.NumberWithdrawn) -> None:
    params = {"bidding_id": event.bidding_id, "number": event.number, "reason": event.reason}
    telling.tell("NUMBER_WITHDRAWN", P1, (f"user:{telling.root}", DESK_BIDDING), **params)


def _conflict(telling: Telling, event: membership.ConflictFound) -> None:
    params = {"bidding_id": event.bidding_id, "number": event.number, "group": event.group}
    telling.tell("CONFLICT_FOUND", P1, (DESK_BIDDING,), **params)


def _banned(telling: Telling, event: membership.AccountBanned) -> None:
    telling.tell("ACCOUNT_SHUT_OUT", P2, (f"user:{telling.root}",), reason=event.reason)


def _ban_lifted(telling: Telling, _event: object) -> None:
    telling.tell("ACCOUNT_LET_IN", P2, (f"user:{telling.root}",))


_HANDLERS: Final[Mapping[type, Callable[[Telling, Any], None]]] = {
    bidding.BiddingScheduled: _scheduled,
    bidding.BiddingSuspended: _suspended,
    bidding.BiddingResumed: _resumed,
    bidding.BiddingCancelled: _cancelled,
    bidding.BiddingTerminated: _terminated,
    draw.DrawAwaited: _draw_awaited,
    bidding.PriorityAsked: _priority_turn,
    bidding.BiddingClosed: _closed,
    bidding.DealConfirmed: _deal,
    bidding.SuspensionReviewDue: _review_due,
    Halted: _halted,
    session.SessionPostponed: _postponed,
    session.SessionCancelled: _session_cancelled,
    session.ItemBiddingCalled: _bidding_called,
    session.ItemBiddingReturned: _returned,
    session.SingleBidderFound: _single_bidder,
    session.StrayBiddingOpened: _stray,
    session.ReportOverdue: _report_overdue,
    question.QuestionAsked: _asked,
    question.FollowUpTaskCreated: _task,
    interest.InterestRegistered: _interest,
    interest.InterestAcknowledged: _acknowledged,
    interest.InterestOverdue: _overdue,
    interest.InterestStale: _stale,
    interest.InterestDeclined: _declined,
    membership.RoleGranted: _role_granted,
    membership.RoleRevoked: _role_revoked,
    membership.NumberAssigned: _number,
    membership.NumberWithdrawn: _number_withdrawn,
    membership.ConflictFound: _conflict,
    membership.AccountBanned: _banned,
    membership.BanLifted: _ban_lifted,
}
