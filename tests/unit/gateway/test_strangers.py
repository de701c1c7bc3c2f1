"""Which silent socket makes room for the next visitor."""

from __future__ import annotations

from gateway.strangers import Strangers


def test_who_has_been_silent_for_longest_makes_room_for_the_next_visitor() -> None:
    strangers = Strangers[str](2, 100)
    assert [strangers.add(one, "h") for one in "ab"] == [None, None]
    assert strangers.add("a", "h") is None  # it has said something more
    assert strangers.add("c", "h") == "b"
    strangers.remove("a")
    assert strangers.add("d", "h") is None
    assert strangers.add("e", "other") is None
    assert (len(strangers), strangers.replaced_count) == (3, 1)


def test_in_all_there_are_only_so_many_however_many_addresses() -> None:
    strangers = Strangers[int](2, 3)
    gone = [strangers.add(number, f"h{number}") for number in range(6)]
    assert gone == [None, None, None, 0, 1, 2]
    assert strangers.add(6) == 3  # behind a proxy


def test_those_behind_a_proxy_share_no_address() -> None:
    strangers = Strangers[int](1, 100)
    assert [strangers.add(number) for number in range(50)] == [None] * 50


def test_nothing_is_kept_of_who_has_gone() -> None:
    strangers = Strangers[int](10, 1_000)
    for number in range(100):
        strangers.add(number, f"h{number}")
        strangers.remove(number)
        strangers.remove(number)
    assert len(strangers) == 0
    assert not strangers._by_address
