"""Connections by account."""

from dataclasses import dataclass

from gateway.authorize import Subject
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
    people = People()
    screens = [screen_of("ann") for _ in range(3)]
    assert [people.come("ann", screen, 2) for screen in screens] == [True, True, False]
    people.go("ann", screens[0])
    assert people.come("ann", screens[2], 2)


def test_the_public_is_not_counted_by_account() -> None:
    people = People()
    assert all(people.come(None, Screen(None, frozenset()), 2) for _ in range(5))
    assert people.count == 5


def test_who_was_shut_out_must_go_and_whose_roles_changed_is_told_once() -> None:
    people, access = People(), FakeAccess()
    ann, bob = screen_of("ann"), screen_of("bob")
    people.come("ann", ann, 9)
    people.come("bob", bob, 9)
    access.faults["ann"] = Fault.BANNED
    access.roles_of["bob"] = frozenset({"host"})
    assert people.look(access) == ([(ann, Fault.BANNED)], [bob])
    assert people.look(access) == ([(ann, Fault.BANNED)], [])
