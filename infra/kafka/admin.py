"""Making the topics of a log, and checking at every start that they are as they must be.

Rule 1: a log that is set otherwise is refused with one line: a retention of seven days would
silently make an old log start from nothing.
Rule 2: the number of partitions is fixed when the log is made; both topics have the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from infra.clock import monotonic_ms
from infra.kafka.settings import (
    CLUSTER_NODES,
    CONNECTION,
    START_SECONDS_MAX,
    replication,
    stream_configs,
    topic_configs,
)
from infra.topics import FAMILIES, PARTITIONS_CLUSTER, PARTITIONS_EMBEDDED, Family

_PARTITIONS: Final = (PARTITIONS_EMBEDDED, PARTITIONS_CLUSTER)
_EXISTS: Final = 36
_CREATE_MS: Final = 10_000
_SETTLE_ATTEMPTS: Final = 40
_SETTLE_SECONDS: Final = 0.1

Client = TypeVar("Client")


class WrongLog(Exception):
    """The log is not as it must be; the text is the one line to show."""


class NoBroker(Exception):
    """Nobody answers at the address; the text is the one line to show."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log as it was found: who it is, and how many partitions it has."""

    log_id: str
    partitions: int
    nodes: int


async def connected(
    make: Callable[[], Client],
    start: Callable[[Client], Awaitable[object]],
    stop: Callable[[Client], Awaitable[object]],
    seconds_max: float = START_SECONDS_MAX,
) -> Client:
    """Start a client, and try again while no broker answers; raises `NoBroker`."""
    until_ms = monotonic_ms() + int(seconds_max * 1_000)
    while True:
        client = make()
        try:
            await start(client)
        except (KafkaError, OSError) as error:
            with suppress(KafkaError, OSError):
                await stop(client)
            if monotonic_ms() >= until_ms:
                raise NoBroker(f"no broker answers: {error}") from error
            await asyncio.sleep(_SETTLE_SECONDS)
        except BaseException:
            with suppress(KafkaError, OSError):
                await stop(client)
            raise
        else:
            return client


async def open_admin(bootstrap: str, seconds_max: float = START_SECONDS_MAX) -> AIOKafkaAdminClient:
    """Connect an admin client; the caller closes it."""
    return await connected(
        lambda: AIOKafkaAdminClient(bootstrap_servers=bootstrap, **CONNECTION),
        lambda client: client.start(),
        lambda client: client.close(),
        seconds_max,
    )


async def create_topics(
    bootstrap: str, partitions: int, families: Iterable[Family] = FAMILIES
) -> None:
    """Make the topics that are not there yet, and wait until every partition has a leader."""
    admin = await open_admin(bootstrap)
    try:
        nodes = len((await admin.describe_cluster())["brokers"])
        check_nodes(nodes)
        configs = stream_configs(nodes)
        for family in families:
            configs |= topic_configs(family, nodes)
        wanted = [
            NewTopic(name, partitions, replication(nodes), topic_configs=config)
            for name, config in configs.items()
        ]
        answer = await admin.create_topics(wanted, timeout_ms=_CREATE_MS)
        for name, code, *_ in answer.topic_errors:
            if code not in (0, _EXISTS):
                raise WrongLog(f"topic {name} cannot be made: error {code}")
        await _settle(admin, [topic.name for topic in wanted])
    finally:
        await admin.close()


async def check_log(
    bootstrap: str,
    family: Family,
    log_id: str | None = None,
    seconds_max: float = START_SECONDS_MAX,
) -> Log:
    """Return the log at `bootstrap`; raises `WrongLog` where anything is not as required."""
    admin = await open_admin(bootstrap, seconds_max)
    try:
        cluster = await admin.describe_cluster()
        found = cluster.get("cluster_id")
        if not found or (log_id is not None and found != log_id):
            raise WrongLog(f"this is the log {found}, not {log_id}")
        nodes = len(cluster["brokers"])
        configs = topic_configs(family, nodes)
        topics = await _settle(admin, list(configs))
        counts = {name: len(topic["partitions"]) for name, topic in topics.items()}
        check_partitions(counts)
        check_replicas(topics.values(), nodes)
        for name, wanted in configs.items():
            check_config(name, wanted, await _config(admin, name))
        return Log(found, counts[family.commands], nodes)
    except KafkaError as error:
        raise NoBroker(f"the broker does not answer: {error}") from error
    finally:
        await admin.close()


def check_nodes(nodes: int) -> None:
    """Raise `WrongLog` where a log cannot be made: one node of a cluster may just be away."""
    if 1 < nodes < CLUSTER_NODES:
        raise WrongLog(f"{nodes} nodes: a log is made on one, or on {CLUSTER_NODES} or more")


def check_partitions(counts: dict[str, int]) -> None:
    """Raise `WrongLog` unless all topics have the same, allowed number of partitions."""
    if len(set(counts.values())) != 1:
        raise WrongLog(f"the topics differ in their number of partitions: {counts}")
    count = next(iter(counts.values()))
    if count not in _PARTITIONS:
        raise WrongLog(f"{count} partitions; a log has {_PARTITIONS[0]} or {_PARTITIONS[1]}")


def check_replicas(topics: Iterable[dict[str, Any]], nodes: int) -> None:
    """Raise `WrongLog` where a partition is kept fewer times than this cluster must."""
    for topic in topics:
        for partition in topic["partitions"]:
            count = len(partition["replicas"])
            if count < replication(nodes):
                raise WrongLog(f"{topic['topic']} is kept {count} times, not {replication(nodes)}")


def check_config(name: str, wanted: dict[str, str], found: dict[str, str | None]) -> None:
    """Raise `WrongLog` where a setting of a topic is not the required one."""
    for setting, value in wanted.items():
        if found.get(setting) != value:
            raise WrongLog(f"{name}: {setting} is {found.get(setting)}, must be {value}")


async def _settle(admin: AIOKafkaAdminClient, names: list[str]) -> dict[str, dict[str, Any]]:
    """Describe topics once all partitions have leaders; a node may not know a new one at once."""
    missing = names
    for _ in range(_SETTLE_ATTEMPTS):
        described = {topic["topic"]: topic for topic in await admin.describe_topics(names)}
        missing = [name for name in names if not _has_leaders(described.get(name))]
        if not missing:
            return described
        await asyncio.sleep(_SETTLE_SECONDS)
    raise WrongLog(f"topics are missing: {', '.join(missing)}; has the log been made?")


def _has_leaders(topic: dict[str, Any] | None) -> bool:
    if topic is None or topic["error_code"] or not topic["partitions"]:
        return False
    return all(partition["leader"] >= 0 for partition in topic["partitions"])


async def _config(admin: AIOKafkaAdminClient, name: str) -> dict[str, str | None]:
    resource = ConfigResource(ConfigResourceType.TOPIC, name)
    found: dict[str, str | None] = {}
    for answer in await admin.describe_configs([resource]):
        for code, message, _, _, entries in answer.resources:
            if code:
                raise WrongLog(f"{name}: its settings cannot be read: {message}")
            found.update({entry[0]: entry[1] for entry in entries})
    return found
