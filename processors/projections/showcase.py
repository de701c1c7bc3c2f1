"""Cards of the showcase 好成果库 (table cards)."""

from collections.abc import Iterator
from typing import Final

from processors.projections.changes import Change, Context, Update, Upsert, Value, as_json
from processors.projections.phases import Phases
from roadshow.showcase import events as ev
from roadshow.showcase.evolve import TRANSITIONS

PHASES: Final = Phases(TRANSITIONS)


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a card changes."""
    match event:
        case ev.ShowcaseNominated():
            yield _nominated(event, context)
        case ev.ShowcaseScreened(evidence=evidence, source=source):
            yield _moved(context, event, evidence=evidence, source=source)
        case ev.ShowcaseReturned(reason=reason):
            yield _moved(context, event, reason=reason)
        case ev.ShowcaseEvaluated():
            yield _moved(
                context, event, trl=event.trl, innovation_level=event.innovation_level,
                source=event.source, **_price(event.price_idea_fen),
            )  # fmt: skip
        case ev.ShowcaseClassified():
            yield _moved(
                context, event, industry=event.industry,
                achievement_class=event.achievement_class, stage=event.stage,
            )  # fmt: skip
        case ev.ShowcasePublished(valid_until_ms=valid_until_ms):
            yield _moved(
                context, event, valid_until_ms=valid_until_ms, published_at_ms=context.at_ms
            )
        case ev.ShowcaseSelected(session_id=session_id):
            yield _moved(context, event, session_id=session_id)
        case ev.ShowcaseRevalidated(valid_until_ms=valid_until_ms, price_idea_fen=price_fen):
            yield _moved(context, event, valid_until_ms=valid_until_ms, **_price(price_fen))
        case _:
            yield from _ended(event, context)


def _ended(event: object, context: Context) -> Iterator[Change]:
    match event:
        case ev.ShowcaseRevalidationDue():
            yield _moved(context, event)
        case ev.ShowcaseExpired():
            yield _moved(context, event)
        case ev.ShowcaseConverted(into=into, reference_id=reference_id):
            yield _moved(context, event, reason=into, reference_id=reference_id)
        case ev.ShowcaseRemoved(reason=reason):
            yield _moved(context, event, reason=reason)
        case _:
            return


def _nominated(event: ev.ShowcaseNominated, context: Context) -> Change:
    content = event.content
    values: dict[str, Value] = {
        "title": content.title,
        "problem": content.problem,
        "principle": content.principle,
        "field": content.field,
        "holder": content.holder,
        "broker": content.broker,
        "trl": content.trl,
        "ip": as_json(content.ip),
        "offer": as_json(content.offer),
        "price_idea_fen": content.price_idea_fen,
        "phase": "nominated",
        "reason": "",
        "at_ms": context.at_ms,
    }
    return Upsert("cards", {"card_id": context.aggregate}, values)


def _price(price_fen: int | None) -> dict[str, Value]:
    return {} if price_fen is None else {"price_idea_fen": price_fen}


def _moved(context: Context, event: object, **values: Value) -> Change:
    moved = {**PHASES.after(event), **values, "at_ms": context.at_ms}
    return Update("cards", {"card_id": context.aggregate}, moved)
