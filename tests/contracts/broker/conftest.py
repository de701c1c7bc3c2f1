"""The fixture `broker`: each test runs once against each broker, started once for the whole run."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from aiokafka import AIOKafkaProducer

from tests.contracts.broker.clients import BrokerUnderTest, TopicMaker
from tests.support.brokers import Broker, start_embedded
from tests.support.kafka_cluster import ApacheKafka, start_apache_kafka


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    folder = tmp_path_factory.mktemp("embedded") / "broker"
    running = asyncio.run(start_embedded(folder))
    yield running
    asyncio.run(running.stop())


@pytest.fixture(scope="session")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApacheKafka]:
    running = start_apache_kafka(tmp_path_factory.mktemp("apache") / "kafka", nodes=1)
    yield running
    running.stop()


@pytest.fixture(params=["embedded", pytest.param("apache", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest) -> BrokerUnderTest:
    running: BrokerUnderTest = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def make_topic(broker: BrokerUnderTest, request: pytest.FixtureRequest) -> TopicMaker:
    """Make topics whose names begin with the test's own, so that no two tests meet."""
    return TopicMaker(broker.bootstrap, request.node.name)


@pytest.fixture
async def producer(broker: BrokerUnderTest) -> AsyncIterator[AIOKafkaProducer]:
    """An idempotent aiokafka producer."""
    started = AIOKafkaProducer(
        bootstrap_servers=broker.bootstrap, acks="all", enable_idempotence=True
    )
    try:
        await started.start()
        yield started
    finally:
        await started.stop()
