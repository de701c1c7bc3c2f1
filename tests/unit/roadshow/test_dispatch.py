"""What the host of the log is told, and what the parts are told of each other."""

from dataclasses import fields, is_dataclass

import pytest

from infra.i18n import LANGUAGES, text
from roadshow.dispatch import PARTS, ROADSHOW, Root, stage_of
from roadshow.interest.commands import RegisterInterest
from roadshow.question.commands import AskQuestion
from roadshow.scoring.commands import GiveScore
from roadshow.scoring.events import ScoringClosing
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from roadshow.showcase.commands import RemoveCard
from roadshow.showcase.events import ShowcaseRevalidationDue
from tests.support.cards import CARD_ID, NOMINATION, published
from tests.support.people import BROKER as NOMINATOR
from tests.support.shows import (
    ANN,
    BEN,
    BROKER,
    DESK,
    EVE,
    HOST,
    ShowPlay,
    called,
    item,
    live,
    pitching,
    rehearsed,
)
from trading.outcome import By

GOOD = (900, 900, 900, 900, 900)
SCORED = {"scored": True, "experts_min": 3}


def card() -> Root:
    outcome = ROADSHOW.decide(None, NOMINATION, NOMINATOR, 0)
    assert outcome.rejection is None
    return ROADSHOW.evolve(None, CARD_ID, outcome.events[0])


def scored() -> ShowPlay:
    """In the pitch of a scored session with three experts."""
    play = rehearsed(item("i1"), item("i2"), **SCORED)
    for expert in (EVE.actor, "a-x2", "a-x3"):
        play.do(DESK, cmd.InviteExpert(expert=expert, specialty="industry"))
    play.do(HOST, cmd.GoLive(), cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))
    return play


def test_every_message_is_listed_by_its_type() -> None:
    messages = ROADSHOW.messages
    for name, message in {**messages.commands, **messages.events}.items():
        assert is_dataclass(message)
        assert vars(message)["type"] == name
        assert "type" not in {field.name for field in fields(message)}
    assert messages.public <= frozenset(messages.events.values())


def test_no_two_parts_share_a_name() -> None:
    parts = [*(part.commands for part in PARTS), *(part.events for part in PARTS)]
    listed = [message for part in parts for message in part]
    known = {*ROADSHOW.messages.commands.values(), *ROADSHOW.messages.events.values()}
    assert set(listed) <= known


@pytest.mark.parametrize("code", ROADSHOW.messages.codes)
def test_every_refusal_has_a_text_in_every_language(code: str) -> None:
    assert all(text(code, lang) != code for lang in LANGUAGES)


def test_a_card_and_a_session_do_not_take_each_others_commands() -> None:
    root = live().root
    for state, command in ((root, NOMINATION), (card(), cmd.GoLive()), (card(), AskQuestion)):
        body = AskQuestion(item_id="i1", text="?") if command is AskQuestion else command
        rejection = ROADSHOW.decide(state, body, HOST, 0).rejection
        assert rejection is not None
        assert rejection.code == "WRONG_KIND"


def test_what_is_not_there_takes_no_command() -> None:
    for command, code in (
        (cmd.GoLive(), "UNKNOWN_SESSION"),
        (AskQuestion(item_id="i1", text="?"), "UNKNOWN_SESSION"),
        (RemoveCard(reason="sold"), "UNKNOWN_CARD"),
    ):
        rejection = ROADSHOW.decide(None, command, HOST, 0).rejection
        assert rejection is not None
        assert rejection.code == code


def test_a_card_is_never_open_and_has_no_period() -> None:
    root = card()
    assert not ROADSHOW.is_open(root)
    assert ROADSHOW.due_ms(root) is None
    assert ROADSHOW.period_ends_at_ms(root) is None
    assert ROADSHOW.phase_change(root, 0) == ()
    assert ROADSHOW.suspend(root, "system_stall", 0, 0) == ()
    assert ROADSHOW.judged(root) == {"phase": "nominated"}


