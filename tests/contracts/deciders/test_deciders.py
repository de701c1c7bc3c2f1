"""What workers must do on any broker: one counted decision per command, in order, whatever dies."""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import signal
from contextlib import AbstractAsyncContextManager

import pytest

from infra.frozen import unsealed
from infra.kafka.appender import Appender
from infra.process import EXIT_BROKEN, EXIT_USAGE
from infra.tail import read_partition
from infra.topics import BIDDING
from processors.checkpoint import read_checkpoint
from processors.verify import Result
from processors.verify_log import verify_log
from producers.command_publisher import CommandPublisher
from producers.outcomes import Outcomes, ask
from tests.contracts.deciders.conftest import APACHE, Stage
from tests.support.eventually import eventually, pause
from tests.support.load import Load, all_decided, bid, counted_commands, loaded, schedule

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(120)]

BIDDINGS = [f"B-{index}" for index in range(12)]


def under_load(stage: Stage) -> AbstractAsyncContextManager[Load]:
    """Bids for the length of a block; ends with every one decided."""
    return loaded(stage.bootstrap, stage.log, BIDDINGS, seed=1)


async def prove(stage: Stage) -> None:
    """The log proves itself, once the last ticks are decided."""

    async def proven() -> bool:
        reports = await verify_log(stage.bootstrap, BIDDING)
        results = {report.result for report in reports}
        assert Result.DIFFERS not in results, reports
        return results == {Result.PROVEN}

    await eventually(proven, 30)


async def test_one_worker_answers_a_bid(stage: Stage) -> None:
    stage.decider("decider-0")
    stage.chronograph()
    publisher = CommandPublisher(stage.bootstrap, BIDDING)
    log = await publisher.start()
    outcomes = Outcomes(stage.bootstrap, BIDDING, log)
    await outcomes.start()
    try:
        opened = await ask(publisher, outcomes, schedule("B-1"))
        assert opened.outcome == "decided"

        async def accepted() -> bool:
            answer = await ask(publisher, outcomes, bid("B-1", "N1", 10_000))
            return answer.outcome == "decided"

        await eventually(accepted)
    finally:
        await outcomes.close()
        await publisher.close()
    await prove(stage)


async def test_the_same_command_again_gets_the_first_answer(stage: Stage) -> None:
    stage.decider("decider-0")
    publisher = CommandPublisher(stage.bootstrap, BIDDING)
    log = await publisher.start()
    outcomes = Outcomes(stage.bootstrap, BIDDING, log)
    await outcomes.start()
    command = schedule("B-1")
    try:
        first = await ask(publisher, outcomes, command)
        again = await ask(publisher, outcomes, command)
    finally:
        await outcomes.close()
        await publisher.close()
    assert first == again


async def test_two_workers_share_the_partitions_and_a_killed_one_is_replaced(
    stage: Stage,
) -> None:
    workers = [stage.decider("decider-0"), stage.decider("decider-1")]
    stage.chronograph()
    async with under_load(stage):
        for worker in workers * 2:
            await pause(0.7)
            await worker.kill9()
            worker.restart()
    await prove(stage)


async def test_a_dead_workers_partitions_go_to_the_other(stage: Stage) -> None:
    stage.decider("decider-0")
    dead = stage.decider("decider-1")
    stage.chronograph()
    async with under_load(stage):
        await pause(2)
        await dead.kill9()
    await prove(stage)


async def test_a_worker_that_was_frozen_and_wakes_as_a_second_owner_harms_nothing(
    stage: Stage,
) -> None:
    frozen = stage.decider("decider-0")
    stage.decider("decider-1")
    stage.chronograph()
    async with under_load(stage) as load:
        await pause(2)
        frozen.signal(signal.SIGSTOP)
        await pause(1)  # what is acknowledged from here on only the other can decide
        await all_decided(stage.bootstrap, stage.log, Load(load.publisher, [], 0, dict(load.acked)))
        frozen.signal(signal.SIGCONT)
        await pause(1)
    await prove(stage)


async def test_a_worker_comes_back_from_its_snapshot(stage: Stage) -> None:
    worker = stage.decider("decider-0")
    stage.chronograph()
    async with under_load(stage):
        await pause(1)
    assert await worker.stop() == 0
    assert list((stage.folder / "decider-0" / "snapshots").glob("*.snapshot"))
    worker.restart()
    async with under_load(stage):
        await pause(0.5)
    await prove(stage)


async def test_a_worker_does_not_append_to_a_broken_chain(stage: Stage) -> None:
    appender = Appender(stage.bootstrap, BIDDING.decisions)
    try:
        for partition in range(stage.log.partitions):
            await appender.append_batch(partition, [None], [b'{"prev":"","rules":4}'])
    finally:
        await appender.close()
    worker = stage.decider("decider-0")
    assert await worker.wait() == EXIT_BROKEN
    reports = await verify_log(stage.bootstrap, BIDDING)
    assert {report.result for report in reports} == {Result.DIFFERS}


