"""Biddings and their bids, as the read model has them.

Rule 1: what the public may see lies `public_delay_ms` in the past, the result too.
Rule 2: no row tells who bears a number.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, select

from infra.db.schema import BIDDINGS, BIDS

CLOSED: Final = ("closed_sold", "closed_unsold", "cancelled")
HISTORY_MAX: Final = 10_000
SHOWN_BIDS: Final = 50


@dataclass(frozen=True, slots=True)
class Bidding:
    """One bidding, with its row."""

    row: Row[Any]

    @property
    def delay_ms(self) -> int:
        """How much later the public sees it."""
        return int(self.row.public_delay_ms)


def find(connection: Connection, bidding_id: str) -> Bidding | None:
    """Return one bidding."""
    row = connection.execute(
        select(BIDDINGS).where(BIDDINGS.c.bidding_id == bidding_id)
    ).one_or_none()
    return None if row is None else Bidding(row)


def is_told(bidding: Row[Any], at_ms: int | None, now_ms: int) -> bool:
    """Whether the public may know now what became of a bidding at a time: the one rule of it."""
    return at_ms is not None and at_ms + bidding.public_delay_ms <= now_ms


def history(
    connection: Connection, bidding_id: str, until_ms: int | None
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return every bid in order, and what was void; only those up to `until_ms` where given.

    `seq` counts the bids from 1, as the room does.
    """
    bidding = find(connection, bidding_id)
    if bidding is None:
        return [], []
    asked = BIDS.c.bidding_id == bidding_id
    if until_ms is not None:
        asked = and_(asked, BIDS.c.at_ms <= until_ms)
    rows = connection.execute(
        select(BIDS).where(asked).order_by(BIDS.c.seq, BIDS.c.ordinal).limit(HISTORY_MAX)
    ).all()
    valid = [row for row in rows if not row.void_code]
    tells = _tells_proxies(bidding.row, until_ms)
    return (
        [_bid(bidding.row, row, index + 1, tells=tells) for index, row in enumerate(valid)],
        [_bid(bidding.row, row, 0, tells=tells) for row in rows if row.void_code],
    )


def _tells_proxies(bidding: Row[Any], until_ms: int | None) -> bool:
    """Whether all may know which bids standing limits made: once it has closed (4.3)."""
    closed_at_ms = bidding.closed_at_ms
    return closed_at_ms is not None and (until_ms is None or closed_at_ms <= until_ms)


def _bid(bidding: Row[Any], row: Row[Any], seq: int, *, tells: bool) -> dict[str, Any]:
    return {
        "seq": seq,
        "public_seq": row.public_seq,
        "number": row.number,
        "amount_fen": row.amount_fen,
        "kind": row.kind,
        "is_proxy": bool(row.is_proxy) if tells else None,
        "extended": _extended(bidding, row),
        "void_code": row.void_code,
        "at_ms": row.at_ms,
        "receipt": {
            "partition": row.partition,
            "decision_offset": row.decision_offset,
            "hash": row.decision_hash,
        },
    }


def _extended(bidding: Row[Any], row: Row[Any]) -> bool:
    """Whether the bid put the end forward: in the limited period, to itself plus E (EX-1)."""
    if row.ends_at_ms is None or bidding.limited_at_ms is None:
        return False
    is_limited = row.at_ms >= bidding.limited_at_ms
    return bool(is_limited and row.ends_at_ms == row.at_ms + bidding.extension_ms)


def closed(connection: Connection, now_ms: int, limit: int) -> list[dict[str, Any]]:
    """Return the newest results that the public may know."""
    visible = BIDDINGS.c.closed_at_ms + BIDDINGS.c.public_delay_ms <= now_ms
    rows = connection.execute(
        select(BIDDINGS)
        .where(BIDDINGS.c.closed_at_ms.is_not(None), visible)
        .order_by(BIDDINGS.c.closed_at_ms.desc(), BIDDINGS.c.bidding_id)
        .limit(limit)
    )
    return [result_row(row) for row in rows]


def result_row(row: Row[Any]) -> dict[str, Any]:
    """Return a closed bidding as a row of a list of results."""
    return {
        "bidding_id": row.bidding_id,
        "lot": row.lot,
        "profile": row.profile,
        "closed_at_ms": row.closed_at_ms,
        "start_price_fen": json.loads(row.terms).get("start_price_fen"),
        **result(row),
    }


def result(row: Row[Any]) -> dict[str, Any]:
    """Return how a closed bidding ended; sold only once the deal is confirmed (domain 4.7)."""
    is_sold = row.outcome == "sold" and bool(row.deal_no)
    reason = "cancelled" if row.outcome == "cancelled" else row.reason
    return {
        "outcome": "sold" if is_sold else "unsold",
        "price_fen": row.result_price_fen if is_sold else None,
        "winner": row.winner if is_sold else None,
        "reason": "" if is_sold else reason,
        "deal_no": row.deal_no if is_sold else "",
    }


def closed_state(connection: Connection, bidding_id: str, now_ms: int) -> dict[str, Any] | None:
    """Return the room of a bidding that closed long ago, as the feed would have shown it."""
    bidding = find(connection, bidding_id)
    if bidding is None or bidding.row.phase not in CLOSED:
        return None
    row = bidding.row
    if not is_told(row, row.closed_at_ms, now_ms):
        return None
    terms = json.loads(row.terms)
    bids, _ = history(connection, bidding_id, None)
    return {
        "bidding_id": row.bidding_id,
        "public_seq": row.public_seq,
        "at_ms": row.at_ms,
        "phase": "halted" if row.halted else row.phase,
        "lot": row.lot,
        "mode": row.mode,
        "profile": row.profile,
        "price_fen": row.price_fen,
        "leader": row.leader or None,
        "opens_at_ms": row.opens_at_ms,
        "ends_at_ms": None,
        "extensions_count": sum(bid["extended"] for bid in bids),
        "bids_count": row.bids_count,
        "min_next_fen": None,
        "increment_fen": None,
        "terms": {**terms, "reserve": _reserve(row.reserve), "raised": bool(row.raised)},
        "suspension": None,
        "bids": [_shown(bid) for bid in reversed(bids[-SHOWN_BIDS:])],
        "proxy_bids": [bid["seq"] for bid in bids[-SHOWN_BIDS:] if bid["is_proxy"]],
        "result": result(row),
    }


def _reserve(word: str) -> str:
    return {"revealed": "sealed", "lapsed": "none_declared"}.get(word, word)


def _shown(bid: dict[str, Any]) -> dict[str, Any]:
    names = ("number", "amount_fen", "at_ms", "kind", "seq", "extended")
    return {name: bid[name] for name in names}


def lots(connection: Connection, bidding_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of some lots."""
    asked = select(BIDDINGS.c.bidding_id, BIDDINGS.c.lot)
    found = connection.execute(asked.where(BIDDINGS.c.bidding_id.in_(bidding_ids)))
    return {row.bidding_id: row.lot for row in found}
