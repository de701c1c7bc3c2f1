"""Who is told what (domain 9.4), row by row; nobody is told of a win before the deal."""

from __future__ import annotations

import msgspec
import pytest

from infra.i18n import LANGUAGES, catalogue
from processors import notices as told
from processors.directory import OVER_MAX, Directory
from processors.handover import terms_of
from processors.notices import notify
from processors.reacting import Cause, Halted, Happening, Heard
from processors.telling import Notice
from roadshow.interest import events as interest
from roadshow.question import events as question
from roadshow.session import events as session
from tests.support import shows
from tests.unit.processors.test_handover import requested
from trading.bidding import events as bidding
from trading.bidding.commands import Eligible
from trading.membership import events as membership
from trading.values import BidderNumber, Fen

CAUSE = Cause("bidding.decisions", 0, 5)
BIDDING_ID = "s1.i1.1"
NUMBER = BidderNumber("101")
DEAL = bidding.DealConfirmed("D1", NUMBER, Fen(300), "highest_bid")


def directory(*more: object, live: bool = True) -> Directory:
    """One session with one item of the university's."""
    known = Directory()
    events = [session.SessionPlanned(shows.plan()), session.AgendaItemAdded(shows.item())]
    events += [session.SessionWentLive(1)] if live else []
    for event in (*events, *more):
        known.fold(Happening("s1", event))
    return known


def say(*events: object, aggregate: str = "s1", known: Directory | None = None) -> list[Notice]:
    happenings = tuple(Happening(aggregate, event) for event in events)
    heard = Heard(CAUSE, 9, aggregate, "", "", "", refused=False, code="", happenings=happenings)
    return notify(heard, known or directory())


def registered(contact: str = "holder_and_desk") -> interest.InterestRegistered:
    return interest.InterestRegistered(
        "n1", "i1", "a-ann", "invest", None, None, "", "", contact,
        nda_wished=False, notice="", at_ms=1, acknowledge_by_ms=2, stale_at_ms=3, close_at_ms=4,
    )  # fmt: skip


def asked(*, private: bool, text: str = "?") -> question.QuestionAsked:
    return question.QuestionAsked("q1", "i1", "a-ann", text, private=private, at_ms=1)


def scheduled() -> bidding.BiddingScheduled:
    return bidding.BiddingScheduled(terms_of(requested()), (Eligible(number=NUMBER),))


