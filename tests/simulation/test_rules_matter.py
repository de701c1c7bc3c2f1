"""Every rule of docs/log-protocol.md, part 4, taken out in turn: the simulation must object."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from infra.chain import Broken, Chain
from infra.codec import Command, read_command
from processors.deciding import CommandRecord, Decider
from processors.host import PartitionHost, UnknownOutcome, WrongOffset
from processors.idempotence import Answers
from processors.standing import Standing
from tests.simulation.auditor import Objection, audit
from tests.simulation.world import World

SEEDS = 60
Patch = pytest.MonkeyPatch
Without = Callable[[Patch], None]


def silent_while_open(patch: Patch) -> None:
    patch.setattr(Decider, "_is_silent", lambda *_: True)


def everything_counts(patch: Patch) -> None:
    judge = Chain.judge

    def lax(chain: Chain, offset: int, value: bytes, decision: object) -> object:
        chain.head_hex = decision.prev  # type: ignore[attr-defined]
        chain.command_offset = -1
        return judge(chain, offset, value, decision)  # type: ignore[arg-type]

    patch.setattr(Chain, "judge", lax)


def no_way_back(patch: Patch) -> None:
    patch.setattr(Standing, "rollback", lambda _: None)


def the_batch_time_is_the_clock(patch: Patch) -> None:
    count = iter(range(10**9))
    write = Decider._write

    def chancy(decider: Decider, draft: object, *rest: object, **more: object) -> object:
        draft.at_ms += next(count) % 2  # type: ignore[attr-defined]
        return write(decider, draft, *rest, **more)  # type: ignore[arg-type]

    patch.setattr(Decider, "_write", chancy)


def no_phase_change_before_the_guards(patch: Patch) -> None:
    patch.setattr(Decider, "_change_phase", lambda *_: None)


def no_timers(patch: Patch) -> None:
    patch.setattr(Decider, "_fire", lambda *_: None)


def no_stall_guard(patch: Patch) -> None:
    patch.setattr(Decider, "_suspend_the_stalled", lambda *_: None)


def no_eyes_on_the_price(patch: Patch) -> None:
    patch.setattr(Decider, "_suspend_the_unseen", lambda *_: None)


def nothing_was_asked_before(patch: Patch) -> None:
    patch.setattr(Answers, "find", lambda *_: None)


def an_id_is_enough(patch: Patch) -> None:
    find = Answers.find

    def careless(answers: Answers, key: bytes) -> object:
        found = find(answers, key)
        return found and found._replace(digest=_Any(found.digest))

    patch.setattr(Answers, "find", careless)


def nothing_expires(patch: Patch) -> None:
    read = read_command

    def timeless(*asked: Any) -> Any:
        command, digest = read(*asked)
        if isinstance(command, Command):
            command = msgspec.structs.replace(command, valid_until_ms=None)
        return command, digest

    patch.setattr("processors.deciding.read_command", timeless)


def time_runs_back(patch: Patch) -> None:
    decide = Decider.decide

    def forgetful(decider: Decider, record: CommandRecord) -> object:
        decider._standing.clock.at_ms = 0
        return decide(decider, record)

    patch.setattr(Decider, "decide", forgetful)


def any_offset_confirms(patch: Patch) -> None:
    appended = PartitionHost.appended
    patch.setattr(PartitionHost, "appended", lambda host, _: appended(host, host.read_offset + 1))


class _Any(bytes):
    __slots__ = ()
    __hash__ = bytes.__hash__

    def __eq__(self, other: object) -> bool:
        return True


WITHOUT: list[Without] = [
    silent_while_open,
    everything_counts,
    no_timers,
    no_way_back,
    the_batch_time_is_the_clock,
    no_phase_change_before_the_guards,
    no_stall_guard,
    no_eyes_on_the_price,
    nothing_was_asked_before,
    an_id_is_enough,
    nothing_expires,
    time_runs_back,
    any_offset_confirms,
]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("without", WITHOUT, ids=lambda without: without.__name__)
def test_without_a_rule_some_seed_fails(without: Without, monkeypatch: Patch) -> None:
    without(monkeypatch)
    assert any(objected(seed) for seed in range(SEEDS))


def objected(seed: int) -> bool:
    try:
        audit(World(seed).run())
    except (Objection, Broken, UnknownOutcome, WrongOffset, AssertionError):
        return True
    return False
