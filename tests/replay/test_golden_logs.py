"""What an older version answered stays reachable: kept logs re-decide byte for byte (rule 9)."""

import json
from pathlib import Path

import pytest

from processors.families import RULES
from processors.host import PartitionHost
from tests.replay.golden_logs import FOLDER, read_golden

LOGS = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_kept_log_is_decided_to_the_same_bytes(path: Path) -> None:
    golden = read_golden(path)
    rules = RULES[golden.family]
    topic = golden.family.commands
    host = PartitionHost(rules, golden.log_id, topic, golden.partition, golden.partitions)
    host.answer_as(golden.rules)
    written = 0
    for record, kept in golden.rows:
        batch = host.decide([record])
        host.appended(written)
        written += len(batch.values)
        assert batch.values == ([] if kept is None else [kept]), f"command {record.offset}"
    assert written > 50
    assert golden.rules <= rules.version


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.stem)
def test_a_kept_log_holds_every_kind_of_answer(path: Path) -> None:
    kept = [json.loads(value) for _, value in read_golden(path).rows if value is not None]
    assert {"decided", "refused"} <= {decision["outcome"] for decision in kept}


def test_every_version_of_every_family_is_kept() -> None:
    kept = {path.stem for path in LOGS}
    wanted = {
        f"{family.name}-{version}"
        for family, rules in RULES.items()
        for version in range(1, rules.version + 1)
    }
    assert kept == wanted
