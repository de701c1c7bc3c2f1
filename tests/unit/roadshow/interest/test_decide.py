"""From the button in the hall to what came of it (SM-13b)."""

from dataclasses import replace

import pytest

from roadshow.interest import commands as cmd
from roadshow.interest import decide as part
from roadshow.interest import events as ev
from roadshow.interest.commands import InterestTerms
from roadshow.interest.evolve import evolve
from roadshow.interest.guards import INTERESTS_MAX, TERM_MS_MAX
from roadshow.interest.state import Interest, Interests, shown_count
from roadshow.stage import Moment
from tests.support.people import (
    BROKER,
    DESK,
    HOLDER,
    HOST,
    LIVE_AT_MS,
    SYSTEM,
    PartPlay,
    investor,
    stage,
)
from trading.calendar import DAY_MS
from trading.outcome import By
from trading.values import AMOUNT_FEN_MAX

WANT = cmd.RegisterInterest(item_id="i1", kind="buy")
NIGHT_AT_MS = LIVE_AT_MS + 3_600_000


def play() -> PartPlay:
    return PartPlay(part, evolve, Interests(), stage())


def registered(want: cmd.RegisterInterest = WANT) -> tuple[PartPlay, str]:
    """A session with one interest, and its id."""
    interests = play()
    assert interests.code(investor(), want, NIGHT_AT_MS) == "ok"
    return interests, interests.events[-1].interest_id


def matching() -> tuple[PartPlay, str]:
    """An interest whose two sides are being brought together."""
    interests, interest_id = registered()
    interests.ask(DESK, cmd.AcknowledgeInterest(interest_id=interest_id))
    interests.ask(BROKER, cmd.LogContact(interest_id=interest_id, note="called"))
    assert interests.code(BROKER, cmd.StartMatching(interest_id=interest_id)) == "ok"
    return interests, interest_id


def phase(interests: PartPlay, interest_id: str) -> str:
    return str(interests.state.interests[interest_id].phase)


def test_an_interest_binds_nobody_and_says_so() -> None:
    interests, interest_id = registered()
    event = interests.events[-1]
    assert event.notice == "INTEREST_NOT_BINDING"  # L-26
    assert event.account_id == investor().actor
    assert event.acknowledge_by_ms == LIVE_AT_MS + DAY_MS
    assert (event.stale_at_ms, event.close_at_ms) == (
        NIGHT_AT_MS + 45 * DAY_MS,
        NIGHT_AT_MS + 90 * DAY_MS,
    )
    assert phase(interests, interest_id) == "registered"


def test_one_per_person_item_and_kind() -> None:
    interests, first_id = registered()
    assert interests.code(investor(), WANT) == "ALREADY_DONE"
    assert interests.code(investor(), replace(WANT, kind="license")) == "ok"
    assert interests.code(investor(), replace(WANT, item_id="i2")) == "ok"
    assert interests.code(investor(2), WANT) == "ok"
    assert (
        interests.code(investor(), cmd.DeclineInterest(interest_id=first_id, reason="no")) == "ok"
    )
    assert interests.code(investor(), WANT) == "ok"
    ids = [event.interest_id for event in interests.events if hasattr(event, "notice")]
    assert len(set(ids)) == len(ids) == 5


def test_others_see_a_count_of_people_from_three_upward() -> None:
    interests = play()
    for number in (1, 2):
        interests.ask(investor(number), WANT)
        interests.ask(investor(number), replace(WANT, kind="license"))
    assert shown_count(interests.state, "i1") is None
    interests.ask(investor(3), WANT)
    assert shown_count(interests.state, "i1") == 3
    assert shown_count(interests.state, "i2") is None


@pytest.mark.parametrize(
    ("by", "want", "code"),
    [
        (HOST, WANT, "NOT_PERMITTED"),
        (investor(), replace(WANT, item_id="i9"), "UNKNOWN_ITEM"),
        (investor(9), WANT, "NOT_CHECKED_IN"),
        (investor(), replace(WANT, item_id="i3"), "NOT_PITCHED"),
    ],
)
def test_who_may_not_register(by: By, want: cmd.RegisterInterest, code: str) -> None:
    assert play().code(by, want) == code


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "steal"}, "kind"),
        ({"amount_from_fen": 0}, "amount_from_fen"),
        ({"amount_from_fen": 150}, "amount_from_fen"),
        ({"amount_to_fen": AMOUNT_FEN_MAX + 100}, "amount_to_fen"),
        ({"amount_from_fen": 300, "amount_to_fen": 200}, "amount_to_fen"),
        ({"wish": "x" * 501}, "wish"),
        ({"message": "x" * 501}, "message"),
        ({"contact": "everybody"}, "contact"),
    ],
)
def test_what_cannot_be_read_is_told_by_field(changes: dict[str, object], field: str) -> None:
    assert play().field(investor(), replace(WANT, **changes)) == field  # type: ignore[arg-type]


