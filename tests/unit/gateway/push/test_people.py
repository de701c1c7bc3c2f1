"""Connections by account."""

from dataclasses import dataclass

from gateway.authorize import Subject
from gateway.push import close_codes as codes
from gateway.push.limits import Limits
from gateway.push.people import People
from gateway.push.ports import Fault
from tests.support.push import FakeAccess


@dataclass(eq=False)
class Screen:
    subject: Subject | None
    roles: frozenset[str]


def screen_of(account_id: str) -> Screen:
    roles = frozenset({"investor"})
    return Screen(Subject(account_id, None, roles, "", "s", 0), roles)


def test_an_account_has_only_so_many_connections() -> None:
    people = People(Limits(per_account_max=2))
    screens = [screen_of("ann") for _ in range(3)]
    came = [people.come("ann", screen) for screen in screens]
    assert came == [None, None, codes.CONNECTION_LIMIT]
    people.go("ann", screens[0])
    assert people.come("ann", screens[2]) is None


def test_the_public_is_not_counted_by_account() -> None:
    people = People(Limits(per_account_max=2, guests_per_address_max=5))
    guest = Screen(None, frozenset())
    assert [people.come(None, guest, "h") for _ in range(5)] == [None] * 5
    assert people.count == 5
    assert people.come(None, guest, "h") is codes.TOO_MANY_REQUESTS
    people.go(None, guest, "h")
    assert people.come(None, guest, "h") is None


def test_who_was_shut_out_must_go_and_whose_roles_changed_is_told_once() -> None:
    people, access = People(Limits()), FakeAccess()
    ann, bob = screen_of("ann"), screen_of("bob")
    people.come("ann", ann)
    people.come("bob", bob)
    access.faults["ann"] = Fault.BANNED
    access.roles_of["bob"] = frozenset({"host"})
    assert people.look(access) == ([(ann, Fault.BANNED)], [bob])
    assert people.look(access) == ([(ann, Fault.BANNED)], [])
