"""What is asked about scores, who may ask it, and what it leads to (7.4).

Rule 1: `RULES` is the whole list: roles, guards in order, effect. The first guard that objects
answers.
Rule 2: scores count from the pitch until a while after the item is finished (SC-5); then only two
people together change one, with a reason.
Rule 3: nothing is shown before the lock (SC-6). Nothing here knows a price or a vote (SC-8, SC-9).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from roadshow.parts import Events
from roadshow.scoring import commands as cmd
from roadshow.scoring import events as ev
from roadshow.scoring.evolve import evolve
from roadshow.scoring.mean import ranking, score_hundredths
from roadshow.scoring.rejections import Code
from roadshow.scoring.state import Correction, ItemScores, Scores
from roadshow.stage import Moment, SessionPhase, Stage, StageItem
from trading.outcome import By, Outcome, Rejection

Guard = Callable[[Scores, Any, By, int, Stage], Rejection | None]
Effect = Callable[[Scores, Any, By, int, Stage], Events]

SCORE_TENTHS_MAX: Final = 1_000  # SC-1: 100.0
REASON_CHARS_MAX: Final = 300
CRITERIA_MAX: Final = 10
WEIGHTS_BP: Final = 10_000
NAME_CHARS_MAX: Final = 64
WINDOW_MS_MAX: Final = 86_400_000
REVEALS: Final = ("per_item", "end_of_session")
CORRECTORS: Final = ("desk_officer", "desk_reviewer")
REVEALERS: Final = ("host", "desk_officer")
OVER: Final[tuple[SessionPhase, ...]] = ("wrapping_up", "ended", "reported")
_NOTHING: Final = ItemScores()


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: who may ask, what objects, what happens."""

    roles: tuple[str, ...]
    guards: tuple[Guard, ...]
    effect: Effect


def decide(scores: Scores, command: object, by: By, at_ms: int, stage: Stage) -> Outcome:
    """Say what a command leads to, without changing anything."""
    rule = RULES[type(command)]
    if by.role not in rule.roles:
        return Outcome(rejection=Rejection(Code.NOT_PERMITTED))
    if not stage.plan.scored:
        return Outcome(rejection=Rejection(Code.NOT_SCORED))
    for guard in rule.guards:
        objection = guard(scores, command, by, at_ms, stage)
        if objection is not None:
            return Outcome(rejection=objection)
    return Outcome(rule.effect(scores, command, by, at_ms, stage))


def due_ms(scores: Scores) -> int | None:
    """When the next lock is due."""
    locks = [one.locks_at_ms for one in scores.items.values() if one.locks_at_ms is not None]
    return min(locks, default=None)


def fire(scores: Scores, at_ms: int, stage: Stage) -> Events:
    """Lock the item that is due first, without those who were recused after scoring (SC-4)."""
    due = [
        (one.locks_at_ms, item_id, one)
        for item_id, one in scores.items.items()
        if one.locks_at_ms is not None and one.locks_at_ms <= at_ms
    ]
    _, item_id, item = min(due, key=lambda row: row[:2])
    recused = stage.items[item_id].recused
    dropped = tuple(expert for expert in item.given if expert in recused)
    locked = ev.ScoresLocked(item_id, len(item.given) - len(dropped))
    return (ev.ScoresDropped(item_id, dropped), locked) if dropped else (locked,)


def follow(scores: Scores, moment: Moment, at_ms: int, stage: Stage) -> Events:
    """Scores lock a while after their item is finished, or the session is ended (SC-5)."""
    if not stage.plan.scored:
        return ()
    if moment.kind == "item_finished":
        return _closings(scores, (moment.item_id,), at_ms, stage)
    return _closings(scores, stage.items, at_ms, stage) if moment.kind == "session_ended" else ()


def _closings(scores: Scores, item_ids: Iterable[str], at_ms: int, stage: Stage) -> Events:
    return tuple(
        ev.ScoringClosing(item_id, at_ms + scores.terms.window_ms)
        for item_id in item_ids
        if scores.items.get(item_id, _NOTHING).phase == "open"
        and stage.items[item_id].pitched_at_ms is not None
    )


