"""What guests may hold and ask, by address and in all."""

from __future__ import annotations

import pytest

from gateway.push.guests import TURN_MS_MAX, Guests
from gateway.push.limits import Limits

LIMITS = Limits(
    guests_per_address_max=2, guests_percent=50, guest_work_per_second=100, guest_work_burst=50,
    address_work_per_second=10, address_work_burst=20,
)  # fmt: skip


def test_an_address_and_all_together_hold_only_so_many() -> None:
    guests = Guests(LIMITS, 6)
    assert [guests.come(one) for one in "aaabbb"] == [True, True, False, True, False, False]
    guests.go("a")
    assert guests.come("c")
    assert guests.count == 3


def test_beyond_its_share_an_address_waits_until_it_owes_nothing_and_others_do_not() -> None:
    guests = Guests(LIMITS, 6)
    guests.owe("a", 20, 100, 0)
    assert guests.wait_ms("a", 0) == 0
    guests.owe("a", 5, 100, 0)
    assert guests.wait_ms("a", 0) == 500
    assert guests.wait_ms("a", 500) == 0
    assert guests.wait_ms("b", 0) == 0


def test_all_guests_together_have_a_share_too() -> None:
    guests = Guests(LIMITS, 6)
    for address in "abcdef":
        guests.owe(address, 10, 0, 0)
    assert guests.wait_ms("z", 0) == 100


def test_a_large_frame_is_as_much_work_as_many_small_ones() -> None:
    guests = Guests(LIMITS, 6)
    guests.owe("a", 1, 25 * 1_024, 0)
    assert guests.wait_ms("a", 0) == 500


def test_who_comes_back_owes_what_he_owed_and_only_so_many_addresses_are_remembered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateway.push.guests.ADDRESSES_MAX", 2)
    guests = Guests(LIMITS, 6)
    guests.come("a")
    guests.owe("a", 25, 0, 0)
    guests.go("a")
    assert guests.come("a")
    assert guests.wait_ms("a", 0) == 500
    for address in "bcdef":
        guests.wait_ms(address, 0)
    assert list(guests._idle) == ["e", "f"]
    assert list(guests._busy) == ["a"]


def test_who_waits_has_his_turn_behind_those_who_wait_and_not_later_than_a_pong_is_due() -> None:
    guests = Guests(LIMITS, 6)
    guests.owe("a", 21, 100, 0)
    assert guests.wait_ms("a", 0) == 100
    guests.waiting_count = 10
    assert guests.wait_ms("a", 0) == 800
    guests.waiting_count = 1_000
    assert guests.wait_ms("a", 0) == TURN_MS_MAX < Limits().pong_ms
    assert guests.wait_ms("b", 0) == 0, "who owes nothing waits for nobody"
