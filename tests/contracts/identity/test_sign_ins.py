"""Refresh tokens: each is good once; a copy that is used ends the whole sign-in."""

import threading

import pytest
from sqlalchemy import Engine, select

from infra.db.engine import reading
from infra.identity.people import People
from infra.identity.schema import refresh_tokens, sign_ins
from infra.identity.sign_ins import (
    GRACE_MS,
    IDLE_MS,
    KEEP_MS,
    LONG_MS,
    RefreshFault,
    SignIn,
    SignIns,
)

NOW = 1_800_000_000_000


@pytest.fixture
def him(engine: Engine) -> str:
    return People(engine).create_account("lin", "林", None, "hash", NOW).account_id


@pytest.fixture
def doors(engine: Engine) -> SignIns:
    return SignIns(engine)


def went_on(doors: SignIns, token: str, at_ms: int) -> SignIn:
    found = doors.refresh(token, at_ms)
    assert isinstance(found, SignIn), found
    return found


def test_each_token_gives_the_next_of_the_same_sign_in(doors: SignIns, him: str) -> None:
    first = doors.start(him, NOW)
    second = went_on(doors, first.refresh_token, NOW + 1)
    third = went_on(doors, second.refresh_token, NOW + 2)
    assert len({one.refresh_token for one in (first, second, third)}) == 3
    assert {(one.sign_in_id, one.account_id, one.started_at_ms) for one in (second, third)} == {
        (first.sign_in_id, him, NOW)
    }


def test_no_token_is_kept(doors: SignIns, him: str, engine: Engine) -> None:
    token = doors.start(him, NOW).refresh_token
    with reading(engine) as connection:
        rows = [*connection.execute(select(refresh_tokens)), *connection.execute(select(sign_ins))]
    assert token not in repr(rows)


def test_a_token_used_again_ends_the_whole_sign_in(doors: SignIns, him: str) -> None:
    stolen = doors.start(him, NOW)
    owner = went_on(doors, stolen.refresh_token, NOW + 1)
    owner = went_on(doors, owner.refresh_token, NOW + 2)
    assert doors.refresh(stolen.refresh_token, NOW + 2 + GRACE_MS) is RefreshFault.REUSED
    assert doors.refresh(owner.refresh_token, NOW + 3 + GRACE_MS) is RefreshFault.REVOKED
    assert doors.revoked_since(NOW) == {stolen.sign_in_id}


def test_the_owner_comes_second_and_the_thief_is_out_too(doors: SignIns, him: str) -> None:
    owner = doors.start(him, NOW)
    thief = went_on(doors, owner.refresh_token, NOW + 1)
    thief = went_on(doors, thief.refresh_token, NOW + 2)
    assert doors.refresh(owner.refresh_token, NOW + 2 + GRACE_MS) is RefreshFault.REUSED
    assert doors.refresh(thief.refresh_token, NOW + 3 + GRACE_MS) is RefreshFault.REVOKED


def test_two_tabs_may_refresh_at_the_same_time(doors: SignIns, him: str) -> None:
    first = doors.start(him, NOW)
    one = went_on(doors, first.refresh_token, NOW + 1)
    other = went_on(doors, first.refresh_token, NOW + 1 + GRACE_MS)
    assert went_on(doors, one.refresh_token, NOW + 20_000)
    assert went_on(doors, other.refresh_token, NOW + 20_000)


def test_many_tabs_in_fact_at_once_all_go_on(doors: SignIns, him: str) -> None:
    token = doors.start(him, NOW).refresh_token
    gate, found = threading.Barrier(6), list[object]()

    def come() -> None:
        gate.wait()
        found.append(doors.refresh(token, NOW + 1))

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(one) for one in found] == [SignIn] * 6


def test_grace_begins_with_the_first_use_and_is_not_prolonged(doors: SignIns, him: str) -> None:
    token = doors.start(him, NOW).refresh_token
    went_on(doors, token, NOW)
    other = went_on(doors, token, NOW + GRACE_MS)
    went_on(doors, other.refresh_token, NOW + GRACE_MS)
    assert doors.refresh(token, NOW + GRACE_MS + 1) is RefreshFault.REUSED


HOUR = 3_600_000