SELLER, HOST, BROKER = "seller:o-university", "user:a-host", "user:a-broker"
ROWS: list[tuple[str, object, str, str, set[str]]] = [
    (BIDDING_ID, scheduled(), "BIDDING_SCHEDULED", "P1",
     {SELLER, HOST, "bidders:s1.i1.1", "desk:bidding", "desk:supervision"}),
    (BIDDING_ID, bidding.BiddingSuspended("stalled", None, 5, 9), "BIDDING_SUSPENDED", "P1",
     {SELLER, HOST, "bidders:s1.i1.1", "desk:bidding", "desk:control", "desk:supervision"}),
    (BIDDING_ID, bidding.BiddingResumed(5, 6), "BIDDING_RESUMED", "P1",
     {SELLER, HOST, "bidders:s1.i1.1", "desk:bidding", "desk:supervision"}),
    (BIDDING_ID, bidding.PriorityAsked(1, (NUMBER,), 9), "PRIORITY_TURN", "P1",
     {"bidder:s1.i1.1.101", "desk:bidding"}),
    (BIDDING_ID, bidding.BiddingClosed(sold=False, reason="no_bid"), "BIDDING_UNSOLD", "P1",
     {SELLER, BROKER, "bidders:s1.i1.1", "desk:bidding"}),
    (BIDDING_ID, bidding.BiddingCancelled("fire"), "BIDDING_CANCELLED", "P1",
     {SELLER, HOST, "bidders:s1.i1.1", "desk:bidding"}),
    (BIDDING_ID, Halted(), "HALTED", "P1", {"desk:operations", "desk:bidding", "desk:stage"}),
    (BIDDING_ID, bidding.BidAccepted(NUMBER, Fen(300), 1, 2), "", "", set()),
    (BIDDING_ID, bidding.LimitedBiddingStarted(5), "", "", set()),
    ("s1", session.ItemBiddingCalled("i1"), "ITEM_BIDDING_CALLED", "P1",
     {"desk:control", "desk:supervision"}),
    ("s1", session.ItemBiddingReturned("i1", BIDDING_ID, "EXPIRED"), "ITEM_BIDDING_RETURNED", "P1",
     {SELLER, HOST, "desk:stage", "desk:bidding"}),
    ("s1", session.SingleBidderFound("i1", Fen(5)), "SINGLE_BIDDER", "P1",
     {SELLER, HOST, "desk:stage", "desk:bidding"}),
    ("s1", session.StrayBiddingOpened("i1", BIDDING_ID), "STRAY_BIDDING", "P1",
     {"desk:stage", "desk:bidding"}),
    ("s1", session.SessionCancelled("storm"), "SESSION_CANCELLED", "P2",
     {SELLER, HOST, "user:a-presenter", "desk:stage"}),
    ("s1", asked(private=False), "QUESTION_ASKED", "P2",
     {"user:a-presenter", BROKER}),
    ("s1", asked(private=True), "PRIVATE_QUESTION", "P2",
     {"user:a-presenter", SELLER}),
    ("s1", question.FollowUpTaskCreated("t1", "unanswered_question", "i1", "q1", "a-broker"),
     "FOLLOW_UP_TASK", "P2", {BROKER, "desk:interests"}),
    ("s1", question.FollowUpTaskCreated("t1", "unanswered_question", "i1", "q1", ""),
     "FOLLOW_UP_TASK", "P2", {"desk:interests"}),
    ("a-ann", membership.NumberAssigned(BIDDING_ID, "101", "", None, "a-desk"),  # type: ignore[arg-type]
     "NUMBER_ASSIGNED", "P1", {"user:a-ann"}),
    ("a-ann", membership.ConflictFound(BIDDING_ID, "101", "experts", "self"), "CONFLICT_FOUND",
     "P1", {"desk:bidding"}),
]  # fmt: skip


@pytest.mark.parametrize(("aggregate", "event", "code", "priority", "audiences"), ROWS)
def test_each_row_of_the_table(
    aggregate: str, event: object, code: str, priority: str, audiences: set[str]
) -> None:
    found = say(event, aggregate=aggregate)
    assert {one.audience for one in found} == audiences
    assert {one.code for one in found} == ({f"NOTICE_{code}"} if code else set())
    assert {one.priority for one in found} == ({priority} if code else set())


def test_a_deal_is_told_to_the_winner_as_won_and_to_the_others_as_anothers() -> None:
    found = say(bidding.BiddingClosed(sold=True), DEAL, aggregate=BIDDING_ID)
    by_code: dict[str, set[str]] = {}
    for one in found:
        by_code.setdefault(one.code, set()).add(one.audience)
    assert by_code == {
        "NOTICE_DEAL_WON": {"bidder:s1.i1.1.101"},
        "NOTICE_DEAL_TO_OTHER": {"bidders:s1.i1.1"},
        "NOTICE_DEAL_CONFIRMED": {SELLER, BROKER, HOST, "desk:bidding"},
    }


def test_a_leading_bid_is_never_called_a_win() -> None:
    ended = bidding.BiddingEnded(NUMBER, Fen(300), 9)
    assert say(ended, bidding.PriorityAsked(1, (NUMBER,), 9), aggregate=BIDDING_ID)
    assert all("DEAL" not in one.code for one in say(ended, aggregate=BIDDING_ID))


def test_a_bidding_of_no_session_has_bidders_and_desk_but_no_seller_on_this_log() -> None:
    found = say(scheduled(), aggregate="B-17")
    assert {one.audience for one in found} == {"bidders:B-17", "desk:bidding", "desk:supervision"}


