"""Before the session is live: notice, order, experts, guests, rehearsal."""

from dataclasses import replace

import pytest

from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.session.agenda import drawn_order
from roadshow.session.terms import EXPERTS_MAX, ITEMS_MAX
from tests.support.shows import (
    ANN,
    BEN,
    DESK,
    EVE,
    HOST,
    PLANNED_AT_MS,
    PRESENTER,
    REHEARSAL,
    REVIEWER,
    STAGE,
    STARTS_AT_MS,
    WORKING_DAYS_MS,
    ShowPlay,
    announced,
    item,
    live,
    offer,
    pitching,
    plan,
    planned,
    rehearsed,
)
from trading.calendar import DAY_MS
from trading.outcome import By


def add(item_id: str, **changes: object) -> cmd.AddAgendaItem:
    return cmd.AddAgendaItem(item=item(item_id, **changes))


def invite(expert: str = EVE.actor, **changes: str) -> cmd.InviteExpert:
    return cmd.InviteExpert(**{"expert": expert, "specialty": "industry", **changes})


def test_a_session_is_planned_once_by_the_desk() -> None:
    play = ShowPlay()
    assert play.code(HOST, cmd.PlanSession(plan=plan())) == "NOT_PERMITTED"
    assert play.why(DESK, cmd.PlanSession(plan=plan(title=""))) == "BAD_FIELD title"
    assert play.code(DESK, cmd.GoLive()) == "UNKNOWN_SESSION"
    assert play.code(DESK, cmd.PlanSession(plan=plan())) == "ok"
    assert play.code(DESK, cmd.PlanSession(plan=plan())) == "ALREADY_PLANNED"


def test_an_item_is_added_once_and_as_long_as_there_is_room() -> None:
    play = planned(item("i1"))
    assert play.code(DESK, add("i1")) == "ALREADY_DONE"
    assert play.why(DESK, add("a.b")) == "BAD_FIELD item_id"
    play.do(DESK, *(add(f"n{number}") for number in range(ITEMS_MAX - 1)))
    assert play.why(DESK, add("one-more")) == f"TOO_MANY {ITEMS_MAX}"


def test_items_stand_one_after_the_other() -> None:
    play = planned(item("i1"), item("i2", offer=offer()), item("i3"))
    starts = [play.item(item_id).planned_at_ms - STARTS_AT_MS for item_id in ("i1", "i2", "i3")]
    assert starts == [0, 21 * 60_000, 49 * 60_000]


@pytest.mark.parametrize(
    ("days_before", "with_offer", "answer"),
    [
        (4, False, "ok"),
        (3, False, "NOTICE_TOO_SHORT 3"),
        (6, True, "ok"),
        (5, True, "NOTICE_TOO_SHORT 5"),
    ],
)
def test_notice_is_counted_in_whole_working_days(
    days_before: int, with_offer: bool, answer: str
) -> None:
    play = planned(item("i1", offer=offer() if with_offer else None))
    at_ms = STARTS_AT_MS - days_before * DAY_MS
    if answer == "ok":
        assert play.code(DESK, cmd.PublishSession(), at_ms) == "ok"
    else:
        assert play.why(DESK, cmd.PublishSession(), at_ms) == answer


def test_a_demo_needs_no_notice_but_a_start_that_lies_ahead() -> None:
    play = planned(item("i1"), profile="demo", notice_wd=0, notice_bidding_wd=0)
    assert play.why(DESK, cmd.PublishSession(), STARTS_AT_MS) == "NOTICE_TOO_SHORT 0"
    assert play.code(DESK, cmd.PublishSession(), STARTS_AT_MS - 1) == "ok"


def test_an_empty_agenda_is_not_published() -> None:
    play = ShowPlay().do(DESK, cmd.PlanSession(plan=plan()))
    assert play.code(DESK, cmd.PublishSession()) == "EMPTY_AGENDA"


def test_what_is_added_after_publication_needs_the_same_notice() -> None:
    play = announced(item("i1"))
    late_ms = STARTS_AT_MS - 5 * DAY_MS
    assert play.code(DESK, add("i2"), late_ms) == "ok"
    assert play.why(DESK, add("i3", offer=offer()), late_ms) == "NOTICE_TOO_SHORT 5"


def test_registration_opens_when_the_plan_says() -> None:
    opens_at_ms = PLANNED_AT_MS + DAY_MS
    play = planned(registration_opens_at_ms=opens_at_ms).do(DESK, cmd.PublishSession())
    assert play.why(ANN, cmd.RegisterAttendee()) == "WRONG_PHASE published"
    assert play.due_ms == opens_at_ms
    assert play.code(ANN, cmd.RegisterAttendee(), opens_at_ms) == "ok"  # before the tick even
    again = planned(registration_opens_at_ms=opens_at_ms).do(DESK, cmd.PublishSession())
    assert again.tick(opens_at_ms) == (ev.RegistrationOpened(),)


