"""Who scores, until when, and what is shown (SC-1 to SC-7)."""

from dataclasses import replace

import pytest

from roadshow.scoring import commands as cmd
from roadshow.scoring import decide as part
from roadshow.scoring import events as ev
from roadshow.scoring.commands import Criterion, ScoringTerms
from roadshow.scoring.evolve import evolve
from roadshow.scoring.state import Scores
from roadshow.stage import Moment
from tests.support.people import (
    DESK,
    EXPERTS,
    HOST,
    LIVE_AT_MS,
    REVIEWER,
    PartPlay,
    expert,
    investor,
    item,
    plan,
    stage,
)
from trading.outcome import By

GOOD = (900, 900, 900, 900, 900)
FINISHED_AT_MS = LIVE_AT_MS + 600_000


def play() -> PartPlay:
    return PartPlay(part, evolve, Scores(), stage())


def give(item_id: str = "i1", tenths: tuple[int, ...] = GOOD) -> cmd.GiveScore:
    return cmd.GiveScore(item_id=item_id, tenths=tenths)


def locked(*tenths: tuple[int, ...]) -> PartPlay:
    """An item scored by the first experts, finished, and locked."""
    scores = play()
    for number, each in enumerate(tenths or (GOOD, GOOD, GOOD), 1):
        assert scores.code(expert(number), give(tenths=each)) == "ok"
    scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS)
    scores.tick(FINISHED_AT_MS + 60_000)
    return scores


def test_an_expert_scores_all_criteria_and_may_think_again() -> None:
    scores = play()
    assert scores.code(expert(), give()) == "ok"
    assert scores.code(expert(), give(tenths=(0, 0, 0, 0, 1_000))) == "ok"
    assert scores.state.items["i1"].given == {EXPERTS[0]: (0, 0, 0, 0, 1_000)}


@pytest.mark.parametrize(
    "tenths", [(), (1, 2, 3, 4), (900,) * 6, (900, 900, 900, 900, 1_001), (-1, 0, 0, 0, 0)]
)
def test_scores_go_from_0_to_100_for_each_criterion(tenths: tuple[int, ...]) -> None:
    assert play().field(expert(), give(tenths=tenths)) == "tenths"


@pytest.mark.parametrize(
    ("by", "item_id", "code"),
    [
        (investor(), "i1", "NOT_PERMITTED"),
        (HOST, "i1", "NOT_PERMITTED"),
        (expert(), "i9", "UNKNOWN_ITEM"),
        (By("a-stranger", "expert"), "i1", "NOT_AN_EXPERT"),
        (expert(), "i3", "NOT_PITCHED"),
    ],
)
def test_who_may_not_score(by: By, item_id: str, code: str) -> None:
    assert play().code(by, give(item_id)) == code


@pytest.mark.parametrize(
    "bound",
    [
        {"recused": (EXPERTS[0],)},
        {"parties": (EXPERTS[0],)},
        {"presenter": EXPERTS[0]},
        {"broker": EXPERTS[0]},
    ],
)
def test_who_is_bound_to_an_item_does_not_score_it(bound: dict[str, object]) -> None:
    scores = play()
    scores.stage = stage(item("i1", **bound))
    assert scores.code(expert(), give()) == "RECUSED"
    assert scores.code(expert(2), give()) == "ok"


def test_a_session_without_scores_has_none() -> None:
    scores = play()
    scores.stands(plan=plan(scored=False))
    assert scores.code(expert(), give()) == "NOT_SCORED"
    assert scores.moment(Moment("item_finished", "i1")) == ()


def test_the_window_closes_a_while_after_the_item_and_equal_is_late() -> None:
    scores = play()
    scores.ask(expert(1), give())
    closing = scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS)
    assert closing == (ev.ScoringClosing("i1", FINISHED_AT_MS + 60_000),)
    assert scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS) == ()
    assert scores.code(expert(2), give(), FINISHED_AT_MS + 59_999) == "ok"
    assert scores.code(expert(3), give(), FINISHED_AT_MS + 60_000) == "TOO_LATE"
    assert part.due_ms(scores.state) == FINISHED_AT_MS + 60_000
    assert scores.tick(FINISHED_AT_MS + 60_400) == (ev.ScoresLocked("i1", 2),)
    assert scores.code(expert(3), give()) == "TOO_LATE"
    assert part.due_ms(scores.state) is None