@pytest.mark.parametrize(("contact", "shown"), [("holder_and_desk", True), ("desk_only", False)])
def test_who_is_interested_is_told_to_the_seller_only_if_he_wished_so(
    contact: str, shown: bool
) -> None:
    found = {one.audience: one for one in say(registered(contact))}
    assert set(found) == {"user:a-ann", SELLER, BROKER, "desk:interests"}
    assert found["user:a-ann"].code == "NOTICE_INTEREST_RECEIVED"
    assert ("account_id" in found[SELLER].params) is shown
    assert ("account_id" in found[BROKER].params) is shown
    assert found["desk:interests"].params["account_id"] == "a-ann"


@pytest.mark.parametrize(("live", "priority"), [(True, "P1"), (False, "P2")])
def test_an_interest_is_urgent_while_the_session_is_live(live: bool, priority: str) -> None:
    assert {one.priority for one in say(registered(), known=directory(live=live))} == {priority}


def test_an_interest_that_is_overdue_is_found_by_its_id() -> None:
    known = directory(registered())
    found = say(interest.InterestOverdue("n1", "first_contact"), known=known)
    assert {one.audience for one in found} == {"desk:interests", BROKER}
    acknowledged = interest.InterestAcknowledged("n1", "a-desk", 1, 2, 3)
    assert [one.audience for one in say(acknowledged, known=known)] == ["user:a-ann"]


def test_a_p1_waits_for_a_channel_that_is_not_there_and_says_so() -> None:
    found = [*say(DEAL, aggregate=BIDDING_ID), *say(registered(), known=directory(live=False))]
    assert {one.priority for one in found} == {"P1", "P2"}
    assert all(one.fallback_due is (one.priority == "P1") for one in found)


def test_the_same_decision_gives_the_same_notices_and_no_two_share_an_id() -> None:
    events = (registered(), DEAL, scheduled(), session.ItemBiddingCalled("i1"))
    first, again = say(*events), say(*events)
    assert [one.notice_id for one in first] == [one.notice_id for one in again]
    assert len({one.notice_id for one in first}) == len(first)


def test_two_tasks_of_one_decision_are_two_notices() -> None:
    tasks = [
        question.FollowUpTaskCreated(f"t{index}", "unanswered_question", "i1", f"q{index}", "")
        for index in range(2)
    ]
    assert len({one.notice_id for one in say(*tasks)}) == 2


def test_no_name_and_no_free_text_of_a_guest_stands_in_a_notice() -> None:
    written = b"".join(
        msgspec.json.encode(one) for one in say(asked(private=False, text="<b>secret</b>"))
    )
    assert b"secret" not in written
    assert b"a-ann" not in written


def test_every_code_has_a_text_in_every_language() -> None:
    codes = {one.code for aggregate, event, *_ in ROWS for one in say(event, aggregate=aggregate)}
    codes |= {one.code for one in say(DEAL, registered(), aggregate=BIDDING_ID)}
    for lang in LANGUAGES:
        assert codes <= set(catalogue(lang))


def test_what_is_heard_is_what_is_told_of() -> None:
    """An event without a handler would be decoded for nothing; one unheard would never come."""
    known = (told.BIDDING_EVENTS, told.ROADSHOW_EVENTS, told.MEMBERSHIP_EVENTS)
    heard = {event for messages in known for event in messages.events.values()}
    assert heard | {Halted} == set(told._HANDLERS)


def test_of_sessions_that_are_over_only_the_newest_are_kept() -> None:
    known = Directory()
    for index in range(OVER_MAX + 5):
        name = f"s{index}"
        known.fold(Happening(name, session.SessionPlanned(shows.plan())))
        known.fold(Happening(name, session.SessionCancelled("storm")))
    assert len(known) == OVER_MAX
    assert known.session("s0") is None