def test_the_desk_sets_the_order() -> None:
    play = planned(item("i1"), item("i2"), item("i3"))
    assert play.why(DESK, cmd.ReorderAgenda(order=("i1", "i2"))) == "BAD_FIELD order"
    drawn = cmd.ReorderAgenda(order=("i3", "i1", "i2"), randomness="ab")
    assert play.why(DESK, drawn) == "BAD_FIELD randomness"
    play.do(DESK, cmd.ReorderAgenda(order=("i3", "i1", "i2")))
    assert tuple(play.now.items) == ("i3", "i1", "i2")
    assert play.item("i3").planned_at_ms == STARTS_AT_MS


def test_a_competitive_session_draws_its_order() -> None:
    play = announced(item("i1"), item("i2"), item("i3"), competitive=True)
    play.do(STAGE, REHEARSAL)
    play.at_ms = STARTS_AT_MS
    assert play.code(HOST, cmd.GoLive()) == "ORDER_NOT_DRAWN"
    order = drawn_order("s1", ("i1", "i2", "i3"), "c0ffee")
    for randomness in ("", "C0FFEE", "0" * 257):
        draw = cmd.ReorderAgenda(order=order, randomness=randomness)
        assert play.code(DESK, draw) == "BAD_RANDOMNESS"
    other = cmd.ReorderAgenda(order=order[::-1], randomness="c0ffee")
    assert play.why(DESK, other) == "BAD_FIELD order"
    play.do(DESK, cmd.ReorderAgenda(order=order, randomness="c0ffee")).do(HOST, cmd.GoLive())
    assert tuple(play.now.items) == order


def test_an_item_added_after_the_draw_asks_for_another() -> None:
    play = planned(item("i1"), competitive=True)
    play.do(DESK, cmd.ReorderAgenda(order=("i1",), randomness="ab"))
    assert play.now.drawn
    assert not play.do(DESK, add("i2")).now.drawn


def test_experts_are_invited_by_specialty() -> None:
    play = planned()
    assert play.why(DESK, invite("a b")) == "BAD_FIELD expert"
    assert play.why(DESK, invite(specialty="all")) == "BAD_FIELD specialty"
    assert play.why(DESK, invite(org_id="ö")) == "BAD_FIELD org_id"
    assert play.why(DESK, invite(HOST.actor)) == "SEPARATION_OF_DUTIES SD-4 expert"
    play.do(DESK, invite())
    assert play.code(DESK, invite()) == "ALREADY_DONE"
    play.do(DESK, *(invite(f"a-{number}") for number in range(EXPERTS_MAX - 1)))
    assert play.why(DESK, invite("a-more")) == f"TOO_MANY {EXPERTS_MAX}"


@pytest.mark.parametrize(
    ("expert", "org_id", "relation"),
    [
        (PRESENTER.actor, "", "presenter"),
        ("a-professor", "", "seller"),
        (EVE.actor, "o-university", "same_employer"),
    ],
)
def test_the_agenda_recuses_whom_it_shows_beside_an_item(
    expert: str, org_id: str, relation: str
) -> None:
    play = planned(item("i1")).do(DESK, invite(expert, org_id=org_id))
    assert play.item().recused == (expert,)
    play.do(DESK, add("i2"), add("i3", holder_org="o-x", presenter="a-x", parties=()))
    told = [(event.item_id, event.relation) for event in play.told(ev.ConflictDeclared)]
    assert told == [("i1", relation), ("i2", relation)]
    assert play.item("i3").recused == ()


def test_an_expert_declares_a_conflict_once() -> None:
    play = planned().do(DESK, invite())
    declare = cmd.DeclareConflict(item_id="i1", relation="shareholder")
    assert play.why(EVE, replace(declare, relation="friend")) == "BAD_FIELD relation"
    assert play.code(By("a-x", "expert"), declare) == "NOT_AN_EXPERT"
    assert play.code(EVE, replace(declare, item_id="i9")) == "UNKNOWN_ITEM"
    play.do(EVE, declare)
    assert play.code(EVE, declare) == "ALREADY_DONE"


def test_a_scored_session_needs_its_experts() -> None:
    play = rehearsed(item("i1"), scored=True, experts_min=3).do(DESK, invite("a-1"), invite("a-2"))
    assert play.why(HOST, cmd.GoLive()) == "NOT_ENOUGH_EXPERTS 3"
    play.do(DESK, invite("a-3")).do(HOST, cmd.GoLive())


