"""What an event makes of the scores of a session.

Rule 1: `TRANSITIONS` is the whole machine of one item's scores: (phase, event) → phase. A missing
key is an error of ours, not of the world.
Rule 2: the ranking reveals every item that is locked.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from roadshow.scoring import events as ev
from roadshow.scoring.state import Correction, ItemScores, Phase, Scores

TRANSITIONS: Final[Mapping[tuple[Phase, type], tuple[Phase, ...]]] = {
    ("open", ev.ScoreGiven): ("open",),
    ("closing", ev.ScoreGiven): ("closing",),
    ("open", ev.ScoringClosing): ("closing",),
    ("closing", ev.ScoresDropped): ("closing",),
    ("closing", ev.ScoresLocked): ("locked",),
    ("locked", ev.CorrectionProposed): ("locked",),
    ("revealed", ev.CorrectionProposed): ("revealed",),
    ("locked", ev.ScoreCorrected): ("locked",),
    ("revealed", ev.ScoreCorrected): ("revealed",),
    ("locked", ev.ScoresRevealed): ("revealed",),
    ("revealed", ev.ScoresRevealed): ("revealed",),
    ("locked", ev.RankingRevealed): ("revealed",),
    ("revealed", ev.RankingRevealed): ("revealed",),
}


def evolve(scores: Scores, event: object) -> Scores:
    """Return the scores as they are once the event has happened."""
    if isinstance(event, ev.ScoringPlanned):
        return replace(scores, terms=event.terms)
    if isinstance(event, ev.RankingRevealed):
        shown = {ranked.item_id: _moved(scores, ranked.item_id, event) for ranked in event.ranking}
        return replace(scores, items={**scores.items, **shown}, ranked=True)
    return _of_item(scores, event)


def _of_item(scores: Scores, event: Any) -> Scores:
    item_id: str = event.item_id
    return replace(scores, items={**scores.items, item_id: _moved(scores, item_id, event)})


def _moved(scores: Scores, item_id: str, event: object) -> ItemScores:
    item = scores.items.get(item_id) or ItemScores()
    kind = type(event)
    phases = TRANSITIONS.get((item.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen while {item.phase}"
    return replace(_HANDLERS[kind](item, event), phase=phases[0])


def _given(item: ItemScores, event: ev.ScoreGiven) -> ItemScores:
    return replace(item, given={**item.given, event.expert: event.tenths})


def _closing(item: ItemScores, event: ev.ScoringClosing) -> ItemScores:
    return replace(item, locks_at_ms=event.locks_at_ms)


def _dropped(item: ItemScores, event: ev.ScoresDropped) -> ItemScores:
    left = {expert: tenths for expert, tenths in item.given.items() if expert not in event.experts}
    return replace(item, given=left)


def _locked(item: ItemScores, _event: object) -> ItemScores:
    return replace(item, locks_at_ms=None)


def _proposed(item: ItemScores, event: ev.CorrectionProposed) -> ItemScores:
    correction = Correction(
        event.expert, event.tenths, event.reason, event.by, event.by_role, event.counts_until_ms
    )
    return replace(item, correction=correction)


def _corrected(item: ItemScores, event: ev.ScoreCorrected) -> ItemScores:
    others = {expert: tenths for expert, tenths in item.given.items() if expert != event.expert}
    new = {event.expert: event.tenths} if event.tenths else {}
    return replace(item, given={**others, **new}, correction=None)


def _as_it_was(item: ItemScores, _event: object) -> ItemScores:
    return item


_HANDLERS: Final[Mapping[type, Callable[[ItemScores, Any], ItemScores]]] = {
    ev.ScoreGiven: _given,
    ev.ScoringClosing: _closing,
    ev.ScoresDropped: _dropped,
    ev.ScoresLocked: _locked,
    ev.CorrectionProposed: _proposed,
    ev.ScoreCorrected: _corrected,
    ev.ScoresRevealed: _as_it_was,
    ev.RankingRevealed: _as_it_was,
}
