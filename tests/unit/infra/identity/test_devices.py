"""A device that has signed in before is known for that account, and for no other."""

import pytest

from infra.identity.devices import ACCOUNTS_MAX, Devices

OURS = Devices(b"a key")


def test_a_device_is_known_where_it_has_signed_in_and_for_no_other_account() -> None:
    phone = OURS.signed_in("", "lin")
    assert OURS.known(phone, "LIN ") == phone.split(".")[0]
    assert OURS.known(phone, "zhou") is None


def test_a_shared_device_knows_the_latest_accounts_and_stays_itself() -> None:
    cookie = OURS.signed_in("", "first")
    device = cookie.split(".")[0]
    for name in (*(f"guest{i}" for i in range(ACCOUNTS_MAX - 1)), "guest0"):
        cookie = OURS.signed_in(cookie, name)
    assert OURS.known(cookie, "first") == device
    cookie = OURS.signed_in(cookie, "one-more")
    assert OURS.known(cookie, "first") is None
    assert {OURS.known(cookie, "guest0"), OURS.known(cookie, "one-more")} == {device}


def test_marks_of_one_device_are_worth_nothing_on_another() -> None:
    hers, his = OURS.signed_in("", "lin"), OURS.signed_in("", "mallory")
    stolen = f"{his.split('.')[0]}.{hers.split('.')[1]}"
    assert OURS.known(stolen, "lin") is None


@pytest.mark.parametrize("cookie", ["", "x", "é" * 24, "0" * 24, ".", f"{'0' * 24}.", "0" * 9_000])
def test_what_is_no_cookie_of_ours_is_a_device_never_seen(cookie: str) -> None:
    assert OURS.known(cookie, "lin") is None
    made = OURS.signed_in(cookie, "lin")
    assert OURS.known(made, "lin") is not None


def test_another_instance_knows_it_not() -> None:
    assert Devices(b"another").known(OURS.signed_in("", "lin"), "lin") is None
