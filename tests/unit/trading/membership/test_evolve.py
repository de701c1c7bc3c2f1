"""The machine of an account as a table: what it leaves out cannot happen."""

import pytest

from tests.support.accounts import ACCOUNT_ID, granted
from trading.dispatch import MEMBERSHIP
from trading.membership.events import EVENTS, AccountBanned, BanLifted, RoleGranted
from trading.membership.evolve import TRANSITIONS, evolve
from trading.membership.state import Membership, number_in


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_has_a_row(event: type) -> None:
    assert [phase for phase, kind in TRANSITIONS if kind is event]


def test_an_account_begins_active_with_whatever_happens_first() -> None:
    assert evolve(None, ACCOUNT_ID, RoleGranted("host", "x", "a-2", "admin")) == Membership(
        ACCOUNT_ID, roles=("host",)
    )


def test_what_a_table_leaves_out_cannot_happen() -> None:
    with pytest.raises(AssertionError, match="BanLifted cannot happen while active"):
        evolve(None, ACCOUNT_ID, BanLifted("x", "a-2"))
    banned = evolve(None, ACCOUNT_ID, AccountBanned("x", "a-2"))
    with pytest.raises(AssertionError, match="RoleGranted cannot happen while banned"):
        evolve(banned, ACCOUNT_ID, RoleGranted("host", "x", "a-2", "admin"))


def test_who_bears_no_number_bears_none() -> None:
    assert number_in(granted("investor").now, "b1") is None


def test_time_does_nothing_to_an_account() -> None:
    now = granted("investor").now
    assert not MEMBERSHIP.is_open(now)
    assert MEMBERSHIP.due_ms(now) is MEMBERSHIP.period_ends_at_ms(now) is None
    assert MEMBERSHIP.phase_change(now, 1) == MEMBERSHIP.fire(now, 1) == ()
    assert MEMBERSHIP.suspend(now, "system_stall", 1, 0) == ()
    assert MEMBERSHIP.threshold_ms(now) == 0
    assert MEMBERSHIP.judged(now) == {"phase": "active"}
