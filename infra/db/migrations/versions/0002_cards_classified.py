"""Cards are classified: industry, class, stage."""

from typing import Final

from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"

_COLUMNS: Final = ("industry", "achievement_class", "stage")


def upgrade() -> None:
    """Add the columns; the projections fill them anew."""
    for name in _COLUMNS:
        op.execute(f"ALTER TABLE cards ADD COLUMN {name} VARCHAR(64) DEFAULT '' NOT NULL")
