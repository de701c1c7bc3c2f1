"""A card from the nomination to the agenda (SM-15)."""

from dataclasses import replace
from typing import Any

import pytest

from roadshow.showcase import commands as cmd
from roadshow.showcase import events as ev
from roadshow.showcase.decide import SESSIONS_MAX
from tests.support.cards import (
    CLASSIFICATION,
    CONTENT,
    EVALUATION,
    NOMINATION,
    SCREENING,
    CardPlay,
    published,
)
from tests.support.people import BROKER, DESK, HOLDER, HOST, LIVE_AT_MS, REVIEWER
from trading.calendar import DAY_MS
from trading.outcome import By


def test_a_card_goes_from_nomination_to_all_eyes() -> None:
    card = published()
    assert card.now.phase == "published"
    assert card.now.content.trl == EVALUATION.trl
    assert card.now.content.price_idea_fen == CONTENT.price_idea_fen
    assert [event.source for event in card.events if hasattr(event, "source")] == [
        "desk_attestation",
        "desk_attestation",
    ]
    assert card.events[-1] == ev.ShowcasePublished(
        365 * DAY_MS, LIVE_AT_MS + 365 * DAY_MS, LIVE_AT_MS + 395 * DAY_MS, REVIEWER.actor
    )


@pytest.mark.parametrize(
    ("by", "command"),
    [
        (HOST, NOMINATION),
        (REVIEWER, SCREENING),
        (REVIEWER, EVALUATION),
        (BROKER, CLASSIFICATION),
        (DESK, cmd.PublishCard()),
        (HOST, cmd.SelectCard(session_id="s1")),
        (DESK, cmd.RevalidateCard(evidence="e-1")),
        (HOLDER, cmd.ConvertCard(into="listing", reference_id="l-1")),
        (BROKER, cmd.RemoveCard(reason="sold")),
    ],
)
def test_who_may_not_ask(by: By, command: object) -> None:
    assert published().code(by, command) == "NOT_PERMITTED"


@pytest.mark.parametrize("command", [SCREENING, EVALUATION, cmd.PublishCard()])
def test_there_is_no_card_before_it_is_nominated(command: object) -> None:
    assert CardPlay().code(DESK, command) == "UNKNOWN_CARD"


@pytest.mark.parametrize("command", [SCREENING, EVALUATION, cmd.SelectCard(session_id="s1")])
def test_one_step_after_the_other(command: object) -> None:
    card = CardPlay()
    card.ask(BROKER, NOMINATION)
    if command is SCREENING:
        card.ask(DESK, SCREENING)
    assert card.code(DESK, command) == "WRONG_PHASE"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"problem": " "}, "problem"),
        ({"principle": ""}, "principle"),
        ({"field": ""}, "field"),
        ({"holder": ""}, "holder"),
        ({"trl": 10}, "trl"),
        ({"ip": ("x",) * 21}, "ip"),
        ({"ip": ("",)}, "ip"),
        ({"offer": ()}, "offer"),
        ({"offer": ("sell", "sell")}, "offer"),
        ({"offer": ("gift",)}, "offer"),
        ({"price_idea_fen": 150}, "price_idea_fen"),
        ({"price_idea_fen": 0}, "price_idea_fen"),
        ({"broker": "x" * 65}, "broker"),
    ],
)
def test_a_card_that_cannot_be_read_is_told_by_field(
    changes: dict[str, object], field: str
) -> None:
    content = replace(CONTENT, **changes)  # type: ignore[arg-type]
    assert CardPlay().field(BROKER, replace(NOMINATION, content=content)) == field


@pytest.mark.parametrize("field", ["consent_reference", "achievement_reference"])
def test_the_holder_has_consented_and_the_achievement_is_verified(field: str) -> None:
    missing: dict[str, Any] = {field: ""}
    assert CardPlay().field(BROKER, replace(NOMINATION, **missing)) == field


def test_a_card_is_classified_once_it_is_there_and_anew_as_long_as_it_is_shown() -> None:
    card = CardPlay()
    assert card.code(DESK, CLASSIFICATION) == "UNKNOWN_CARD"
    card.ask(BROKER, NOMINATION)
    assert card.code(DESK, CLASSIFICATION) == "ok"
    assert card.code(DESK, CLASSIFICATION) == "ALREADY_DONE"
    assert (card.now.phase, card.now.industry) == ("nominated", "intelligent_equipment")
    shown = published()
    assert shown.code(DESK, replace(CLASSIFICATION, stage="")) == "ok"
    now = shown.now
    assert (now.phase, now.achievement_class, now.stage) == ("published", "industry_urgent", "")
    assert shown.events[-1].officer == DESK.actor
    shown.ask(REVIEWER, cmd.RemoveCard(reason="sold"))
    assert shown.code(DESK, CLASSIFICATION) == "WRONG_PHASE"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"industry": "fishing"}, "industry"),
        ({"industry": ""}, "industry"),
        ({"achievement_class": "first"}, "achievement_class"),
        ({"stage": "on_the_moon"}, "stage"),
    ],
)
def test_what_a_card_is_called_is_of_the_lists(changes: dict[str, str], field: str) -> None:
    assert published().field(DESK, replace(CLASSIFICATION, **changes)) == field


