"""Sessions, their agenda and the showcase, as the public may know them.

Rule 1: what is only planned is nobody's but the staff's.
Rule 2: how a bidding ended, and what its item came to then, is known as late as the bidding itself.
Rule 3: how many are interested is told from three people upward, as a count alone (7.5).
"""

import json
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, or_, select

from gateway.queries import biddings
from infra.db.schema import AGENDA_ITEMS, ATTENDEES, CARDS, INTERESTS, QUESTIONS, SESSIONS
from roadshow.interest.state import COUNT_SHOWN_MIN
from roadshow.question.state import SHOWN
from roadshow.showcase.state import ON_SHOW

HIDDEN: Final = ("planned",)
AHEAD: Final = ("published", "registration_open", "rehearsed", "postponed")
CARDS_MAX: Final = 60
SESSIONS_MAX: Final = 60
_ESCAPE: Final = "\\"


def sessions(
    connection: Connection, phases: tuple[str, ...] = (), limit: int = SESSIONS_MAX
) -> list[dict[str, Any]]:
    """Return sessions that are announced, the next first; of some phases where any are named."""
    begins = SESSIONS.c.starts_at_ms
    announced = SESSIONS.c.phase.not_in(HIDDEN)
    asked = announced if not phases else and_(announced, SESSIONS.c.phase.in_(phases))
    rows = connection.execute(
        select(SESSIONS)
        .where(asked)
        .order_by(begins if phases == AHEAD else begins.desc(), SESSIONS.c.session_id)
        .limit(limit)
    )
    return [_session(row) for row in rows]


def session(
    connection: Connection, session_id: str, now_ms: int, *, is_staff: bool = False
) -> dict[str, Any] | None:
    """Return one session with its agenda, as the public has it at a time of the log."""
    row = connection.execute(
        select(SESSIONS).where(SESSIONS.c.session_id == session_id)
    ).one_or_none()
    if row is None or (row.phase in HIDDEN and not is_staff):
        return None
    counts = _interests(connection, session_id)
    items = connection.execute(
        select(AGENDA_ITEMS)
        .where(AGENDA_ITEMS.c.session_id == session_id)
        .order_by(AGENDA_ITEMS.c.position, AGENDA_ITEMS.c.item_id)
    )
    return {
        **_session(row),
        "stream_url": row.stream_url,
        "replay_url": row.replay_url,
        "sponsors": json.loads(row.sponsors or "[]"),
        "is_recorded": bool(row.is_recorded),
        "items": [
            _item(one, index, counts, ended=_has_ended(connection, one, now_ms))
            for index, one in enumerate(items)
        ],
        "questions": _questions(connection, session_id),
    }


def _session(row: Row[Any]) -> dict[str, Any]:
    return {
        "session_id": row.session_id,
        "title": row.title,
        "field": row.field,
        "place": row.place,
        "phase": row.phase,
        "profile": row.profile,
        "access": row.access,
        "starts_at_ms": row.starts_at_ms,
        "live_at_ms": row.live_at_ms,
        "ended_at_ms": row.ended_at_ms,
        "reason": row.reason,
    }


def _has_ended(connection: Connection, item: Row[Any], now_ms: int) -> bool:
    """Whether the public may know how the bidding of an item ended, and what came of it then."""
    if not item.result or not item.bidding_id:
        return True
    bidding = biddings.find(connection, item.bidding_id)
    return bidding is not None and biddings.is_told(bidding.row, bidding.row.closed_at_ms, now_ms)


def _item(row: Row[Any], index: int, counts: dict[str, int], *, ended: bool) -> dict[str, Any]:
    count = counts.get(row.item_id, 0)
    return {
        "item_id": row.item_id,
        "index": index,
        "card_id": row.card_id or None,
        "title": row.title,
        "summary": row.summary,
        "presenter": row.presenter,
        "org": row.org,
        "trl": row.trl,
        "ip": row.ip,
        "offer_kind": row.offer_kind,
        "phase": row.phase if ended else "bidding",
        "planned_at_ms": row.planned_at_ms,
        "start_price_fen": row.start_price_fen,
        "interests_count": count if count >= COUNT_SHOWN_MIN else None,
        "bidding_id": row.bidding_id or None,
        "bidding_refusal": row.bidding_refusal or None,
        "result": json.loads(row.result) if row.result and ended else None,
        "score_hundredths": row.score_hundredths if row.is_revealed else None,
    }


