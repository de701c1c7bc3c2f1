"""A log that is set otherwise than it must be is refused with one line."""

from __future__ import annotations

import pytest

from infra.kafka.admin import WrongLog, check_config, check_nodes, check_partitions, check_replicas


def test_topics_of_one_log_have_the_same_allowed_number_of_partitions() -> None:
    check_partitions({"a": 4, "b": 4})
    check_partitions({"a": 12, "b": 12})
    with pytest.raises(WrongLog, match="differ"):
        check_partitions({"a": 4, "b": 12})
    with pytest.raises(WrongLog, match="5 partitions"):
        check_partitions({"a": 5, "b": 5})


def test_a_topic_that_forgets_is_refused() -> None:
    check_config("t", {"retention.ms": "-1"}, {"retention.ms": "-1", "other": "1"})
    with pytest.raises(WrongLog, match=r"t: retention.ms is 604800000, must be -1"):
        check_config("t", {"retention.ms": "-1"}, {"retention.ms": "604800000"})
    with pytest.raises(WrongLog, match="is None"):
        check_config("t", {"retention.ms": "-1"}, {})


def test_a_cluster_whose_topic_has_one_copy_is_refused() -> None:
    topic = {"topic": "t", "partitions": [{"replicas": [1]}]}
    check_replicas([topic], 1)
    with pytest.raises(WrongLog, match="t is kept 1 times, not 3"):
        check_replicas([topic], 3)


def test_a_log_is_not_made_while_a_node_of_a_cluster_is_away() -> None:
    for nodes in (1, 3, 4):
        check_nodes(nodes)
    with pytest.raises(WrongLog, match="2 nodes"):
        check_nodes(2)