def test_a_live_session_is_open_and_only_that() -> None:
    play = rehearsed()
    assert not ROADSHOW.is_open(play.root or Root())
    play.do(HOST, cmd.GoLive())
    assert ROADSHOW.is_open(play.root or Root())
    assert ROADSHOW.threshold_ms(play.root or Root()) == 10_000
    play.do(HOST, cmd.PauseSession(reason="noise"))
    assert not ROADSHOW.is_open(play.root or Root())


def test_a_fault_pauses_the_stage_where_a_period_runs() -> None:
    between = live().root or Root()
    assert ROADSHOW.suspend(between, "system_stall", 5, 0) == ()
    running = pitching().root or Root()
    paused = ev.SessionPaused("decider_stall", 7, 5)
    assert ROADSHOW.suspend(running, "decider_stall", 5, 7) == (paused,)


def test_a_refusal_is_explained_by_little() -> None:
    assert ROADSHOW.judged(live().root or Root()) == {"phase": "live"}
    assert ROADSHOW.judged(pitching().root or Root()) == {
        "phase": "live", "item_id": "i1", "item_phase": "pitching",
    }  # fmt: skip


def test_the_stage_tells_the_parts_who_is_here() -> None:
    play = called()
    told = stage_of(play.now)
    assert (told.active_item_id, told.on_deck_item_id) == ("i1", None)
    assert told.attendees == {ANN.actor: "A01", BEN.actor: "A02"}
    assert told.items["i1"].is_active
    assert not told.items["i2"].is_active
    play.do(HOST, cmd.CallOnDeck(item_id="i2"))
    assert stage_of(play.now).on_deck_item_id == "i2"


def test_scores_follow_what_happens_on_stage() -> None:
    play = scored().do(EVE, GiveScore(item_id="i1", tenths=GOOD))
    play.do(HOST, cmd.StartQa(item_id="i1"), cmd.CompleteItem(item_id="i1"))
    closing = play.told(ScoringClosing)
    assert [event.item_id for event in closing] == ["i1"]
    assert play.due_ms == closing[0].locks_at_ms
    play.tick(play.due_ms or 0)
    assert play.show.scores.items["i1"].phase == "locked"


def test_a_recused_expert_does_not_score() -> None:
    play = scored().do(EVE, cmd.DeclareConflict(item_id="i1", relation="completer"))
    assert play.code(EVE, GiveScore(item_id="i1", tenths=GOOD)) == "RECUSED"
    assert play.code(By("a-x2", "expert"), GiveScore(item_id="i1", tenths=GOOD)) == "ok"


def test_the_earliest_timer_of_all_parts_is_due() -> None:
    play = pitching()
    warned_at_ms = play.due_ms
    play.do(ANN, RegisterInterest(item_id="i1", kind="buy"))
    assert play.due_ms == warned_at_ms
    play.do(HOST, cmd.StartQa(item_id="i1"), cmd.CompleteItem(item_id="i1"), cmd.EndSession())
    late_ms = play.show.interests.due_ms
    assert late_ms is not None
    assert play.due_ms == min(late_ms, play.now.report_due_ms or 0)
    assert play.tick(play.due_ms or 0)


def test_an_interest_of_nobody_in_the_hall_is_refused() -> None:
    assert pitching().code(BROKER, RegisterInterest(item_id="i1", kind="buy")) == "NOT_PERMITTED"
    stranger = By("a-cid", "investor")
    answer = pitching().code(stranger, RegisterInterest(item_id="i1", kind="buy"))
    assert answer == "NOT_CHECKED_IN"


def test_a_card_lives_by_its_own_timers() -> None:
    root = Root(card=published().now)
    due_ms = ROADSHOW.due_ms(root)
    assert due_ms is not None
    told = ROADSHOW.fire(root, due_ms)
    assert [type(event) for event in told] == [ShowcaseRevalidationDue]
    assert ROADSHOW.due_ms(ROADSHOW.evolve(root, CARD_ID, told[0])) != due_ms


def test_what_came_later_an_older_version_does_not_know() -> None:
    first, second = ROADSHOW.older[1], ROADSHOW.older[2]
    assert (first.version, second.version, ROADSHOW.version) == (1, 2, 3)
    assert {*ROADSHOW.messages.commands} == {*second.messages.commands}
    added = {*ROADSHOW.messages.commands} - {*first.messages.commands}
    assert added == {"classify_card"}
