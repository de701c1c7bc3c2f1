"""The brokers on which reactors must behave the same: the embedded one, and Apache Kafka."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.brokers import start_embedded
from tests.support.kafka_cluster import start_apache_kafka

APACHE = pytest.param("apache", marks=[pytest.mark.kafka, pytest.mark.long])


@pytest_asyncio.fixture(params=["embedded", APACHE])
async def bootstrap(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """A broker of the test's own: a used one remembers groups and tables of Faust."""
    if request.param == "embedded":
        async with await start_embedded(tmp_path / "broker") as broker:
            yield broker.bootstrap
        return
    apache = await asyncio.to_thread(start_apache_kafka, tmp_path / "kafka")
    yield apache.bootstrap
    await asyncio.to_thread(apache.stop)
