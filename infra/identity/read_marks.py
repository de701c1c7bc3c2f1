"""Which notices a person has read. They live here, since the read model may be built anew."""

from collections.abc import Collection

from sqlalchemy import Engine, select
from sqlalchemy.dialects import postgresql, sqlite

from infra.db.engine import reading, writing
from infra.identity.schema import read_marks


class ReadMarks:
    """Read marks in the database. Every call blocks: not on a loop."""

    def __init__(self, engine: Engine) -> None:
        """`engine` of a migrated database."""
        self._engine = engine

    def mark(self, account_id: str, notice_ids: Collection[str], now_ms: int) -> None:
        """Mark notices as read; the first time counts."""
        rows = [
            {"account_id": account_id, "notice_id": notice_id, "read_at_ms": now_ms}
            for notice_id in dict.fromkeys(notice_ids)
        ]
        if not rows:
            return
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(read_marks).on_conflict_do_nothing()
        with writing(self._engine) as connection:
            connection.execute(statement, rows)

    def read_of(self, account_id: str, notice_ids: Collection[str]) -> dict[str, int]:
        """Return which of these notices he has read, and when."""
        query = select(read_marks.c.notice_id, read_marks.c.read_at_ms).where(
            read_marks.c.account_id == account_id, read_marks.c.notice_id.in_(notice_ids)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return {row.notice_id: row.read_at_ms for row in rows}
