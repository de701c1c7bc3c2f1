"""The calls of consumer groups, on a real data folder and without a socket."""

import asyncio
from pathlib import Path

from infra.broker.coordination import Coordinator
from infra.broker.errors import Error
from infra.broker.groups import INITIAL_DELAY_MS
from infra.broker.kafka_python import consumer
from infra.broker.log import Log
from infra.broker.storage import Storage
from infra.broker.wire import CALLS, Message, Request, filled

JOIN, HEARTBEAT, COMMIT, FETCH = 11, 12, 8, 9


class Desk:
    """A coordinator on a data folder, and a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.now_ms = 0
        self.log = Log(Storage(folder), lambda: 0, lambda: 0)
        self.coordinator = Coordinator(self.log, lambda: self.now_ms)
        if "t" not in self.log.topics:
            self.log.create_topic("t", 1, {})

    async def ask(self, key: int, version: int, message: Message) -> Message:
        request = Request(CALLS[key], version, 1, "client", message)
        handlers = self.coordinator.handlers("127.0.0.1")
        return filled(CALLS[key].response, await handlers[CALLS[key].name](request))

    async def join(self) -> Message:
        """A new member joins alone and its generation opens."""
        offer = consumer.JoinGroupRequest.JoinGroupRequestProtocol(name="range", metadata=b"m")
        message = consumer.JoinGroupRequest(
            group_id="g",
            member_id="",
            session_timeout_ms=10_000,
            rebalance_timeout_ms=10_000,
            protocol_type="consumer",
            protocols=[offer],
        )
        waiting = asyncio.create_task(self.ask(JOIN, 3, message))
        clock = asyncio.create_task(self.coordinator.run())
        await asyncio.sleep(0)
        self.now_ms += INITIAL_DELAY_MS
        joined = await waiting
        clock.cancel()
        return joined

    async def commit(self, offset: int, member_id: str = "", generation: int = -1) -> Error:
        topic = consumer.OffsetCommitRequest.OffsetCommitRequestTopic
        part = topic.OffsetCommitRequestPartition(
            partition_index=0, committed_offset=offset, committed_metadata="note"
        )
        message = consumer.OffsetCommitRequest(
            group_id="g",
            generation_id_or_member_epoch=generation,
            member_id=member_id,
            topics=[topic(name="t", partitions=[part])],
        )
        answer = await self.ask(COMMIT, 2, message)
        return Error(answer.topics[0].partitions[0].error_code)

    async def committed(self) -> tuple[int, str]:
        topic = consumer.OffsetFetchRequest.OffsetFetchRequestTopic
        wanted = topic(name="t", partition_indexes=[0])
        message = consumer.OffsetFetchRequest(group_id="g", topics=[wanted])
        part = (await self.ask(FETCH, 1, message)).topics[0].partitions[0]
        return part.committed_offset, part.metadata

    async def close(self) -> None:
        self.log.committer.flush()
        self.log.storage.close()


async def test_a_generation_is_on_disk_before_a_member_hears_of_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    joined = await desk.join()
    on_disk = desk.log.storage.rows("SELECT name, number FROM generation")
    await desk.close()
    assert (joined.error_code, joined.generation_id) == (0, 1)
    assert on_disk == [("g", 1)]


async def test_after_a_restart_generations_go_on_and_the_old_members_are_unknown(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    old = await desk.join()
    await desk.close()
    again = Desk(tmp_path)
    new = await again.join()
    late = await again.commit(5, old.member_id, old.generation_id)
    await again.close()
    assert new.generation_id == old.generation_id + 1
    assert late is Error.UNKNOWN_MEMBER_ID


async def test_a_committed_offset_and_its_note_survive_a_restart(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    assert await desk.committed() == (-1, "")
    assert await desk.commit(7) is Error.NONE
    await desk.close()
    again = Desk(tmp_path)
    assert await again.committed() == (7, "note")
    await again.close()


async def test_who_was_silent_while_the_disk_stood_still_is_asked_before_he_is_given_up(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    joined = await desk.join()
    alive = consumer.HeartbeatRequest(
        group_id="g", generation_id=joined.generation_id, member_id=joined.member_id
    )
    desk.now_ms += 60_000  # in one turn of the loop: the heartbeat waits in its socket
    desk.coordinator.poll()
    heard = await desk.ask(HEARTBEAT, 0, alive)
    for _ in range(8):
        desk.now_ms += 4_000  # every turn is slow
        desk.coordinator.poll()
    silent = await desk.ask(HEARTBEAT, 0, alive)
    await desk.close()
    assert heard.error_code == Error.NONE
    assert silent.error_code == Error.UNKNOWN_MEMBER_ID


async def test_a_heartbeat_to_an_unknown_group_does_not_make_it(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    message = consumer.HeartbeatRequest(group_id="g", generation_id=1, member_id="m")
    answer = await desk.ask(HEARTBEAT, 0, message)
    await desk.close()
    assert answer.error_code == Error.UNKNOWN_MEMBER_ID
    assert desk.coordinator.groups == {}
