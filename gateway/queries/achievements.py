"""An achievement, and where it is shown and bid for.

Rule 1: how many are interested is told to all from three people upward; to its holder in full.
Rule 2: a bidding is named once its beginning lies far enough back for the public, and so is its
result: what an item of the agenda says of them is known sooner, and is not asked here.
Rule 3: what is shown to invited people only is told to nobody here.
"""

from typing import Any, Final

from sqlalchemy import Connection, Row, and_, func, select

from gateway.queries.biddings import is_told, result_row
from gateway.queries.shows import HIDDEN, card_row
from infra.db.schema import AGENDA_ITEMS, BIDDINGS, CARDS, INTERESTS, SESSIONS
from roadshow.interest.state import COUNT_SHOWN_MIN
from roadshow.showcase.state import ON_SHOW

SHOWN_MAX: Final = 50


def achievement(connection: Connection, card_id: str, now_ms: int) -> dict[str, Any] | None:
    """Return a published card, and its appearances; None where there is none."""
    card = connection.execute(
        select(CARDS).where(CARDS.c.card_id == card_id, CARDS.c.phase.in_(ON_SHOW))
    ).one_or_none()
    if card is None:
        return None
    rows = _shown(connection, AGENDA_ITEMS.c.card_id == card_id)
    open_to_all = [row for row in rows if row.access != "invited"]
    told = [_appearance(connection, row, now_ms) for row in open_to_all]
    return {"card": card_row(card), "appearances": told}


def of_holder(connection: Connection, org_id: str, now_ms: int) -> list[dict[str, Any]]:
    """Return what an organisation shows and sells."""
    rows = _shown(connection, AGENDA_ITEMS.c.holder_org == org_id)
    return [
        {
            **_appearance(connection, row, now_ms),
            "interests_count": _interested(connection, row),
            "card_id": row.card_id or None,
            "item_phase": row.item_phase,
        }
        for row in rows
    ]


def _shown(connection: Connection, asked: Any) -> list[Any]:
    item, session = AGENDA_ITEMS.c, SESSIONS.c
    rows = connection.execute(
        select(
            item.session_id, item.item_id, item.card_id, item.title, item.start_price_fen,
            item.bidding_id, item.phase.label("item_phase"), session.title.label("session_title"),
            session.place, session.starts_at_ms, session.phase, session.access,
        )
        .join(SESSIONS, session.session_id == item.session_id)
        .where(asked, session.phase.not_in(HIDDEN))
        .order_by(session.starts_at_ms.desc(), item.position)
        .limit(SHOWN_MAX)
    )  # fmt: skip
    return list(rows.all())


def _appearance(connection: Connection, row: Row[Any], now_ms: int) -> dict[str, Any]:
    count = _interested(connection, row)
    bidding = _bidding(connection, row.bidding_id, now_ms) if row.bidding_id else None
    return {
        "session_id": row.session_id,
        "session_title": row.session_title,
        "item_id": row.item_id,
        "title": row.title,
        "place": row.place,
        "starts_at_ms": row.starts_at_ms,
        "phase": row.phase,
        "start_price_fen": row.start_price_fen,
        "interests_count": count if count >= COUNT_SHOWN_MIN else None,
        "bidding_id": None if bidding is None else bidding.bidding_id,
        "result": None if bidding is None else _result(bidding, now_ms),
    }


def _bidding(connection: Connection, bidding_id: str, now_ms: int) -> Row[Any] | None:
    row = connection.execute(
        select(BIDDINGS).where(BIDDINGS.c.bidding_id == bidding_id)
    ).one_or_none()
    return row if row is not None and is_told(row, row.opens_at_ms, now_ms) else None


def _result(bidding: Row[Any], now_ms: int) -> dict[str, Any] | None:
    return result_row(bidding) if is_told(bidding, bidding.closed_at_ms, now_ms) else None


def _interested(connection: Connection, row: Row[Any]) -> int:
    asked = and_(INTERESTS.c.session_id == row.session_id, INTERESTS.c.item_id == row.item_id)
    people = select(func.count(INTERESTS.c.account_id.distinct())).where(asked)
    return int(connection.execute(people).scalar_one())
