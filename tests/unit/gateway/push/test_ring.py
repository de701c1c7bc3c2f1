"""What can be recovered."""

import json

from gateway.push.ring import Ring


def ring_of(*offsets: int, since: int = 0, entries_max: int = 100) -> Ring:
    ring = Ring(since, entries_max)
    for offset in offsets:
        ring.append(offset, {"n": offset})
    return ring


def offsets_after(ring: Ring, offset: int, count_max: int = 100) -> list[int] | None:
    found = ring.after(offset, count_max)
    return None if found is None else [entry.offset for entry in found]


def test_it_gives_what_came_after_an_offset() -> None:
    assert offsets_after(ring_of(1, 2, 3, 4), 2) == [3, 4]
    assert offsets_after(ring_of(1, 2, 3, 4), 4) == []


def test_offsets_may_have_gaps() -> None:
    assert offsets_after(ring_of(10, 17, 40), 12) == [17, 40]


def test_it_says_so_where_something_may_be_missing() -> None:
    assert offsets_after(ring_of(6, 7, since=5), 4) is None
    assert offsets_after(ring_of(6, 7, since=5), 5) == [6, 7]


def test_what_was_pushed_out_is_missing() -> None:
    ring = ring_of(1, 2, 3, 4, entries_max=2)
    assert offsets_after(ring, 1) is None
    assert offsets_after(ring, 2) == [3, 4]


def test_more_than_asked_for_is_none_rather_than_a_part() -> None:
    assert offsets_after(ring_of(1, 2, 3), 0, count_max=2) is None


def test_the_same_offset_again_is_not_put_in() -> None:
    ring = ring_of(1, 2)
    assert ring.append(2, {}) is None
    assert ring.append(1, {}) is None
    assert offsets_after(ring, 0) == [1, 2]


def test_an_entry_is_encoded_as_a_publication() -> None:
    entry = Ring().append(7, {"price_fen": 100})
    assert entry is not None
    assert json.loads(entry.encoded) == {"data": {"price_fen": 100}, "offset": 7}
    assert entry.encoded is entry.encoded


def test_a_page_goes_forward_and_back() -> None:
    ring = ring_of(1, 2, 3, 4, 5)
    assert [entry.offset for entry in ring.page(2, 2, reverse=False)] == [3, 4]
    assert [entry.offset for entry in ring.page(None, 2, reverse=True)] == [5, 4]
    assert [entry.offset for entry in ring.page(3, 9, reverse=True)] == [2, 1]
