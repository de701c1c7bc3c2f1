"""SM-13c as a table: what it leaves out cannot happen."""

from typing import get_args

import pytest

from roadshow.question import events as ev
from roadshow.question.evolve import TRANSITIONS, evolve
from roadshow.question.state import SHOWN, Phase, Questions

ASKED = ev.QuestionAsked("Q1", "i1", "a-ann", "Why?", private=False, at_ms=0)
ALSO_ASKED = ev.QuestionAsked("Q2", "i1", "a-ben", "How?", private=False, at_ms=0)


@pytest.mark.parametrize("event", ev.EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    rows = [phase for phase, kind in TRANSITIONS if kind is event]
    assert rows or event is ev.QuestionAsked


def test_every_phase_can_be_reached() -> None:
    reached: set[str] = {"asked"}
    for _ in get_args(Phase):
        reached |= {to for (phase, _), tos in TRANSITIONS.items() if phase in reached for to in tos}
    assert reached == set(get_args(Phase))


def test_what_the_table_leaves_out_cannot_happen() -> None:
    questions = evolve(Questions(), ASKED)
    with pytest.raises(AssertionError, match="QuestionOnAir cannot happen to a question asked"):
        evolve(questions, ev.QuestionOnAir("Q1"))
    with pytest.raises(AssertionError, match="asked once"):
        evolve(questions, ASKED)


def test_one_is_on_air_at_a_time() -> None:
    questions = Questions()
    for event in (ASKED, ALSO_ASKED, ev.QuestionQueued("Q1"), ev.QuestionQueued("Q2")):
        questions = evolve(questions, event)
    questions = evolve(questions, ev.QuestionOnAir("Q1"))
    with pytest.raises(AssertionError, match="one on air"):
        evolve(questions, ev.QuestionOnAir("Q2"))


def test_who_has_seen_a_question_is_kept() -> None:
    questions = evolve(Questions(), ASKED)
    assert not questions.questions["Q1"].shown
    hidden = evolve(evolve(questions, ev.QuestionQueued("Q1")), ev.QuestionHidden("Q1", "rude"))
    question = hidden.questions["Q1"]
    assert (question.shown, question.phase in SHOWN, question.reason) == (True, False, "rude")


def test_nobody_but_who_asked_sees_what_is_private() -> None:
    assert not ev.PUBLIC & {ev.QuestionAsked, ev.PrivateQuestionAnswered, ev.QuestionUpvoted}
