"""The settings that make the promises true, as values."""

from __future__ import annotations

import pytest

from infra.kafka.settings import (
    ACK_SECONDS_MAX,
    BATCH_BYTES,
    CONSUMER,
    GROUP,
    PRODUCER,
    replication,
    topic_configs,
)
from infra.topics import BATCH_BYTES_MAX, BATCH_RECORDS_MAX, BIDDING, COMMAND_BYTES_MAX

RECORD_OVERHEAD = 128


def test_an_acknowledgement_means_every_replica_and_a_repeat_is_one_batch() -> None:
    assert PRODUCER["acks"] == "all"
    assert PRODUCER["enable_idempotence"] is True
    assert PRODUCER["compression_type"] is None


def test_a_full_batch_of_decisions_is_one_record_batch_that_a_topic_takes() -> None:
    assert BATCH_BYTES_MAX + BATCH_RECORDS_MAX * RECORD_OVERHEAD < BATCH_BYTES
    for config in topic_configs(BIDDING, 1).values():
        assert int(config["max.message.bytes"]) > BATCH_BYTES
    assert COMMAND_BYTES_MAX < BATCH_BYTES


def test_no_reader_takes_an_offset_from_a_group_or_guesses_one() -> None:
    assert CONSUMER["enable_auto_commit"] is False
    assert CONSUMER["auto_offset_reset"] == "none"
    assert GROUP["enable_auto_commit"] is False


def test_a_dead_worker_is_noticed_within_its_session() -> None:
    assert GROUP["heartbeat_interval_ms"] * 3 <= GROUP["session_timeout_ms"]
    assert GROUP["session_timeout_ms"] < ACK_SECONDS_MAX * 1_000


@pytest.mark.parametrize("nodes", [1, 3])
def test_topics_keep_everything_and_commands_bear_the_brokers_stamp(nodes: int) -> None:
    configs = topic_configs(BIDDING, nodes)
    assert set(configs) == {"bidding.commands", "bidding.decisions"}
    for config in configs.values():
        assert config["retention.ms"] == "-1"
        assert config["retention.bytes"] == "-1"
        assert config["cleanup.policy"] == "delete"
    assert configs["bidding.commands"]["message.timestamp.type"] == "LogAppendTime"


def test_a_cluster_keeps_three_copies_and_two_must_have_a_record() -> None:
    assert replication(1) == 1
    assert replication(3) == 3
    for config in topic_configs(BIDDING, 3).values():
        assert config["min.insync.replicas"] == "2"
        assert config["unclean.leader.election.enable"] == "false"
