"""Of what a person wants to be reminded. The wish lives here; when it is due says the calendar."""

from typing import Final

from sqlalchemy import Engine, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from infra.db.engine import reading, writing
from infra.identity.schema import reminders

REMINDERS_MAX: Final = 200


class Reminders:
    """Wishes in the database. Every call blocks: not on a loop."""

    def __init__(self, engine: Engine) -> None:
        """`engine` of a migrated database."""
        self._engine = engine

    def add(self, account_id: str, root: str, now_ms: int) -> bool:
        """Note a wish; again is as once. Returns False where he has as many as one may."""
        dialect = sqlite if self._engine.dialect.name == "sqlite" else postgresql
        row = {"account_id": account_id, "root": root, "set_at_ms": now_ms}
        count = select(func.count()).where(reminders.c.account_id == account_id)
        with writing(self._engine) as connection:
            if connection.execute(count).scalar_one() >= REMINDERS_MAX:
                return False
            connection.execute(dialect.insert(reminders).values(row).on_conflict_do_nothing())
        return True

    def remove(self, account_id: str, root: str) -> None:
        """Forget a wish."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(reminders).where(
                    reminders.c.account_id == account_id, reminders.c.root == root
                )
            )

    def of(self, account_id: str) -> list[str]:
        """Return of which sessions and biddings he wants to be reminded."""
        query = select(reminders.c.root).where(reminders.c.account_id == account_id)
        with reading(self._engine) as connection:
            return [row.root for row in connection.execute(query)]
