"""What time brings about: a card is valid for its period, and after a grace it expires (SM-15).

Rule 1: after `fire`, what is due next lies later, or nothing is due.
"""

from roadshow.showcase.events import ShowcaseExpired, ShowcaseRevalidationDue
from roadshow.showcase.state import Card


def due_ms(card: Card) -> int | None:
    """When its earliest timer is due."""
    if card.phase == "published":
        return card.valid_until_ms
    return card.expires_at_ms if card.phase == "revalidation_due" else None


def fire(card: Card, _at_ms: int) -> tuple[object, ...]:
    """What the earliest due timer does."""
    return (ShowcaseRevalidationDue() if card.phase == "published" else ShowcaseExpired(),)
