"""What people are told, as they read it: to whom, of which thing, where that is.

Rule 1: every question names the audiences; whose they are is for who asks (gateway.http.mine).
Rule 2: a notice names the thing it is about and leads to a page that is there, or to none.
Rule 3: what is of one kind and one thing is one group; a person is asked to read groups, not rows.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import Connection, Row, select

from infra.db.schema import AGENDA_ITEMS, BIDDINGS, NOTICES, NUMBERS, SESSIONS

NOTICES_MAX: Final = 500
_NOT_SHOWN: Final = ("planned",)
_TOPICS: Final = {
    "INTEREST": "interest", "FOLLOW_UP_OVERDUE": "interest", "QUESTION": "question",
    "PRIVATE_QUESTION": "question", "FOLLOW_UP_TASK": "question", "ROLE": "account",
    "ACCOUNT": "account", "SESSION": "session", "REPORT": "session",
}  # fmt: skip
_TO_DO: Final = frozenset(
    f"NOTICE_{code}"
    for code in (
        "INTEREST_REGISTERED", "FOLLOW_UP_OVERDUE", "FOLLOW_UP_TASK", "QUESTION_ASKED",
        "PRIVATE_QUESTION", "PRIORITY_TURN", "ITEM_BIDDING_CALLED", "SUSPENSION_REVIEW_DUE",
        "DRAW_AWAITED", "STRAY_BIDDING", "CONFLICT_FOUND", "REPORT_OVERDUE", "HALTED",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """The things that notices are about: their names, and the pages that show them."""

    lots: dict[str, str]
    sessions: dict[str, str]
    items: dict[tuple[str, str], str]

    def about(self, root: str, item_id: str) -> str:
        """Return what a thing is called: the item where one is meant; "" where it has no name."""
        named = self.items.get((root, item_id)) or self.lots.get(root)
        return named or self.sessions.get(root, "")

    def link(self, root: str) -> str | None:
        """Return the page of a thing, None where there is none."""
        if root in self.lots:
            return f"/bidding/{quote(root)}"
        return f"/shows/{quote(root)}" if root in self.sessions else None


def audiences(connection: Connection, account_id: str) -> list[str]:
    """Return the audiences that an account belongs to by its numbers."""
    rows = connection.execute(
        select(NUMBERS.c.bidding_id, NUMBERS.c.number).where(
            NUMBERS.c.account_id == account_id, NUMBERS.c.withdrawn_at_ms.is_(None)
        )
    ).all()
    found = [f"bidders:{row.bidding_id}" for row in rows]
    return found + [f"bidder:{row.bidding_id}.{row.number}" for row in rows]


def queues(connection: Connection) -> list[str]:
    """Return the queues of the desk that anything was ever told."""
    rows = connection.execute(
        select(NOTICES.c.audience).where(NOTICES.c.audience.like("desk:%")).distinct()
    )
    return [row.audience for row in rows]


def notices(connection: Connection, to: Sequence[str]) -> list[dict[str, Any]]:
    """Return the newest notices to some audiences; `link` may be None, `about` may be ""."""
    rows = connection.execute(
        select(NOTICES)
        .where(NOTICES.c.audience.in_(to))
        .order_by(NOTICES.c.at_ms.desc(), NOTICES.c.notice_id)
        .limit(NOTICES_MAX)
    ).all()
    about = [_about(row, json.loads(row.params or "{}")) for row in rows]
    places = _places(connection, {root for root, _ in about})
    return [_notice(row, places, *each) for row, each in zip(rows, about, strict=True)]


def _about(row: Row[Any], params: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A number is told of under its account; what it is about is the bidding."""
    return str(params.get("bidding_id") or row.root), params


def _notice(row: Row[Any], places: Places, about: str, params: dict[str, Any]) -> dict[str, Any]:
    item_id = str(params.get("item_id", ""))
    return {
        "notice_id": row.notice_id,
        "audience": row.audience,
        "code": row.code,
        "params": params,
        "priority": row.priority,
        "root": row.root,
        "at_ms": row.at_ms,
        "fallback_due": bool(row.fallback_due),
        "about": places.about(about, item_id),
        "link": places.link(about),
        "topic": topic_of(row.code),
        "to_do": row.code in _TO_DO,
        "group": f"{row.code}|{about}|{item_id}",
    }


def topic_of(code: str) -> str:
    """Return what a notice is about: bidding, interest, question, session, account."""
    told = code.removeprefix("NOTICE_")
    return next((topic for word, topic in _TOPICS.items() if told.startswith(word)), "bidding")


def _places(connection: Connection, roots: Collection[str]) -> Places:
    bidding, session, item = BIDDINGS.c, SESSIONS.c, AGENDA_ITEMS.c
    lots = connection.execute(
        select(bidding.bidding_id, bidding.lot).where(bidding.bidding_id.in_(roots))
    )
    sessions = connection.execute(
        select(session.session_id, session.title).where(
            session.session_id.in_(roots), session.phase.not_in(_NOT_SHOWN)
        )
    )
    items = connection.execute(
        select(item.session_id, item.item_id, item.title).where(item.session_id.in_(roots))
    )
    return Places(
        {row.bidding_id: row.lot for row in lots},
        {row.session_id: row.title for row in sessions},
        {(row.session_id, row.item_id): row.title for row in items},
    )


def audiences_of(connection: Connection, notice_ids: Collection[str]) -> dict[str, str]:
    """Return whom some notices were to."""
    asked = select(NOTICES.c.notice_id, NOTICES.c.audience)
    rows = connection.execute(asked.where(NOTICES.c.notice_id.in_(notice_ids)))
    return {row.notice_id: row.audience for row in rows}
