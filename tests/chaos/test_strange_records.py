"""Whatever a client writes into whatever topic: no role ends, and all biddings go on."""

import asyncio
import re
import urllib.request
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from infra.topics import BIDDING, PARTITIONS_EMBEDDED, partition_of
from tests.chaos.test_up import OPEN as OPEN_SOON
from tests.chaos.test_up import Up, running_on
from tests.support import strange
from tests.support.eventually import eventually

ENDED = re.compile(r".*(?:ended with (?!-9:)|Traceback).*")  # -9: a busy machine's watchdog
MAY_BE_TAKEN = ("twice", "beyond", "before", "header count")  # their lengths are right
OPEN = tuple("15s" if one == "2s" else one for one in OPEN_SOON)  # on a busy machine too
PLACES = (0, PARTITIONS_EMBEDDED - 1)

pytestmark = pytest.mark.timeout(600)


def _bidding_in(partition: int, run: int) -> str:
    names = (f"b-{run}-{number}" for number in range(1_000))
    return next(name for name in names if partition_of(name, PARTITIONS_EMBEDDED) == partition)


async def _topics(bootstrap: str) -> list[str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return sorted(await admin.list_topics())
    finally:
        await admin.close()


def _status(url: str) -> int:
    with urllib.request.urlopen(url) as answer:  # noqa: S310
        return int(answer.status)


async def _all_goes_on(up: Up, said: Path, run: int) -> None:
    """A bid is decided in every partition, the pages serve, and the log is proven."""
    for partition in range(PARTITIONS_EMBEDDED):
        name = _bidding_in(partition, run)
        code, out, err = await asyncio.to_thread(up.run, "bidding", "open", name, *OPEN)
        assert code == 0, out + err

        async def is_decided(name: str = name) -> bool:
            arguments = ("bidding", "bid", name, "200万", "--as", "101")
            code, out, err = await asyncio.to_thread(up.run, *arguments)
            assert out or err
            return code == 0

        await eventually(is_decided, 60)
    assert await asyncio.to_thread(_status, up.running.http + "/readyz") == 200
    assert not ENDED.findall(said.read_text())

    async def is_proven() -> bool:
        code, out, err = await asyncio.to_thread(up.run, "verify")
        assert code in (0, 2), out + err  # 2: the last ticks are not decided yet
        return code == 0

    await eventually(is_proven, 60)


async def test_no_record_of_a_stranger_ends_a_role_or_stops_a_bidding(tmp_path: Path) -> None:
    data, said = tmp_path / "data", tmp_path / "up.log"
    async with running_on(data, said) as up:
        bootstrap = up.running.bootstrap
        topics = await _topics(bootstrap)
        assert set(topics) > {BIDDING.commands, BIDDING.decisions, "notices", "beats"}
        for topic in topics:
            for partition in PLACES:
                for name, batch in strange.accepted_and_odd().items():
                    code = await strange.produce(bootstrap, topic, partition, batch)
                    assert code == 0, (topic, name)
                for name, batch in strange.refused().items():
                    code = await strange.produce(bootstrap, topic, partition, batch)
                    assert code > 0 or any(word in name for word in MAY_BE_TAKEN), (topic, name)
        await _all_goes_on(up, said, 1)
    for topic in topics:  # and by a broker that took them all
        for partition in PLACES:
            strange.keep(data, topic, partition, list(strange.unreadable().values()))
    async with running_on(data, said) as up:
        await _all_goes_on(up, said, 2)