def test_what_was_never_pitched_is_not_locked_and_the_end_locks_the_rest() -> None:
    scores = play()
    assert scores.moment(Moment("item_finished", "i3"), FINISHED_AT_MS) == ()
    assert scores.moment(Moment("pitch_started", "i1"), FINISHED_AT_MS) == ()
    scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS)
    ended = scores.moment(Moment("session_ended"), FINISHED_AT_MS + 1_000)
    assert ended == (ev.ScoringClosing("i2", FINISHED_AT_MS + 61_000),)
    assert scores.tick(FINISHED_AT_MS + 61_000) == (
        ev.ScoresLocked("i1", 0),
        ev.ScoresLocked("i2", 0),
    )


def test_who_is_recused_after_scoring_does_not_count() -> None:
    scores = play()
    for number in (1, 2, 3, 4):
        scores.ask(expert(number), give())
    scores.stage = stage(item("i1", recused=(EXPERTS[1],)))
    scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS)
    assert scores.tick(FINISHED_AT_MS + 60_000) == (
        ev.ScoresDropped("i1", (EXPERTS[1],)),
        ev.ScoresLocked("i1", 3),
    )
    assert EXPERTS[1] not in scores.state.items["i1"].given


def test_nothing_is_shown_before_the_lock() -> None:
    scores = play()
    reveal = cmd.RevealScores(item_id="i1")
    assert scores.code(HOST, reveal) == "NOT_LOCKED"
    scores.ask(expert(), give())
    scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS)
    assert scores.code(HOST, reveal) == "NOT_LOCKED"
    assert scores.code(expert(), reveal) == "NOT_PERMITTED"
    assert scores.code(HOST, cmd.RevealScores(item_id="i9")) == "UNKNOWN_ITEM"


def test_the_score_of_an_item_is_shown_once() -> None:
    scores = locked(GOOD, (800,) * 5, (700,) * 5)
    reveal = cmd.RevealScores(item_id="i1")
    assert scores.code(HOST, reveal) == "ok"
    assert scores.events[-1] == ev.ScoresRevealed("i1", 8_000, 3, corrected=False)
    assert scores.code(HOST, reveal) == "ALREADY_DONE"


def test_fewer_than_three_are_shown_as_not_scored() -> None:
    scores = locked(GOOD, GOOD)
    scores.ask(HOST, cmd.RevealScores(item_id="i1"))
    assert scores.events[-1] == ev.ScoresRevealed("i1", None, 2, corrected=False)


def test_what_is_announced_for_the_end_waits_for_it() -> None:
    scores = play()
    terms = ScoringTerms(reveal="end_of_session")
    assert scores.code(DESK, cmd.PlanScoring(terms=terms)) == "ok"
    for number in (1, 2, 3):
        scores.ask(expert(number), give())
    scores.moment(Moment("item_finished", "i1"), FINISHED_AT_MS)
    scores.tick(FINISHED_AT_MS + 60_000)
    assert scores.code(HOST, cmd.RevealScores(item_id="i1")) == "NOT_ENDED"
    assert scores.code(HOST, cmd.RevealScores()) == "NOT_ENDED"
    scores.stands(phase="wrapping_up")
    assert scores.code(HOST, cmd.RevealScores(item_id="i1")) == "ok"
    assert scores.code(HOST, cmd.RevealScores()) == "ok"
    assert scores.events[-1] == ev.RankingRevealed((ev.Ranked("i1", 1, 9_000),))
    assert scores.code(HOST, cmd.RevealScores()) == "ALREADY_DONE"


def test_the_ranking_waits_for_every_lock_and_shows_every_item() -> None:
    scores = locked()
    scores.ask(expert(), give("i2"))
    scores.stands(phase="ended")
    assert scores.code(DESK, cmd.RevealScores()) == "NOT_LOCKED"
    scores.moment(Moment("session_ended"), FINISHED_AT_MS + 100_000)
    scores.tick(FINISHED_AT_MS + 200_000)
    assert scores.code(DESK, cmd.RevealScores()) == "ok"
    assert scores.events[-1].ranking == (ev.Ranked("i1", 1, 9_000), ev.Ranked("i2", None, None))
    assert scores.code(DESK, cmd.RevealScores(item_id="i2")) == "ALREADY_DONE"


