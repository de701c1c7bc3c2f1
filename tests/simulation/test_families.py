"""Schedules of the other families: many kinds of aggregates, and parts, in one partition.

A failing seed N comes again with `python -m tests.simulation --family roadshow --seed N`.
"""

from collections import Counter

import pytest

from tests.simulation.auditor import audit_log, events_of
from tests.simulation.families import AccountWorld, ShowWorld
from tests.simulation.lots import LotWorld
from tests.simulation.world import World

CHUNK = 20
SEEDS = 60


def happened(kind: type[World], first: int) -> Counter[str]:
    """Run a chunk of seeds, audit each, and count the events that count."""
    found: Counter[str] = Counter()
    for seed in range(first, first + CHUNK):
        _, counted = audit_log(kind(seed).run())
        found.update(name for _, told in counted for name, _ in _named(told))
    return found


def _named(decision: dict[str, object]) -> list[tuple[str, str]]:
    return [(event["type"], aggregate) for aggregate, event in events_of(decision)]


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_sessions_and_cards_hold_under_every_schedule(first: int) -> None:
    found = happened(ShowWorld, first)
    assert found["scores_locked"] > 5
    assert found["interest_registered"] > 20
    assert found["interest_closed"] > 10
    assert found["session_paused"] > 20
    assert found["item_completed"] > 5
    assert found["showcase_expired"] > 3


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_accounts_hold_under_every_schedule(first: int) -> None:
    found = happened(AccountWorld, first)
    assert found["role_granted"] > 50
    assert found["sessions_revoked"] > 50
    assert found["number_assigned"] > 5


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_biddings_of_every_mode_hold_under_every_schedule(first: int) -> None:
    found = happened(LotWorld, first)
    assert found["bid_accepted"] > 50
    assert found["bidding_terminated"] > 3
    assert found["deal_confirmed"] > 3
    assert found["envelopes_opened"] > 1
    assert found["reserve_revealed"] > 1
    assert found["ceiling_joined"] > 3
    assert found["draw_held"] > 0


@pytest.mark.parametrize("kind", [LotWorld, ShowWorld, AccountWorld])
def test_a_seed_is_the_same_world_every_time(kind: type[World]) -> None:
    assert kind(7).run().log.decisions == kind(7).run().log.decisions