def test_the_button_stays_until_a_day_after_the_session() -> None:
    interests = play()
    interests.stands(phase="ended", ended_at_ms=NIGHT_AT_MS)
    assert interests.code(investor(), WANT, NIGHT_AT_MS + DAY_MS - 1) == "ok"
    assert interests.code(investor(2), WANT, NIGHT_AT_MS + DAY_MS) == "TOO_LATE"


def test_the_terms_are_announced_before_the_first_interest() -> None:
    interests = play()
    terms = InterestTerms(acknowledge_wd=2, after_session_ms=0)
    assert interests.code(investor(), cmd.SetInterestTerms(terms=terms)) == "NOT_PERMITTED"
    assert interests.code(DESK, cmd.SetInterestTerms(terms=terms)) == "ok"
    interests.ask(investor(), WANT)
    assert interests.events[-1].acknowledge_by_ms == LIVE_AT_MS + 2 * DAY_MS
    assert interests.code(DESK, cmd.SetInterestTerms(terms=terms)) == "TOO_LATE"


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (InterestTerms(acknowledge_wd=0), "acknowledge_wd"),
        (InterestTerms(first_contact_wd=11), "first_contact_wd"),
        (InterestTerms(stale_ms=0), "stale_ms"),
        (InterestTerms(close_ms=45 * DAY_MS), "close_ms"),
        (InterestTerms(after_session_ms=-1), "after_session_ms"),
    ],
)
def test_terms_that_cannot_be_kept_are_told_by_field(terms: InterestTerms, field: str) -> None:
    assert play().field(DESK, cmd.SetInterestTerms(terms=terms)) == field


def test_the_way_to_a_deal() -> None:
    interests, interest_id = matching()
    convert = cmd.ConvertInterest(
        interest_id=interest_id, into="negotiation", reference_id="n-2026-17"
    )
    assert interests.code(BROKER, convert) == "ok"
    assert phase(interests, interest_id) == "converted"
    assert interests.code(BROKER, convert) == "WRONG_PHASE"
    assert interests.code(investor(), WANT) == "ALREADY_DONE"
    assert part.due_ms(interests.state) is None


@pytest.mark.parametrize(
    ("changes", "field"), [({"into": "friendship"}, "into"), ({"reference_id": ""}, "reference_id")]
)
def test_what_came_of_it_has_an_id(changes: dict[str, str], field: str) -> None:
    interests, interest_id = matching()
    told = {"into": "investment", "reference_id": "d-1", **changes}
    assert interests.field(BROKER, cmd.ConvertInterest(interest_id=interest_id, **told)) == field


def test_the_nda_comes_first_where_it_was_wished_for() -> None:
    interests, interest_id = registered(replace(WANT, nda_wished=True))
    assert interests.code(SYSTEM, cmd.AcknowledgeInterest(interest_id=interest_id)) == "ok"
    assert interests.code(DESK, cmd.StartMatching(interest_id=interest_id)) == "WRONG_PHASE"
    interests.ask(HOLDER, cmd.LogContact(interest_id=interest_id, note="met"))
    start = cmd.StartMatching(interest_id=interest_id)
    assert interests.code(DESK, start) == "NDA_NOT_SIGNED"
    assert interests.code(DESK, replace(start, nda_signed=True)) == "ok"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        (By("a-other", "broker"), "NOT_YOURS"),
        (By("a-other", "seller"), "NOT_YOURS"),
        (investor(), "NOT_PERMITTED"),
        (By("a-presenter", "presenter"), "ok"),
        (BROKER, "ok"),
        (HOLDER, "ok"),
        (DESK, "ok"),
    ],
)
def test_who_may_say_that_there_was_contact(by: By, code: str) -> None:
    interests, interest_id = registered()
    interests.ask(DESK, cmd.AcknowledgeInterest(interest_id=interest_id))
    assert interests.code(by, cmd.LogContact(interest_id=interest_id, note="called")) == code