async def test_whatever_stands_in_the_command_topic_is_answered(stage: Stage) -> None:
    stage.decider("decider-0")
    appender = Appender(stage.bootstrap, BIDDING.commands)
    poison = [b"", b"{", b"\xff\xfe", b"null", b'{"schema":2}', b"9" * 900_000]
    try:
        acks = [await appender.append(0, b"B-1", value) for value in poison]
    finally:
        await appender.close()

    async def answered() -> bool:
        found = await counted_commands(stage.bootstrap, stage.log)
        return {(0, ack.offset) for ack in acks} <= set(found)

    await eventually(answered)
    await prove(stage)


async def test_a_record_of_another_between_its_own_is_read_on_over(stage: Stage) -> None:
    stage.decider("decider-0")
    stage.chronograph()
    copies = 0

    async def begun() -> bool:
        return bool(await counted_commands(stage.bootstrap, stage.log))

    async with under_load(stage):
        await eventually(begun, 60)
        appender = Appender(stage.bootstrap, BIDDING.decisions)
        try:
            for partition in range(stage.log.partitions):
                _, counted = await read_partition(stage.bootstrap, BIDDING, stage.log, partition)
                if counted:
                    entries = counted[-1].decision.entries  # none, where a tick was the last
                    key = str(entries[0].aggregate).encode() if entries else None
                    await appender.append_batch(partition, [key], [counted[-1].value])
                    copies += 1
        finally:
            await appender.close()
        await pause(1)
    await prove(stage)
    reports = await verify_log(stage.bootstrap, BIDDING)
    assert sum(len(report.stale) for report in reports) >= copies > 0


async def test_a_worker_refuses_another_log(stage: Stage) -> None:
    stranger = stage.decider("decider-0", "--log-id", "another")
    assert await stranger.wait() == 1


async def test_a_head_that_is_on_the_chain_is_proven_and_another_is_not(stage: Stage) -> None:
    stage.decider("decider-0")
    async with under_load(stage):
        pass
    reports = await verify_log(stage.bootstrap, BIDDING)
    heads = {report.partition: report.head for report in reports if report.counted_count}
    assert heads
    await prove(stage)
    proven = await verify_log(stage.bootstrap, BIDDING, heads)
    assert {report.result for report in proven} == {Result.PROVEN}
    forged = {partition: (offset, "0" * 64) for partition, (offset, _) in heads.items()}
    found = await verify_log(stage.bootstrap, BIDDING, forged)
    assert {report.partition for report in found if report.result is Result.DIFFERS} == set(heads)


async def kept_and_gone_on(stage: Stage) -> list[str]:
    """A log with a snapshot of every partition somewhere in it, each as `SHA256:FILE`."""
    decider = stage.decider("decider-0")
    async with under_load(stage):
        pass
    assert await decider.stop() == 0  # which leaves the snapshots
    folder = stage.folder / "kept"
    shutil.copytree(stage.folder / "decider-0" / "snapshots", folder)
    decider.restart()
    async with under_load(stage):
        pass
    await prove(stage)
    files = sorted(folder.iterdir())
    assert files
    return [f"{hashlib.sha256(file.read_bytes()).hexdigest()}:{file}" for file in files]


async def test_a_log_is_decided_again_from_a_snapshot_that_was_kept(stage: Stage) -> None:
    kept = await kept_and_gone_on(stage)
    whole = await verify_log(stage.bootstrap, BIDDING)
    reports = await verify_log(
        stage.bootstrap, BIDDING, checkpoints=[read_checkpoint(text) for text in kept]
    )
    assert {report.result for report in reports} == {Result.PARTIAL}
    for report, every in zip(reports, whole, strict=True):
        assert report.difference is None
        assert report.head == every.head
        assert report.commands_count < every.commands_count
    named = [word for one in kept for word in ("--checkpoint", one)]
    assert await stage.verify(*named) == Result.PARTIAL
    forged = kept[0].replace(kept[0].partition(":")[0], "0" * 64)
    assert await stage.verify("--checkpoint", forged) == EXIT_USAGE


@pytest.mark.parametrize("stage", [APACHE], indirect=True)
async def test_a_pruned_log_is_decided_again_from_a_snapshot_that_was_kept(stage: Stage) -> None:
    kept = [read_checkpoint(text) for text in await kept_and_gone_on(stage)]
    frozen = [unsealed(one.data) for one in kept]
    decided = {one.place.partition: one.position[0] + 1 for one in frozen}
    await stage.prune(BIDDING.decisions, decided)
    asked = {one.place.partition: one.clock["next_offset"] for one in frozen}
    await stage.prune(BIDDING.commands, asked)
    for checkpoints in (kept, []):
        reports = await verify_log(stage.bootstrap, BIDDING, checkpoints=checkpoints)
        assert {report.result for report in reports} == {Result.PARTIAL}
        for report in reports:
            assert report.difference is None
            assert (report.checkpoint is not None) is bool(checkpoints)


async def test_commands_given_at_once_stand_in_the_order_in_which_they_were_given(
    stage: Stage,
) -> None:
    publisher = CommandPublisher(stage.bootstrap, BIDDING)
    await publisher.start()
    try:
        bids = [bid("B-1", "N1", 10_000 + 100 * index) for index in range(3_000)]
        acks = await asyncio.gather(*(publisher.send(one) for one in bids))
    finally:
        await publisher.close()
    assert [ack.offset for ack in acks] == list(range(len(bids)))
