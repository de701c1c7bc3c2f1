"""What was asked before is kept for ever, and only what was confirmed comes back."""

from processors.idempotence import Answered, Answers, key_of

KEY, OTHER = key_of("A1", "c" * 22), key_of("A2", "c" * 22)
DIGEST = bytes(range(16))


def test_the_first_answer_stands() -> None:
    answers = Answers()
    answers.add(KEY, DIGEST, 5)
    answers.add(KEY, bytes(16), 6)
    assert answers.find(KEY) == Answered(DIGEST, 5)


def test_an_id_belongs_to_its_actor() -> None:
    answers = Answers()
    answers.add(KEY, DIGEST, 5)
    assert answers.find(OTHER) is None


def test_a_rollback_forgets_what_was_not_confirmed() -> None:
    answers = Answers()
    answers.add(KEY, DIGEST, 5)
    answers.confirm()
    answers.add(OTHER, DIGEST, 6)
    answers.add(KEY, DIGEST, 7)
    answers.rollback()
    assert answers.find(KEY) == Answered(DIGEST, 5)
    assert answers.find(OTHER) is None


def test_forty_bytes_an_answer_come_back() -> None:
    answers, again = Answers(), Answers()
    answers.add(KEY, DIGEST, 5)
    answers.add(OTHER, DIGEST, 2**40)
    again.load(answers.dump())
    assert len(answers.dump()) == 80
    assert again.find(OTHER) == Answered(DIGEST, 2**40)