def test_a_contact_says_something_and_looks_ahead() -> None:
    interests, interest_id = registered()
    log = cmd.LogContact(interest_id=interest_id, note="called")
    assert interests.code(DESK, log) == "WRONG_PHASE"
    assert interests.field(DESK, replace(log, note=" ")) == "note"
    past = replace(log, next_action_at_ms=NIGHT_AT_MS)
    assert interests.field(DESK, past) == "next_action_at_ms"
    far = replace(log, next_action_at_ms=NIGHT_AT_MS + TERM_MS_MAX + 1)
    assert interests.field(DESK, far) == "next_action_at_ms"


def test_silence_counts_from_when_somebody_said_he_would_act() -> None:
    interests, interest_id = registered()
    interests.ask(DESK, cmd.AcknowledgeInterest(interest_id=interest_id))
    next_ms = NIGHT_AT_MS + 10 * DAY_MS
    interests.ask(
        DESK, cmd.LogContact(interest_id=interest_id, note="x", next_action_at_ms=next_ms)
    )
    assert interests.events[-1].stale_at_ms == next_ms + 45 * DAY_MS


@pytest.mark.parametrize(
    ("by", "code"),
    [(investor(2), "NOT_YOURS"), (BROKER, "NOT_PERMITTED"), (HOLDER, "ok"), (investor(), "ok")],
)
def test_either_side_may_decline(by: By, code: str) -> None:
    interests, interest_id = registered()
    decline = cmd.DeclineInterest(interest_id=interest_id, reason="found another")
    assert interests.code(by, decline) == code


def test_the_desk_closes_with_a_reason() -> None:
    interests, interest_id = registered()
    assert interests.field(DESK, cmd.CloseInterest(interest_id=interest_id, reason="")) == "reason"
    assert interests.code(DESK, cmd.CloseInterest(interest_id=interest_id, reason="double")) == "ok"
    assert interests.code(DESK, cmd.CloseInterest(interest_id="i-x", reason="x")) == (
        "UNKNOWN_INTEREST"
    )
    assert interests.code(DESK, cmd.AcknowledgeInterest(interest_id=interest_id)) == "WRONG_PHASE"


def test_the_desk_is_told_of_each_step_that_is_late() -> None:
    interests, interest_id = registered()
    due_ms = part.due_ms(interests.state)
    assert due_ms == LIVE_AT_MS + DAY_MS
    assert interests.tick(due_ms) == (ev.InterestOverdue(interest_id, "acknowledge"),)
    assert part.due_ms(interests.state) == NIGHT_AT_MS + 45 * DAY_MS
    interests.ask(DESK, cmd.AcknowledgeInterest(interest_id=interest_id))
    due_ms = part.due_ms(interests.state)
    assert due_ms is not None
    assert due_ms == interests.events[-1].contact_by_ms
    assert interests.tick(due_ms) == (ev.InterestOverdue(interest_id, "first_contact"),)


def test_what_nobody_follows_goes_stale_and_is_closed() -> None:
    interests, interest_id = matching()
    assert interests.tick(NIGHT_AT_MS + 45 * DAY_MS) == (ev.InterestStale(interest_id),)
    assert interests.tick(NIGHT_AT_MS + 90 * DAY_MS) == (
        ev.InterestClosed(interest_id, "no_progress", "system"),
    )
    assert part.due_ms(interests.state) is None


def test_an_entry_wakes_what_was_stale() -> None:
    interests, interest_id = matching()
    interests.tick(NIGHT_AT_MS + 45 * DAY_MS)
    log = cmd.LogContact(interest_id=interest_id, note="found again")
    assert interests.code(BROKER, log) == "ok"
    assert phase(interests, interest_id) == "contacted"


def test_the_stage_going_dark_changes_nothing() -> None:
    interests, _ = registered()
    assert interests.moment(Moment("session_ended")) == ()


def test_interests_are_bounded() -> None:
    one = Interest("i-0", "i2", "a-9", "buy", nda_wished=False, phase="closed", overdue_at_ms=None,
                   stale_at_ms=0, close_at_ms=0)  # fmt: skip
    interests = play()
    interests.state = Interests(interests=dict.fromkeys(map(str, range(INTERESTS_MAX)), one))
    assert interests.code(investor(), WANT) == "TOO_MANY"