def test_what_fails_the_screening_goes_back_and_may_come_again() -> None:
    card = CardPlay()
    card.ask(BROKER, NOMINATION)
    failed = replace(SCREENING, right_convertible=False, no_duplicate=False)
    assert card.field(DESK, failed) == "reason"
    assert card.field(DESK, replace(SCREENING, evidence="")) == "evidence"
    assert card.code(DESK, replace(failed, reason="a licence stands against it")) == "ok"
    assert card.events[-1].missing == ("right_convertible", "no_duplicate")
    again = replace(NOMINATION, content=replace(CONTENT, title="Winch control, second form"))
    assert card.code(HOLDER, again) == "ok"
    assert (card.now.phase, card.now.content.title) == ("nominated", "Winch control, second form")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"experts_count": 2}, "experts_count"),
        ({"experts_count": 0}, "experts_count"),
        ({"agency": "x" * 201}, "agency"),
        ({"trl": 0}, "trl"),
        ({"innovation_level": 14}, "innovation_level"),
        ({"values": (1, 2, 3, 4)}, "values"),
        ({"values": (1, 2, 3, 4, 101)}, "values"),
        ({"report": ""}, "report"),
        ({"price_idea_fen": -100}, "price_idea_fen"),
    ],
)
def test_an_evaluation_that_cannot_stand_is_told_by_field(
    changes: dict[str, object], field: str
) -> None:
    card = CardPlay()
    card.ask(BROKER, NOMINATION)
    card.ask(DESK, SCREENING)
    assert card.field(DESK, replace(EVALUATION, **changes)) == field  # type: ignore[arg-type]


def test_an_agency_may_evaluate_alone() -> None:
    card = CardPlay()
    card.ask(BROKER, NOMINATION)
    card.ask(DESK, SCREENING)
    alone = replace(EVALUATION, experts_count=0, agency="o-agency", price_idea_fen=9_000_000)
    assert card.code(DESK, alone) == "ok"
    assert card.now.content.price_idea_fen == 9_000_000


def test_who_screened_a_card_does_not_publish_it() -> None:
    card = CardPlay()
    card.ask(BROKER, NOMINATION)
    card.ask(DESK, SCREENING)
    card.ask(DESK, EVALUATION)
    assert card.code(By(DESK.actor, "desk_reviewer"), cmd.PublishCard()) == "SAME_PERSON"
    assert card.field(REVIEWER, cmd.PublishCard(validity_ms=0)) == "validity_ms"
    assert card.field(REVIEWER, cmd.PublishCard(grace_ms=0)) == "grace_ms"


def test_a_card_is_selected_once_for_a_session() -> None:
    card = published()
    assert card.field(DESK, cmd.SelectCard(session_id="")) == "session_id"
    assert card.code(DESK, cmd.SelectCard(session_id="s1")) == "ok"
    assert card.code(DESK, cmd.SelectCard(session_id="s1")) == "ALREADY_DONE"
    assert card.now.sessions == ("s1",)
    card.card = replace(card.now, sessions=tuple(map(str, range(SESSIONS_MAX))))
    assert card.code(DESK, cmd.SelectCard(session_id="s1")) == "TOO_MANY"


def test_after_its_year_a_card_must_be_confirmed_or_it_expires() -> None:
    card = published()
    year_ms = LIVE_AT_MS + 365 * DAY_MS
    assert card.tick(year_ms - 1) == ()
    assert card.tick(year_ms) == (ev.ShowcaseRevalidationDue(),)
    assert card.code(DESK, cmd.SelectCard(session_id="s1")) == "WRONG_PHASE"
    assert card.field(BROKER, cmd.RevalidateCard(evidence="")) == "evidence"
    confirm = cmd.RevalidateCard(evidence="e-2", price_idea_fen=1_000)
    assert card.code(BROKER, confirm, year_ms + 1) == "ok"
    assert card.now.content.price_idea_fen == 1_000
    assert card.now.valid_until_ms == year_ms + 1 + 365 * DAY_MS
    assert card.tick(card.now.expires_at_ms or 0) == (
        ev.ShowcaseRevalidationDue(),
        ev.ShowcaseExpired(),
    )
    assert card.code(BROKER, confirm) == "WRONG_PHASE"


def test_what_came_of_a_card_is_linked() -> None:
    card = published()
    assert card.field(BROKER, cmd.ConvertCard(into="joy", reference_id="l-1")) == "into"
    assert card.field(BROKER, cmd.ConvertCard(into="listing", reference_id="")) == "reference_id"
    assert card.code(BROKER, cmd.ConvertCard(into="listing", reference_id="l-1")) == "ok"
    assert card.now.phase == "converted"


def test_a_card_is_removed_with_a_reason_and_for_good() -> None:
    card = published()
    assert card.field(REVIEWER, cmd.RemoveCard(reason="")) == "reason"
    assert card.code(REVIEWER, cmd.RemoveCard(reason="sold exclusively")) == "ok"
    assert card.code(REVIEWER, cmd.RemoveCard(reason="again")) == "WRONG_PHASE"
    assert card.code(BROKER, NOMINATION) == "WRONG_PHASE"