def test_a_session_is_postponed_and_published_anew() -> None:
    play = rehearsed().do(ANN, cmd.RegisterAttendee())
    later_ms = STARTS_AT_MS + 7 * DAY_MS
    days_ms = tuple(at_ms + 7 * DAY_MS for at_ms in WORKING_DAYS_MS)
    postpone = cmd.PostponeSession(starts_at_ms=later_ms, working_days_ms=days_ms, reason="storm")
    assert play.why(DESK, replace(postpone, reason=" ")) == "BAD_FIELD reason"
    same = replace(postpone, starts_at_ms=STARTS_AT_MS)
    assert play.why(DESK, same) == "BAD_FIELD starts_at_ms"
    unknown = replace(postpone, working_days_ms=())
    assert play.why(DESK, unknown) == "BAD_FIELD working_days_ms"
    play.do(DESK, postpone)
    assert (play.now.phase, play.now.reason) == ("postponed", "storm")
    assert play.item().planned_at_ms == later_ms
    play.do(DESK, add("i4", offer=offer()), cmd.PublishSession())
    assert play.now.phase == "registration_open"
    assert play.code(ANN, cmd.RegisterAttendee()) == "ALREADY_DONE"
    assert play.code(HOST, cmd.GoLive()) == "WRONG_PHASE"  # rehearsed anew


def test_a_session_is_called_off_before_it_is_live() -> None:
    play = announced()
    play.do(DESK, cmd.CancelSession(reason="no hall"))
    assert (play.now.phase, play.now.reason) == ("cancelled", "no hall")
    assert live().why(DESK, cmd.CancelSession(reason="no hall")) == "WRONG_PHASE live"


def test_guests_register_as_long_as_there_is_room() -> None:
    play = announced(capacity=1).do(ANN, cmd.RegisterAttendee())
    assert play.code(ANN, cmd.RegisterAttendee()) == "ALREADY_DONE"
    assert play.why(BEN, cmd.RegisterAttendee()) == "SESSION_FULL 1"
    assert play.code(By("a-x", "auditor"), cmd.RegisterAttendee()) == "NOT_PERMITTED"


def test_a_session_by_invitation_takes_who_was_invited() -> None:
    play = announced(access="invited", invited=(ANN.actor,)).do(ANN, cmd.RegisterAttendee())
    assert play.code(BEN, cmd.RegisterAttendee()) == "INVITATION_NEEDED"


def test_to_a_public_session_one_may_simply_come() -> None:
    play = rehearsed(access="public", capacity=2).do(ANN, cmd.RegisterAttendee())
    play.do(BEN, cmd.CheckIn()).do(ANN, cmd.CheckIn())
    assert play.now.attendees == {ANN.actor: "A02", BEN.actor: "A01"}
    assert play.why(EVE, cmd.CheckIn()) == "SESSION_FULL 2"


def test_codes_are_given_in_the_order_of_coming() -> None:
    play = rehearsed(capacity=200)
    people = [By(f"a-{number}", "investor") for number in range(101)]
    for person in people:
        play.do(person, cmd.RegisterAttendee(), cmd.CheckIn())
    codes = list(play.now.attendees.values())
    assert (codes[0], codes[8], codes[100]) == ("A01", "A09", "A101")


def test_a_rehearsal_that_failed_may_be_tried_again() -> None:
    play = announced().do(STAGE, replace(REHEARSAL, sound=False, bid_drill=False))
    assert play.told(ev.RehearsalFailed)[0].checks == ("sound", "bid_drill")
    assert play.now.phase == "registration_open"
    play.do(STAGE, REHEARSAL, REHEARSAL)
    assert (play.now.phase, play.now.rehearsal) == ("rehearsed", "passed")


def test_the_bidding_drill_is_asked_for_where_an_item_may_be_bid_for() -> None:
    play = announced(item("i1")).do(STAGE, replace(REHEARSAL, bid_drill=False))
    assert play.told(ev.RehearsalPassed)[0].checks == ("sound", "slides", "network")


def test_a_reviewer_waives_the_rehearsal() -> None:
    play = announced()
    waive = cmd.WaiveRehearsal(reason="same hall as yesterday")
    assert play.code(DESK, waive) == "NOT_PERMITTED"
    assert play.code(HOST, cmd.GoLive()) == "WRONG_PHASE"
    play.do(REVIEWER, waive).do(HOST, cmd.GoLive())
    assert play.now.rehearsal == "waived"


def test_an_item_withdrawn_before_the_session_leaves_no_gap() -> None:
    play = announced(item("i1"), item("i2"))
    play.do(PRESENTER, cmd.WithdrawItem(item_id="i1", reason="sold"))
    assert play.item("i2").starts_at_ms == STARTS_AT_MS
    play.do(HOST, cmd.WithdrawItem(item_id="i2", reason="sold"))
    play.do(STAGE, REHEARSAL)
    assert play.code(HOST, cmd.GoLive()) == "EMPTY_AGENDA"


def test_nothing_is_added_once_it_is_live() -> None:
    assert pitching().why(DESK, add("i9")) == "WRONG_PHASE live"