# Guards


def _bad_field(terms: cmd.ScoringTerms) -> str | None:
    names = [criterion.name for criterion in terms.criteria]
    weights = [criterion.weight_bp for criterion in terms.criteria]
    checks = (
        ("criteria", 0 < len(names) == len(set(names)) <= CRITERIA_MAX),
        ("name", all(0 < len(name) <= NAME_CHARS_MAX for name in names)),
        ("weight_bp", sum(weights) == WEIGHTS_BP and all(weight > 0 for weight in weights)),
        ("reveal", terms.reveal in REVEALS),
        ("window_ms", 0 < terms.window_ms <= WINDOW_MS_MAX),
        ("correction_window_ms", 0 < terms.correction_window_ms <= WINDOW_MS_MAX),
    )
    return next((field for field, fits in checks if not fits), None)


def _can_plan(
    scores: Scores, command: cmd.PlanScoring, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    if scores.items:
        return Rejection(Code.TOO_LATE)
    field = _bad_field(command.terms)
    return None if field is None else Rejection(Code.BAD_FIELD, {"field": field})


def _item_known(
    _scores: Scores, command: Any, _by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    return None if command.item_id in stage.items else Rejection(Code.UNKNOWN_ITEM)


def _objection_to(expert: str, item: StageItem, stage: Stage) -> Rejection | None:
    """SC-1, SD-4."""
    if expert not in stage.experts:
        return Rejection(Code.NOT_AN_EXPERT)
    apart = (*item.recused, *item.parties, item.presenter, item.broker)
    return Rejection(Code.RECUSED) if expert in apart else None


def _may_score(
    _scores: Scores, command: cmd.GiveScore, by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    return _objection_to(by.actor, stage.items[command.item_id], stage)


def _is_score(tenths: tuple[int, ...], terms: cmd.ScoringTerms) -> bool:
    return len(tenths) == len(terms.criteria) and all(
        0 <= tenth <= SCORE_TENTHS_MAX for tenth in tenths
    )


def _score_fits(
    scores: Scores, command: cmd.GiveScore, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    fits = _is_score(command.tenths, scores.terms)
    return None if fits else Rejection(Code.BAD_FIELD, {"field": "tenths"})


def _in_window(
    scores: Scores, command: cmd.GiveScore, _by: By, at_ms: int, stage: Stage
) -> Rejection | None:
    if stage.items[command.item_id].pitched_at_ms is None:
        return Rejection(Code.NOT_PITCHED)
    item = scores.items.get(command.item_id, _NOTHING)
    over = item.locks_at_ms is not None and at_ms >= item.locks_at_ms
    return Rejection(Code.TOO_LATE) if over or item.phase not in ("open", "closing") else None


def _correction_fits(
    scores: Scores, command: cmd.CorrectScore, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    if command.tenths and not _is_score(command.tenths, scores.terms):
        return Rejection(Code.BAD_FIELD, {"field": "tenths"})
    fits = 0 < len(command.reason.strip()) <= REASON_CHARS_MAX
    return None if fits else Rejection(Code.BAD_FIELD, {"field": "reason"})


def _may_be_corrected(
    scores: Scores, command: cmd.CorrectScore, _by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """A score may be struck out whoever gave it; to count, it must be one that could be given."""
    if command.tenths:
        return _objection_to(command.expert, stage.items[command.item_id], stage)
    given = scores.items.get(command.item_id, _NOTHING).given
    return None if command.expert in given else Rejection(Code.NOT_AN_EXPERT)


def _is_locked(
    scores: Scores, command: cmd.CorrectScore, _by: By, _at_ms: int, _stage: Stage
) -> Rejection | None:
    locked = scores.items.get(command.item_id, _NOTHING).phase in ("locked", "revealed")
    return None if locked else Rejection(Code.NOT_LOCKED)


def _other_corrects(
    scores: Scores, command: cmd.CorrectScore, by: By, at_ms: int, _stage: Stage
) -> Rejection | None:
    first = _standing_first(scores, command, at_ms)
    if first is not None and (first.by == by.actor or first.by_role == by.role):
        return Rejection(Code.SAME_PERSON)
    return None


def _standing_first(scores: Scores, command: cmd.CorrectScore, at_ms: int) -> Correction | None:
    """The first of two, where it asked for the same and still counts."""
    first = scores.items[command.item_id].correction
    if first is None or at_ms > first.counts_until_ms:
        return None
    asked = (command.expert, command.tenths, command.reason)
    return first if (first.expert, first.tenths, first.reason) == asked else None


def _may_reveal(
    scores: Scores, command: cmd.RevealScores, _by: By, _at_ms: int, stage: Stage
) -> Rejection | None:
    """SC-6: after the lock, and at the end where so announced; the ranking at the end."""
    if command.item_id is None:
        if stage.phase not in OVER:
            return Rejection(Code.NOT_ENDED)
        if any(item.phase in ("open", "closing") for item in scores.items.values()):
            return Rejection(Code.NOT_LOCKED)
        return Rejection(Code.ALREADY_DONE) if scores.ranked else None
    if command.item_id not in stage.items:
        return Rejection(Code.UNKNOWN_ITEM)
    item = scores.items.get(command.item_id, _NOTHING)
    if item.phase in ("open", "closing"):
        return Rejection(Code.NOT_LOCKED)
    if scores.terms.reveal == "end_of_session" and stage.phase not in OVER:
        return Rejection(Code.NOT_ENDED)
    return Rejection(Code.ALREADY_DONE) if item.phase == "revealed" else None


# Effects


def _plan(_scores: Scores, command: cmd.PlanScoring, _by: By, _at_ms: int, _stage: Stage) -> Events:
    return (ev.ScoringPlanned(command.terms),)


def _give(_scores: Scores, command: cmd.GiveScore, by: By, _at_ms: int, _stage: Stage) -> Events:
    return (ev.ScoreGiven(command.item_id, by.actor, command.tenths),)


def _correct(scores: Scores, command: cmd.CorrectScore, by: By, at_ms: int, stage: Stage) -> Events:
    item_id, expert = command.item_id, command.expert
    first = _standing_first(scores, command, at_ms)
    if first is None:
        until_ms = at_ms + scores.terms.correction_window_ms
        return (
            ev.CorrectionProposed(
                item_id, expert, command.tenths, command.reason, by.actor, by.role, until_ms
            ),
        )
    corrected = ev.ScoreCorrected(
        item_id, expert, command.tenths, command.reason, first.by, by.actor
    )
    after = evolve(scores, corrected)
    if after.items[item_id].phase != "revealed":
        return (corrected,)
    again = (corrected, _revealed(after, item_id, corrected=True))
    return (*again, _ranked(after, stage)) if after.ranked else again


def _revealed(scores: Scores, item_id: str, *, corrected: bool) -> ev.ScoresRevealed:
    given = scores.items[item_id].given
    score = score_hundredths(scores.terms.criteria, given)
    return ev.ScoresRevealed(item_id, score, len(given), corrected)


def _ranked(scores: Scores, stage: Stage) -> ev.RankingRevealed:
    """In the order of the agenda, so that equals stand as they were shown."""
    items = [
        (item_id, scores.items[item_id].given) for item_id in stage.items if item_id in scores.items
    ]
    return ev.RankingRevealed(ranking(scores.terms.criteria, items))


def _reveal(
    scores: Scores, command: cmd.RevealScores, _by: By, _at_ms: int, stage: Stage
) -> Events:
    if command.item_id is None:
        return (_ranked(scores, stage),)
    return (_revealed(scores, command.item_id, corrected=False),)


RULES: Final[Mapping[type, Rule]] = {
    cmd.PlanScoring: Rule(("desk_officer",), (_can_plan,), _plan),
    cmd.GiveScore: Rule(("expert",), (_item_known, _may_score, _score_fits, _in_window), _give),
    cmd.CorrectScore: Rule(
        CORRECTORS,
        (_item_known, _may_be_corrected, _correction_fits, _is_locked, _other_corrects),
        _correct,
    ),
    cmd.RevealScores: Rule(REVEALERS, (_may_reveal,), _reveal),
}
