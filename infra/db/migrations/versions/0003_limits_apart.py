"""A standing limit stands apart from what was bid."""

from typing import Final

from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Add the column; the projections fill it anew."""
    op.execute("ALTER TABLE receipts ADD COLUMN limit_fen BIGINT")
