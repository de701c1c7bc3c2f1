"""Cards of the showcase 好成果库 (table cards)."""

from collections.abc import Iterator

from processors.projections.changes import Change, Context, Update, Upsert, Value, as_json
from roadshow.showcase import events as ev


def project(event: object, context: Context) -> Iterator[Change]:
    """Say what an event of a card changes."""
    match event:
        case ev.ShowcaseNominated():
            yield _nominated(event, context)
        case ev.ShowcaseScreened(evidence=evidence, source=source):
            yield _moved(context, "screened", evidence=evidence, source=source)
        case ev.ShowcaseReturned(reason=reason):
            yield _moved(context, "returned", reason=reason)
        case ev.ShowcaseEvaluated():
            yield _moved(
                context, "evaluated", trl=event.trl, innovation_level=event.innovation_level,
                source=event.source, **_price(event.price_idea_fen),
            )  # fmt: skip
        case ev.ShowcaseClassified():
            classified: dict[str, Value] = {
                "industry": event.industry, "achievement_class": event.achievement_class,
                "stage": event.stage, "at_ms": context.at_ms,
            }  # fmt: skip
            yield Update("cards", {"card_id": context.aggregate}, classified)
        case ev.ShowcasePublished(valid_until_ms=valid_until_ms):
            yield _moved(
                context, "published", valid_until_ms=valid_until_ms, published_at_ms=context.at_ms
            )
        case ev.ShowcaseSelected(session_id=session_id):
            selected: dict[str, Value] = {"session_id": session_id, "at_ms": context.at_ms}
            yield Update("cards", {"card_id": context.aggregate}, selected)
        case ev.ShowcaseRevalidated(valid_until_ms=valid_until_ms, price_idea_fen=price_fen):
            yield _moved(context, "published", valid_until_ms=valid_until_ms, **_price(price_fen))
        case _:
            yield from _ended(event, context)


def _ended(event: object, context: Context) -> Iterator[Change]:
    match event:
        case ev.ShowcaseRevalidationDue():
            yield _moved(context, "revalidation_due")
        case ev.ShowcaseExpired():
            yield _moved(context, "expired")
        case ev.ShowcaseConverted(into=into, reference_id=reference_id):
            yield _moved(context, "converted", reason=into, reference_id=reference_id)
        case ev.ShowcaseRemoved(reason=reason):
            yield _moved(context, "removed", reason=reason)
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


def _moved(context: Context, phase: str, **values: Value) -> Change:
    moved: dict[str, Value] = {"phase": phase, "at_ms": context.at_ms}
    return Update("cards", {"card_id": context.aggregate}, {**values, **moved})
