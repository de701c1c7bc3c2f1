"""The settings that make the promises true, as values (docs/log-protocol.md, parts 1 and 4).

Rule 1: an acknowledgement means every in-sync replica has it, and a repeat of a batch is one batch.
Rule 2: no offset is ever taken from a group: a reader says where it starts, or fails.
Rule 3: a cluster of three nodes or more replicates three times, and two must have a record.
"""

from typing import Any, Final

from infra.topics import COMMAND_TOPIC_CONFIG, DECISION_TOPIC_CONFIG, STREAMS, Family

BATCH_BYTES: Final = 1024 * 1024 - 8_192
FETCH_BYTES: Final = 4 * 1024 * 1024

CONNECTION: Final[dict[str, Any]] = {
    "request_timeout_ms": 10_000,
    "retry_backoff_ms": 50,
    "metadata_max_age_ms": 30_000,
}

PRODUCER: Final[dict[str, Any]] = {
    **CONNECTION,
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": None,
    "linger_ms": 0,
    "max_batch_size": BATCH_BYTES,
    "max_request_size": BATCH_BYTES + 4_096,
}

CONSUMER: Final[dict[str, Any]] = {
    **CONNECTION,
    "auto_offset_reset": "none",
    "enable_auto_commit": False,
    "check_crcs": True,
    "fetch_max_wait_ms": 250,
    "fetch_max_bytes": FETCH_BYTES * 4,
    "max_partition_fetch_bytes": FETCH_BYTES,
}

GROUP: Final[dict[str, Any]] = {
    **CONNECTION,
    "auto_offset_reset": "earliest",  # its records are never used: the group only says who owns
    "enable_auto_commit": False,
    "session_timeout_ms": 6_000,
    "heartbeat_interval_ms": 1_000,
    "rebalance_timeout_ms": 6_000,
    "max_poll_interval_ms": 30_000,
    "fetch_max_wait_ms": 250,
    "max_partition_fetch_bytes": 4_096,
}

ACK_SECONDS_MAX: Final = 15.0  # a batch without an answer for longer has an unknown outcome
START_SECONDS_MAX: Final = 30.0  # how long to look for a broker that is not there yet

CLUSTER_NODES: Final = 3
REPLICATION_CLUSTER: Final = 3
IN_SYNC_CLUSTER: Final = 2
CLUSTER_TOPIC_CONFIG: Final = {
    "min.insync.replicas": str(IN_SYNC_CLUSTER),
    "unclean.leader.election.enable": "false",
}


def topic_configs(family: Family, nodes: int) -> dict[str, dict[str, str]]:
    """Return what the topics of a family must be set to where there are so many nodes."""
    more = CLUSTER_TOPIC_CONFIG if nodes >= CLUSTER_NODES else {}
    return {
        family.commands: {**COMMAND_TOPIC_CONFIG, **more},
        family.decisions: {**DECISION_TOPIC_CONFIG, **more},
    }


def stream_configs(nodes: int) -> dict[str, dict[str, str]]:
    """Return what the topics without deciders must be set to where there are so many nodes."""
    more = CLUSTER_TOPIC_CONFIG if nodes >= CLUSTER_NODES else {}
    return {name: {**COMMAND_TOPIC_CONFIG, **more} for name in STREAMS}


def replication(nodes: int) -> int:
    """Return how often a record is kept where there are so many nodes."""
    return REPLICATION_CLUSTER if nodes >= CLUSTER_NODES else 1
