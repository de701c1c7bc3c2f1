"""Some hundred schedules of owners, zombies, clocks and people; `make chaos` runs ten thousand.

A failing seed N comes again with `python -m tests.simulation --seed N`; one that ever fails stays
here as a test of its own.
"""

import pytest

from tests.simulation.auditor import Audit, audit
from tests.simulation.world import World

CHUNK = 50
SEEDS = 500


def run(first: int, last: int) -> list[Audit]:
    return [audit(World(seed).run()) for seed in range(first, last)]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_the_log_holds_under_every_schedule(first: int) -> None:
    seen = run(first, first + CHUNK)
    reasons = {reason for one in seen for reason in one.reasons}
    assert {"system_stall", "decider_stall"} <= reasons
    assert sum(one.stale for one in seen) > 100
    assert sum(one.bids for one in seen) > 100
    assert sum(one.closed for one in seen) > 10
    assert sum(one.repeated for one in seen) > 100


def test_a_seed_is_the_same_world_every_time() -> None:
    assert World(7).run().log.decisions == World(7).run().log.decisions