def correct(tenths: tuple[int, ...] = (0,) * 5, expert_: str = EXPERTS[0]) -> cmd.CorrectScore:
    return cmd.CorrectScore(item_id="i1", expert=expert_, tenths=tenths, reason="typing error")


def test_a_correction_takes_two_people_who_ask_for_the_same() -> None:
    scores = locked()
    assert scores.code(DESK, correct()) == "ok"
    assert scores.code(DESK, correct()) == "SAME_PERSON"
    assert scores.code(By("a-other", "desk_officer"), correct()) == "SAME_PERSON"
    assert scores.code(REVIEWER, correct((1,) * 5)) == "ok"  # another: a first one again
    assert scores.state.items["i1"].given[EXPERTS[0]] == GOOD
    assert scores.code(DESK, correct((1,) * 5)) == "ok"
    assert scores.state.items["i1"].given[EXPERTS[0]] == (1,) * 5
    assert scores.events[-1].first == REVIEWER.actor
    assert scores.events[-1].second == DESK.actor


def test_the_second_comes_in_time() -> None:
    scores = locked()
    scores.ask(DESK, correct())
    assert scores.code(REVIEWER, correct(), scores.at_ms + 600_001) == "ok"
    assert isinstance(scores.events[-1], ev.CorrectionProposed)
    assert scores.code(DESK, correct(), scores.at_ms + 600_000) == "ok"
    assert isinstance(scores.events[-1], ev.ScoreCorrected)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (correct((1, 2)), "BAD_FIELD"),
        (replace(correct(), reason=" "), "BAD_FIELD"),
        (correct(expert_="a-stranger"), "NOT_AN_EXPERT"),
        (correct((), "a-stranger"), "NOT_AN_EXPERT"),
        (replace(correct(), item_id="i2"), "NOT_LOCKED"),
        (replace(correct(), item_id="i9"), "UNKNOWN_ITEM"),
    ],
)
def test_what_cannot_be_corrected(command: cmd.CorrectScore, code: str) -> None:
    assert locked().code(DESK, command) == code


def test_a_correction_of_what_was_shown_is_shown() -> None:
    scores = locked(GOOD, GOOD, GOOD, (100,) * 5)
    scores.stands(phase="wrapping_up")
    scores.ask(HOST, cmd.RevealScores(item_id="i1"))
    scores.ask(DESK, correct((), EXPERTS[3]))
    outcome = scores.ask(REVIEWER, correct((), EXPERTS[3]))
    assert outcome.events[1:] == (ev.ScoresRevealed("i1", 9_000, 3, corrected=True),)
    scores.ask(HOST, cmd.RevealScores())
    scores.ask(DESK, correct((), EXPERTS[2]))
    outcome = scores.ask(REVIEWER, correct((), EXPERTS[2]))
    assert outcome.events[1:] == (
        ev.ScoresRevealed("i1", None, 2, corrected=True),
        ev.RankingRevealed((ev.Ranked("i1", None, None),)),
    )


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        (ScoringTerms(criteria=()), "criteria"),
        (ScoringTerms(criteria=(Criterion(name="a", weight_bp=5_000),) * 2), "criteria"),
        (ScoringTerms(criteria=(Criterion(name="", weight_bp=10_000),)), "name"),
        (ScoringTerms(criteria=(Criterion(name="a", weight_bp=9_999),)), "weight_bp"),
        (
            ScoringTerms(
                criteria=(
                    Criterion(name="a", weight_bp=10_001),
                    Criterion(name="b", weight_bp=-1),
                )
            ),
            "weight_bp",
        ),
        (ScoringTerms(reveal="never"), "reveal"),
        (ScoringTerms(window_ms=0), "window_ms"),
        (ScoringTerms(correction_window_ms=0), "correction_window_ms"),
    ],
)
def test_terms_that_cannot_be_kept_are_told_by_field(terms: ScoringTerms, field: str) -> None:
    assert play().field(DESK, cmd.PlanScoring(terms=terms)) == field


def test_terms_are_announced_before_the_first_score() -> None:
    scores = play()
    announce = cmd.PlanScoring(terms=ScoringTerms(window_ms=1_000))
    assert scores.code(HOST, announce) == "NOT_PERMITTED"
    assert scores.code(DESK, announce) == "ok"
    scores.ask(expert(), give())
    assert scores.code(DESK, announce) == "TOO_LATE"
    assert scores.moment(Moment("item_finished", "i1"), 5)[0].locks_at_ms == 1_005
