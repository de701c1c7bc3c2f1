"""Who asks, who moderates, who answers; nothing is lost (7.3)."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.codec import encode_event
from infra.topics import DECISION_BYTES_MAX
from roadshow.question import commands as cmd
from roadshow.question import decide as part
from roadshow.question import events as ev
from roadshow.question.commands import COMMANDS
from roadshow.question.evolve import evolve
from roadshow.question.rejections import Code
from roadshow.question.state import Questions
from roadshow.stage import Moment
from tests.scenarios import test_roadshow_stories
from tests.support.people import BROKER, HOST, PartPlay, investor, item, plan, stage
from trading.outcome import By

ANN, BEN = investor(1), investor(2)
STAGE = By("a-stage", "stage_controller")
PRESENTER = By("a-presenter", "presenter")
ASK = cmd.AskQuestion(item_id="i1", text="What sea state?")


def play() -> PartPlay:
    return PartPlay(part, evolve, Questions(), stage(item("i1"), item("i2", phase="queued")))


def queued() -> PartPlay:
    questions = play()
    assert questions.code(ANN, ASK) == "ok"
    assert questions.code(STAGE, cmd.QueueQuestion(question_id="Q1")) == "ok"
    return questions


def test_every_command_has_a_rule() -> None:
    assert set(part.RULES) == set(COMMANDS)


def test_every_code_is_given_somewhere() -> None:
    told = Path(__file__).read_text(encoding="utf-8") + test_roadshow_stories.QUESTIONS
    assert [code for code in Code if code not in told] == []


@pytest.mark.parametrize("text", ["", "  ", "x" * 301, "a\x1b[2Jb", "a\x00"])
def test_a_question_says_something(text: str) -> None:
    assert play().field(ANN, replace(ASK, text=text)) == "text"


def test_a_question_may_have_lines_and_script_is_text() -> None:
    questions = play()
    assert questions.code(ANN, replace(ASK, text=" <script>alert(1)</script>\nWhy? ")) == "ok"
    assert questions.state.questions["Q1"].text == "<script>alert(1)</script>\nWhy?"


def test_a_question_is_about_the_item_on_stage_or_on_deck() -> None:
    questions = play()
    assert questions.code(ANN, replace(ASK, item_id="i2")) == "WRONG_ITEM_PHASE"
    questions.stands(items={"i2": item("i2", phase="on_deck")})
    assert questions.code(ANN, replace(ASK, item_id="i2")) == "ok"


def test_who_is_not_an_investor_asks_before_all() -> None:
    questions = play()
    questions.stands(attendees={BROKER.actor: "A09"})
    assert questions.field(BROKER, replace(ASK, private=True)) == "private"
    assert questions.code(BROKER, ASK) == "ok"


def test_one_question_in_thirty_seconds() -> None:
    questions = play()
    assert questions.code(ANN, ASK) == "ok"
    assert questions.code(BEN, ASK) == "ok"
    rejection = questions.ask(ANN, ASK, questions.at_ms + 29_999).rejection
    assert rejection is not None
    assert (rejection.code, rejection.params) == (
        "QUESTION_TOO_SOON", {"earliest_ms": questions.at_ms + 1},
    )  # fmt: skip
    assert questions.code(ANN, ASK, questions.at_ms + 1) == "ok"


def test_there_is_an_end_to_questions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "QUESTIONS_MAX", 1)
    questions = queued()
    assert questions.code(BEN, ASK) == "TOO_MANY"


def test_one_record_can_always_end_the_session() -> None:
    questions = play()
    accounts = [By(f"a-{'x' * 55}{number:04}", "investor") for number in range(part.OWED_MAX + 1)]
    long = item("x" * 24, broker="b" * 64)
    questions.stands(
        items={long.item_id: long}, attendees=dict.fromkeys((one.actor for one in accounts), "A01")
    )
    ask = replace(ASK, item_id=long.item_id)
    assert {questions.code(one, ask) for one in accounts[:-1]} == {"ok"}
    assert questions.code(accounts[-1], ask) == "TOO_MANY"
    for question_id in questions.state.questions:
        assert questions.code(STAGE, cmd.QueueQuestion(question_id=question_id)) == "ok"
    told = questions.moment(Moment("session_ended"))
    assert sum(len(encode_event(event)) for event in told) < DECISION_BYTES_MAX * 0.9


def test_a_broker_moderates_his_own_item_only() -> None:
    questions = play()
    assert questions.code(ANN, ASK) == "ok"
    queue = cmd.QueueQuestion(question_id="Q1")
    assert questions.code(By("a-x", "broker"), queue) == "NOT_ASSIGNED"
    assert questions.code(By("a-x", "investor"), queue) == "NOT_PERMITTED"
    assert questions.code(BROKER, queue) == "ok"
    assert questions.code(BROKER, queue) == "WRONG_QUESTION_PHASE"


def test_a_host_puts_on_air_in_his_own_session_only() -> None:
    questions = queued()
    air = cmd.PutQuestionOnAir(question_id="Q1")
    assert questions.code(By("a-x", "host"), air) == "NOT_ASSIGNED"
    questions.stands(phase="paused")
    assert questions.code(HOST, air) == "WRONG_PHASE"
    questions.stands(phase="live")
    assert questions.code(HOST, air) == "ok"
    assert questions.state.on_air_id == "Q1"


def test_a_merged_question_brings_its_voices_once() -> None:
    questions = queued()
    questions.stands(plan=plan(question_gap_ms=0))
    for who in (BEN, ANN):
        assert questions.code(who, ASK) == "ok"
    for question_id in ("Q2", "Q3"):
        assert questions.code(STAGE, cmd.QueueQuestion(question_id=question_id)) == "ok"
    for who in (ANN, investor(3)):
        assert questions.code(who, cmd.UpvoteQuestion(question_id="Q2")) == "ok"
    for question_id in ("Q2", "Q3"):
        merge = cmd.MergeQuestion(question_id=question_id, into_question_id="Q1", reason="same")
        assert questions.code(STAGE, merge) == "ok"
    assert questions.state.questions["Q1"].voters == (BEN.actor, investor(3).actor)
    assert questions.state.questions["Q1"].upvotes == 2


@pytest.mark.parametrize("into", ["Q1", "Q2", "Q9"])
def test_a_question_merges_into_one_that_all_see(into: str) -> None:
    questions = queued()
    assert questions.code(BEN, ASK) == "ok"
    merge = cmd.MergeQuestion(question_id="Q1", into_question_id=into, reason="same")
    assert questions.field(STAGE, merge) == "into_question_id"


def test_questions_about_two_items_do_not_merge() -> None:
    questions = queued()
    questions.stands(items={"i1": item("i1"), "i2": item("i2", phase="on_deck")})
    assert questions.code(BEN, replace(ASK, item_id="i2")) == "ok"
    merge = cmd.MergeQuestion(question_id="Q2", into_question_id="Q1", reason="same")
    assert questions.field(STAGE, merge) == "into_question_id"


def test_a_private_answer_goes_to_who_asked() -> None:
    questions = play()
    assert questions.code(ANN, replace(ASK, private=True)) == "ok"
    answer = cmd.AnswerQuestion(question_id="Q1", text="")
    assert questions.field(PRESENTER, answer) == "text"
    assert questions.code(By("a-x", "presenter"), answer) == "NOT_ASSIGNED"
    assert questions.code(PRESENTER, replace(answer, text="No.")) == "ok"
    assert not [event for event in questions.events if type(event) in ev.PUBLIC]
    assert questions.code(PRESENTER, answer) == "WRONG_QUESTION_PHASE"


def test_by_voice_only_on_air() -> None:
    questions = queued()
    answer = cmd.AnswerQuestion(question_id="Q1")
    assert questions.code(PRESENTER, answer) == "WRONG_QUESTION_PHASE"
    assert questions.code(HOST, cmd.PutQuestionOnAir(question_id="Q1")) == "ok"
    assert questions.field(PRESENTER, replace(answer, text="x" * 1_001)) == "text"
    assert questions.field(PRESENTER, cmd.DeferQuestion(question_id="Q1", reason="")) == "reason"
    assert questions.code(PRESENTER, cmd.DeferQuestion(question_id="Q1", reason="NDA")) == "ok"
    assert questions.field(PRESENTER, answer) == "text"
    assert questions.code(PRESENTER, replace(answer, text="So.")) == "ok"
    assert questions.state.on_air_id is None


def test_only_the_end_of_the_session_makes_tasks() -> None:
    questions = queued()
    assert questions.moment(Moment("item_finished", "i1")) == ()
    questions.stands(phase="ended", items={"i1": item("i1", broker="")})
    told = questions.moment(Moment("session_ended"))
    assert told == (
        ev.QuestionDeferred("Q1", "session_ended"),
        ev.FollowUpTaskCreated("T-Q1", "unanswered_question", "i1", "Q1", "a-presenter"),
    )


def test_what_was_asked_privately_is_the_presenters_task() -> None:
    questions = play()
    assert questions.code(ANN, replace(ASK, private=True)) == "ok"
    task = questions.moment(Moment("session_ended"))[0]
    assert task.assignee == "a-presenter"


def test_questions_have_no_timers() -> None:
    assert part.due_ms(Questions()) is None
    assert part.fire(Questions(), 0, stage()) == ()
