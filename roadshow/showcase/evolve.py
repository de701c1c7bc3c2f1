"""What an event makes of a showcase card.

Rule 1: `TRANSITIONS` is the whole of SM-15: (phase, event) → phase. A missing key is an error of
ours, not of the world.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from roadshow.showcase import events as ev
from roadshow.showcase.state import CLASSIFIABLE, ON_SHOW, Card, Phase

_REMOVABLE: Final[tuple[Phase, ...]] = (
    "nominated",
    "returned",
    "screened",
    "evaluated",
    *ON_SHOW,
    "expired",
    "converted",
)

TRANSITIONS: Final[Mapping[tuple[Phase, type], tuple[Phase, ...]]] = {
    ("returned", ev.ShowcaseNominated): ("nominated",),
    ("nominated", ev.ShowcaseScreened): ("screened",),
    ("nominated", ev.ShowcaseReturned): ("returned",),
    ("screened", ev.ShowcaseEvaluated): ("evaluated",),
    ("evaluated", ev.ShowcasePublished): ("published",),
    ("published", ev.ShowcaseSelected): ("published",),
    ("published", ev.ShowcaseRevalidationDue): ("revalidation_due",),
    **{(phase, ev.ShowcaseClassified): (phase,) for phase in CLASSIFIABLE},
    **{(phase, ev.ShowcaseRevalidated): ("published",) for phase in ON_SHOW},
    ("revalidation_due", ev.ShowcaseExpired): ("expired",),
    **{(phase, ev.ShowcaseConverted): ("converted",) for phase in ON_SHOW},
    **{(phase, ev.ShowcaseRemoved): ("removed",) for phase in _REMOVABLE},
}


def evolve(card: Card | None, aggregate_id: str, event: object) -> Card:
    """Return the card as it is once the event has happened."""
    if card is None:
        assert isinstance(event, ev.ShowcaseNominated), "a card begins with its nomination"
        return Card(aggregate_id, event.content)
    kind = type(event)
    phases = TRANSITIONS.get((card.phase, kind))
    assert phases is not None, f"{kind.__name__} cannot happen while {card.phase}"
    return replace(_HANDLERS[kind](card, event), phase=phases[0])


def _nominated(card: Card, event: ev.ShowcaseNominated) -> Card:
    return replace(card, content=event.content)


def _screened(card: Card, event: ev.ShowcaseScreened) -> Card:
    return replace(card, screened_by=event.officer)


def _priced(card: Card, price_idea_fen: int | None) -> Card:
    if price_idea_fen is None:
        return card
    return replace(card, content=replace(card.content, price_idea_fen=price_idea_fen))


def _evaluated(card: Card, event: ev.ShowcaseEvaluated) -> Card:
    evaluated = replace(
        card,
        innovation_level=event.innovation_level,
        content=replace(card.content, trl=event.trl),
    )
    return _priced(evaluated, event.price_idea_fen)


def _classified(card: Card, event: ev.ShowcaseClassified) -> Card:
    return replace(
        card,
        industry=event.industry,
        achievement_class=event.achievement_class,
        stage=event.stage,
    )


def _published(card: Card, event: ev.ShowcasePublished) -> Card:
    return replace(
        card,
        valid_until_ms=event.valid_until_ms,
        expires_at_ms=event.expires_at_ms,
        validity_ms=event.validity_ms,
        grace_ms=event.expires_at_ms - event.valid_until_ms,
    )


def _selected(card: Card, event: ev.ShowcaseSelected) -> Card:
    return replace(card, sessions=(*card.sessions, event.session_id))


def _revalidated(card: Card, event: ev.ShowcaseRevalidated) -> Card:
    valid = replace(card, valid_until_ms=event.valid_until_ms, expires_at_ms=event.expires_at_ms)
    return _priced(valid, event.price_idea_fen)


def _as_it_was(card: Card, _event: object) -> Card:
    return card


_HANDLERS: Final[Mapping[type, Callable[[Card, Any], Card]]] = {
    ev.ShowcaseNominated: _nominated,
    ev.ShowcaseScreened: _screened,
    ev.ShowcaseReturned: _as_it_was,
    ev.ShowcaseEvaluated: _evaluated,
    ev.ShowcaseClassified: _classified,
    ev.ShowcasePublished: _published,
    ev.ShowcaseSelected: _selected,
    ev.ShowcaseRevalidationDue: _as_it_was,
    ev.ShowcaseRevalidated: _revalidated,
    ev.ShowcaseExpired: _as_it_was,
    ev.ShowcaseConverted: _as_it_was,
    ev.ShowcaseRemoved: _as_it_was,
}
