"""An event of which nobody has said who sees which field does not start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from gateway.feed.families import RULES, SEEN
from gateway.views.seen import Seen, Table, Unsaid, as_seen, check


@dataclass(frozen=True)
class Sold:
    """An event with something to hide."""

    type: ClassVar[str] = "sold"
    price: int
    buyer: str
    limit: int


EVENTS: dict[str, type] = {"sold": Sold}
WHOLE = Seen(public=("price",), own=("limit",), untold=("buyer",))

REFUSED: dict[str, Table] = {
    "sold: who sees it": {},
    "sold.buyer: who sees it": {Sold: Seen(public=("price",), own=("limit",))},
    "sold.name: there is no such field": {
        Sold: Seen(public=("price", "name"), own=("limit",), untold=("buyer",))
    },
    "sold.limit: told, or untold": {
        Sold: Seen(public=("price",), own=("limit",), untold=("buyer", "limit"))
    },
    "int: no event of this family": {Sold: WHOLE, int: Seen()},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_table_that_leaves_something_unsaid_is_refused(why: str) -> None:
    with pytest.raises(Unsaid, match=why):
        check(REFUSED[why], EVENTS)


def test_each_audience_sees_its_fields_and_no_others() -> None:
    event = Sold(7, "b", 9)
    whole: Table = {Sold: WHOLE}
    check(whole, EVENTS)
    assert as_seen(event, whole, "public") == {"type": "sold", "price": 7}
    assert as_seen(event, whole, "own") == {"type": "sold", "price": 7, "limit": 9}
    assert as_seen(event, whole, "staff") == {"type": "sold", "price": 7}
    hidden: Table = {Sold: Seen(staff=("buyer",), untold=("price", "limit"))}
    assert as_seen(event, hidden, "public") is None
    assert as_seen(event, hidden, "own") is None
    assert as_seen(event, hidden, "staff") == {"type": "sold", "buyer": "b"}


def test_of_every_event_of_every_family_it_is_said_who_sees_which_field() -> None:
    for family, rules in RULES.items():
        events = rules.messages.events
        check(SEEN[family], events)
        for name, event in events.items():
            table = {kind: row for kind, row in SEEN[family].items() if kind is not event}
            with pytest.raises(Unsaid, match=f"^{name}: who sees it"):
                check(table, events)


def test_who_classified_a_card_is_told_what_he_classified() -> None:
    table = next(one for family, one in SEEN.items() if family.name == "roadshow")
    rows = {event.__dict__["type"]: row for event, row in table.items()}
    assert rows["showcase_classified"].own == ("industry", "achievement_class", "stage")
