"""The demo's people: enough of each role, valid codes, and the same twice."""

from collections import Counter
from pathlib import Path

from gateway.demo_people import BUILTIN, PASSWORD, make_accounts
from gateway.place import open_place
from infra.identity.passwords import Passwords
from trading.membership.duties import ROLES, separated_from

NOW = 1_800_000_000_000


def test_there_is_somebody_for_every_part_of_a_show() -> None:
    count = Counter(role for person in BUILTIN for role in person.roles)
    assert count.keys() <= set(ROLES)
    assert count["expert"] >= 5
    assert count["investor"] >= 2
    wanted = {
        "seller", "presenter", "broker", "host", "stage_controller", "bid_controller", "supervisor",
        "desk_officer", "desk_reviewer", "desk_issuer", "auditor", "admin",
    }  # fmt: skip
    assert wanted <= count.keys()


def test_nobody_bears_two_roles_that_must_be_apart() -> None:
    for person in BUILTIN:
        for role in person.roles:
            assert separated_from([one for one in person.roles if one != role], role) is None


def test_making_them_twice_changes_nothing(tmp_path: Path) -> None:
    place, passwords = open_place(tmp_path, None), Passwords("demo")
    first = make_accounts(place.people, passwords, BUILTIN, NOW)
    assert make_accounts(place.people, passwords, BUILTIN, NOW + 1) == first
    assert len(first) == len(BUILTIN) == len({row["account_id"] for row in first})
    host = place.people.by_login("host")
    assert host is not None
    assert passwords.fits(PASSWORD, host.password_hash)
    assert not Passwords("standard").fits(PASSWORD, host.password_hash)
    assert all(one.credit_code for one in place.people.all_organisations())
