"""Metadata and topics: describe, create, grow, delete. A topic is never made by asking for it."""

from __future__ import annotations

import asyncio
import re

from infra.broker.commits import CommitFailedError
from infra.broker.errors import Error
from infra.broker.log import MESSAGE_BYTES_DEFAULT, Log, Topic
from infra.broker.wire import Message, Request, Values

NODE = 0
PARTITIONS_MAX = 1_000
Results = dict[str, tuple[Error, str | None]]

_NAME = re.compile(r"[a-zA-Z0-9._-]{1,249}")
_TOPIC_RESOURCE, _BROKER_RESOURCE = 2, 4
_SOURCE_TOPIC, _SOURCE_DEFAULT = 1, 5
_DEFAULTS = {
    "cleanup.policy": "delete",
    "compression.type": "uncompressed",
    "max.message.bytes": str(MESSAGE_BYTES_DEFAULT),
    "message.timestamp.type": "CreateTime",
    "min.insync.replicas": "1",
    "retention.bytes": "-1",
    "retention.ms": "-1",
    "unclean.leader.election.enable": "false",
}
_ACCEPTED = {
    *_DEFAULTS,
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "index.interval.bytes",
    "max.compaction.lag.ms",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.difference.max.ms",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "preallocate",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
}


async def metadata(log: Log, request: Request, host: str, port: int) -> Values:
    """The one node and the topics asked for (none named: all)."""
    wanted = request.message.topics
    everything = wanted is None or (request.version == 0 and not wanted)
    names = sorted(log.topics) if everything else [topic.name for topic in wanted]
    return {
        "brokers": [{"node_id": NODE, "host": host, "port": port, "rack": None}],
        "cluster_id": log.storage.log_id,
        "controller_id": NODE,
        "topics": [_topic(name, log.topics.get(name)) for name in names],
    }


def _topic(name: str, topic: Topic | None) -> Values:
    if topic is None:
        known = _NAME.fullmatch(name or "")
        error = Error.UNKNOWN_TOPIC_OR_PARTITION if known else Error.INVALID_TOPIC
        return {"error_code": error, "name": name}
    place = {"leader_id": NODE, "leader_epoch": 0, "replica_nodes": [NODE], "isr_nodes": [NODE]}
    partitions = [{"partition_index": part.number, **place} for part in topic.partitions]
    return {"name": name, "partitions": partitions}


async def create_topics(log: Log, request: Request) -> Values:
    """Create each topic or say why not."""
    message = request.message
    results: Results = {}
    for topic in message.topics:
        error, text = _check_new(log, topic)
        if error is Error.NONE and not message.validate_only:
            configs = {config.name: config.value for config in topic.configs}
            log.create_topic(topic.name, _partition_count(topic), configs)
        results[topic.name] = (error, text)
    return {"topics": await _settle(log.committer.settled(), results)}


def _partition_count(topic: Message) -> int:
    return len(topic.assignments) if topic.assignments else max(topic.num_partitions, 1)


def _check_new(log: Log, topic: Message) -> tuple[Error, str | None]:
    if not _NAME.fullmatch(topic.name) or topic.name in (".", ".."):
        return Error.INVALID_TOPIC, "a name is 1 to 249 of letters, digits, dot, underscore, hyphen"
    if topic.name in log.topics:
        return Error.TOPIC_ALREADY_EXISTS, f"topic {topic.name} exists"
    if (
        topic.num_partitions < -1
        or topic.num_partitions == 0
        or _partition_count(topic) > PARTITIONS_MAX
    ):
        return Error.INVALID_PARTITIONS, f"partitions: 1 to {PARTITIONS_MAX}"
    if topic.replication_factor not in (-1, 1):
        return Error.INVALID_REPLICATION_FACTOR, "there is one node: the replication factor is 1"
    return _check_configs({config.name: config.value for config in topic.configs})


def _check_configs(configs: dict[str, str | None]) -> tuple[Error, str | None]:
    for name, value in configs.items():
        if name not in _ACCEPTED or value is None:
            return Error.INVALID_CONFIG, f"unknown config {name}"
    if configs.get("message.timestamp.type", "CreateTime") not in ("CreateTime", "LogAppendTime"):
        return Error.INVALID_CONFIG, "message.timestamp.type: CreateTime or LogAppendTime"
    if configs.get("compression.type", "uncompressed") != "uncompressed":
        return Error.INVALID_CONFIG, "compression.type: uncompressed, as batches are kept here"
    if not (configs.get("max.message.bytes") or "0").isdecimal():
        return Error.INVALID_CONFIG, "max.message.bytes: a number"
    return Error.NONE, None


async def create_partitions(log: Log, request: Request) -> Values:
    """Grow topics; they never shrink."""
    results: Results = {}
    for wanted in request.message.topics:
        topic = log.topics.get(wanted.name)
        error = Error.NONE
        if topic is None:
            error = Error.UNKNOWN_TOPIC_OR_PARTITION
        elif not len(topic.partitions) < wanted.count <= PARTITIONS_MAX:
            error = Error.INVALID_PARTITIONS
        elif not request.message.validate_only:
            log.add_partitions(topic, wanted.count)
        results[wanted.name] = (error, None)
    return {"results": await _settle(log.committer.settled(), results)}


async def delete_topics(log: Log, request: Request) -> Values:
    """Delete topics with all they hold; in a commit of their own, for this makes space."""
    log.committer.flush()
    results: Results = {}
    for name in request.message.topic_names:
        topic = log.topics.get(name)
        if topic is not None:
            log.delete_topic(topic)
        error = Error.NONE if topic is not None else Error.UNKNOWN_TOPIC_OR_PARTITION
        results[name] = (error, None)
    settled = log.committer.settled()
    log.committer.flush()
    return {"responses": await _settle(settled, results)}


async def _settle(settled: asyncio.Future[None], results: Results) -> list[Values]:
    """The results once they are durable; what did not reach the disk is a storage error."""
    try:
        await settled
    except CommitFailedError as failure:
        lost = (Error.KAFKA_STORAGE_ERROR, str(failure))
        results = {n: lost if r[0] is Error.NONE else r for n, r in results.items()}
    return [
        {"name": name, "error_code": error, "error_message": text}
        for name, (error, text) in results.items()
    ]


async def describe_configs(log: Log, request: Request) -> Values:
    """The configs of topics, and the few the node has."""
    results = []
    for resource in request.message.resources:
        found = _configs_of(log, resource)
        error = Error.NONE if found is not None else Error.UNKNOWN_TOPIC_OR_PARTITION
        keys = resource.configuration_keys
        configs = [
            {"name": name, "value": value, "config_source": source, "documentation": None}
            for name, value, source in found or ()
            if keys is None or name in keys
        ]
        results.append(
            {
                "error_code": error,
                "error_message": None,
                "resource_type": resource.resource_type,
                "resource_name": resource.resource_name,
                "configs": configs,
            }
        )
    return {"results": results}


def _configs_of(log: Log, resource: Message) -> list[tuple[str, str, int]] | None:
    if resource.resource_type == _BROKER_RESOURCE:
        return [("auto.create.topics.enable", "false", _SOURCE_DEFAULT)]
    topic = log.topics.get(resource.resource_name)
    if resource.resource_type != _TOPIC_RESOURCE or topic is None:
        return None
    return [
        (name, value, _SOURCE_TOPIC if name in topic.configs else _SOURCE_DEFAULT)
        for name, value in sorted({**_DEFAULTS, **topic.configs}.items())
    ]