def _interests(connection: Connection, session_id: str) -> dict[str, int]:
    people = func.count(INTERESTS.c.account_id.distinct())
    rows = connection.execute(
        select(INTERESTS.c.item_id, people)
        .where(INTERESTS.c.session_id == session_id)
        .group_by(INTERESTS.c.item_id)
    )
    return {str(item_id): int(count) for item_id, count in rows}


def _questions(connection: Connection, session_id: str) -> list[dict[str, Any]]:
    asker = and_(
        ATTENDEES.c.session_id == QUESTIONS.c.session_id,
        ATTENDEES.c.account_id == QUESTIONS.c.account_id,
    )
    rows = connection.execute(
        select(QUESTIONS, ATTENDEES.c.code)
        .join(ATTENDEES, asker, isouter=True)
        .where(
            QUESTIONS.c.session_id == session_id,
            QUESTIONS.c.is_private == 0,
            QUESTIONS.c.phase.in_(SHOWN),
        )
        .order_by(QUESTIONS.c.asked_at_ms, QUESTIONS.c.question_id)
    )
    return [
        {
            "question_id": row.question_id,
            "item_id": row.item_id,
            "text": row.text,
            "answer": row.answer,
            "asker": row.code or "",
            "at_ms": row.asked_at_ms,
            "upvotes": row.upvotes,
            "phase": row.phase,
        }
        for row in rows
    ]


def showcase(
    connection: Connection,
    *,
    words: str = "",
    field: str = "",
    offer: str = "",
    industry: str = "",
    achievement_class: str = "",
    stage: str = "",
    trl_min: int = 0,
    trl_max: int = 0,
    skip: int = 0,
    limit: int = CARDS_MAX,
) -> tuple[list[dict[str, Any]], int, list[str]]:
    """Return published cards, how many fit, and the fields there are."""
    shown = CARDS.c.phase.in_(ON_SHOW)
    asked = [shown, CARDS.c.trl >= trl_min]
    if trl_max:
        asked.append(CARDS.c.trl <= trl_max)
    if field:
        asked.append(CARDS.c.field == field)
    said = ((CARDS.c.industry, industry), (CARDS.c.achievement_class, achievement_class))
    asked += [column == value for column, value in (*said, (CARDS.c.stage, stage)) if value]
    if offer:
        asked.append(_holds(CARDS.c.offer, f'"{offer}"'))
    for word in words.split()[:8]:
        texts = (CARDS.c.title, CARDS.c.problem, CARDS.c.principle, CARDS.c.field)
        asked.append(or_(*(_holds(column, word) for column in texts)))
    fits = and_(*asked)
    rows = connection.execute(
        select(CARDS)
        .where(fits)
        .order_by(CARDS.c.published_at_ms.desc(), CARDS.c.card_id)
        .offset(skip)
        .limit(limit)
    ).all()
    count = connection.execute(select(func.count()).select_from(CARDS).where(fits)).scalar_one()
    fields = connection.execute(select(CARDS.c.field).where(shown).distinct())
    return [card_row(row) for row in rows], int(count), sorted(row.field for row in fields)


def _holds(column: Any, word: str) -> Any:
    plain = word.lower()
    for character in (_ESCAPE, "%", "_"):
        plain = plain.replace(character, _ESCAPE + character)
    return func.lower(column).like(f"%{plain}%", escape=_ESCAPE)


def card_row(row: Row[Any]) -> dict[str, Any]:
    """Return a card as all may see it."""
    return {
        "card_id": row.card_id,
        "title": row.title,
        "problem": row.problem,
        "principle": row.principle,
        "field": row.field,
        "industry": row.industry,
        "achievement_class": row.achievement_class,
        "stage": row.stage,
        "trl": row.trl,
        "ip": json.loads(row.ip or "[]"),
        "offer": json.loads(row.offer or "[]"),
        "price_idea_fen": row.price_idea_fen,
        "source": row.source,
        "session_id": row.session_id or None,
        "published_at_ms": row.published_at_ms,
        "valid_until_ms": row.valid_until_ms,
    }