def test_whose_answer_never_came_goes_on_with_what_he_has(doors: SignIns, him: str) -> None:
    """A page reloaded, a line cut, a laptop shut while the answer was on its way."""
    kept = doors.start(him, NOW).refresh_token
    lost = went_on(doors, kept, NOW + 1).refresh_token
    again = went_on(doors, kept, NOW + HOUR).refresh_token
    following = went_on(doors, again, NOW + HOUR + 1).refresh_token
    assert doors.refresh(lost, NOW + HOUR + 2) is RefreshFault.REUSED
    assert doors.refresh(following, NOW + HOUR + 3) is RefreshFault.REVOKED


def test_of_an_answer_and_the_one_given_in_its_place_only_one_goes_on(
    doors: SignIns, him: str
) -> None:
    """A thief with an old token and the owner with the next one: whoever is second tells it."""
    stolen = doors.start(him, NOW).refresh_token
    owner = went_on(doors, stolen, NOW + 1).refresh_token
    thief = went_on(doors, stolen, NOW + HOUR).refresh_token
    assert went_on(doors, owner, NOW + HOUR + 1)
    assert doors.refresh(thief, NOW + HOUR + 2) is RefreshFault.REUSED


def test_an_answer_that_came_late_after_all_is_still_good(doors: SignIns, him: str) -> None:
    kept = doors.start(him, NOW).refresh_token
    late = went_on(doors, kept, NOW + 1).refresh_token
    went_on(doors, kept, NOW + HOUR)
    assert went_on(doors, late, NOW + HOUR + 1)


def test_it_ends_when_nobody_goes_on(doors: SignIns, him: str) -> None:
    token = doors.start(him, NOW).refresh_token
    assert doors.refresh(token, NOW + IDLE_MS) is RefreshFault.EXPIRED
    assert isinstance(doors.refresh(token, NOW + IDLE_MS - 1), SignIn)


def test_it_ends_some_day_however_often_one_goes_on(doors: SignIns, him: str) -> None:
    token, at_ms = doors.start(him, NOW).refresh_token, NOW
    while at_ms + IDLE_MS - 1 < NOW + LONG_MS:
        at_ms += IDLE_MS - 1
        token = went_on(doors, token, at_ms).refresh_token
    assert doors.refresh(token, NOW + LONG_MS) is RefreshFault.EXPIRED


def test_an_unknown_token_gives_nothing(doors: SignIns) -> None:
    assert doors.refresh("", NOW) is RefreshFault.UNKNOWN
    assert doors.refresh("令牌", NOW) is RefreshFault.UNKNOWN


def test_signing_out_ends_it_by_id_or_by_token(doors: SignIns, him: str) -> None:
    one, other = doors.start(him, NOW), doors.start(him, NOW)
    assert doors.revoke(one.sign_in_id, NOW + 1, "signed out")
    assert not doors.revoke(one.sign_in_id, NOW + 1, "signed out"), "it had ended"
    assert doors.refresh(one.refresh_token, NOW + 2) is RefreshFault.REVOKED
    assert doors.of_token(other.refresh_token) == other.sign_in_id
    assert doors.revoke(other.sign_in_id, NOW + 3, "signed out")
    assert doors.refresh(other.refresh_token, NOW + 4) is RefreshFault.REVOKED
    assert doors.of_token("unknown") is None
    assert doors.revoked_since(NOW + 2) == {other.sign_in_id}


def test_all_of_an_account_end_together_and_no_others(
    doors: SignIns, him: str, engine: Engine
) -> None:
    her = People(engine).create_account("zhou", "周", None, "hash", NOW).account_id
    his, hers = [doors.start(him, NOW) for _ in range(3)], doors.start(her, NOW)
    assert doors.revoke_all(him, NOW + 1, "password changed") == 3
    assert doors.revoked_since(NOW) == {one.sign_in_id for one in his}
    assert isinstance(doors.refresh(hers.refresh_token, NOW + 2), SignIn)


def test_what_ended_long_ago_is_forgotten(doors: SignIns, him: str, engine: Engine) -> None:
    old = doors.start(him, NOW)
    later = doors.start(him, NOW + LONG_MS + KEEP_MS + 1)
    with reading(engine) as connection:
        kept = connection.execute(select(sign_ins.c.sign_in_id)).scalars().all()
    assert kept == [later.sign_in_id]
    assert doors.refresh(old.refresh_token, NOW) is RefreshFault.UNKNOWN
