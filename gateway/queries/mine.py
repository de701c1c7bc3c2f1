"""What belongs to one account: his bids and receipts, his interests.

Rule 1: every question names the account, and finds nothing of another's.
Rule 2: rows bear positions; whether they may be told is not known here (gateway/feed/positions.py).
"""

import json
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, or_, select

from infra.db.schema import AGENDA_ITEMS, BIDDINGS, INTERESTS, NUMBERS, RECEIPTS, SESSIONS

RECEIPTS_MAX: Final = 500
INTERESTS_MAX: Final = 500


def bids(connection: Connection, account_id: str) -> list[dict[str, Any]]:
    """Return his commands in biddings with their receipts, newest first, by bidding."""
    bears = and_(
        NUMBERS.c.bidding_id == RECEIPTS.c.bidding_id,
        NUMBERS.c.number == RECEIPTS.c.number,
        RECEIPTS.c.at_ms >= NUMBERS.c.at_ms,
        or_(
            NUMBERS.c.withdrawn_at_ms.is_(None),
            RECEIPTS.c.at_ms <= NUMBERS.c.withdrawn_at_ms,
        ),
    )
    rows = connection.execute(
        select(
            RECEIPTS, BIDDINGS.c.lot, BIDDINGS.c.phase, BIDDINGS.c.leader, BIDDINGS.c.winner,
            BIDDINGS.c.result_price_fen,
        )
        .join(NUMBERS, bears)
        .join(BIDDINGS, BIDDINGS.c.bidding_id == RECEIPTS.c.bidding_id, isouter=True)
        .where(NUMBERS.c.account_id == account_id)
        .order_by(RECEIPTS.c.at_ms.desc(), RECEIPTS.c.decision_offset.desc())
        .limit(RECEIPTS_MAX)
    )  # fmt: skip
    return [_receipt(row) for row in rows]


def _receipt(row: Row[Any]) -> dict[str, Any]:
    has_won = bool(row.number) and row.winner == row.number
    return {
        "bidding_id": row.bidding_id,
        "lot": row.lot or "",
        "phase": row.phase or "",
        "number": row.number,
        "command_id": row.command_id,
        "type": row.type,
        "amount_fen": row.amount_fen,
        "limit_fen": row.limit_fen,
        "deal_price_fen": row.result_price_fen if has_won else None,
        "outcome": row.outcome,
        "code": row.code or None,
        "params": json.loads(row.params or "{}"),
        "is_leading": bool(row.number) and row.leader == row.number,
        "has_won": has_won,
        "receipt": {
            "partition": row.partition,
            "command_offset": row.command_offset,
            "decision_offset": row.decision_offset,
            "hash": row.decision_hash,
            "at_ms": row.at_ms,
        },
    }


def interests(connection: Connection, account_id: str) -> list[dict[str, Any]]:
    """Return his interests, newest first."""
    item = and_(
        AGENDA_ITEMS.c.session_id == INTERESTS.c.session_id,
        AGENDA_ITEMS.c.item_id == INTERESTS.c.item_id,
    )
    rows = connection.execute(
        select(
            INTERESTS, AGENDA_ITEMS.c.title.label("item_title"),
            SESSIONS.c.title.label("session_title"),
        )
        .join(AGENDA_ITEMS, item, isouter=True)
        .join(SESSIONS, SESSIONS.c.session_id == INTERESTS.c.session_id, isouter=True)
        .where(INTERESTS.c.account_id == account_id)
        .order_by(INTERESTS.c.registered_at_ms.desc(), INTERESTS.c.interest_id)
        .limit(INTERESTS_MAX)
    )  # fmt: skip
    return [_interest(row) for row in rows]


def _interest(row: Row[Any]) -> dict[str, Any]:
    return {
        "interest_id": row.interest_id,
        "session_id": row.session_id,
        "session_title": row.session_title or "",
        "item_id": row.item_id,
        "item_title": row.item_title or "",
        "kind": row.kind,
        "amount_from_fen": row.amount_from_fen,
        "amount_to_fen": row.amount_to_fen,
        "wish": row.wish,
        "message": row.message,
        "contact": row.contact,
        "nda_wished": bool(row.nda_wished),
        "phase": row.phase,
        "reason": row.reason,
        "registered_at_ms": row.registered_at_ms,
        "receipt": {
            "partition": row.partition,
            "decision_offset": row.decision_offset,
            "hash": row.decision_hash,
        },
    }
