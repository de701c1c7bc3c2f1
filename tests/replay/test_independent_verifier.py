"""docs/log-protocol.md is enough to check a log by: a verifier written from it alone does."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import BIDDING
from processors.families import RULES as ALL_RULES
from processors.host import CommandRecord, PartitionHost
from tests.replay.independent_verifier import RULES_KNOWN
from trading.bidding.commands import Eligible, IncrementBand, PlaceBid, ScheduleBidding, Terms
from trading.dispatch import BIDDING as RULES
from trading.values import BidderNumber, Fen

VERIFIER = Path(__file__).with_name("independent_verifier.py")
PAGE = Path(__file__).parents[2] / "docs" / "log-protocol.md"
LOG_ID = "a-small-log"
PARTITIONS = 1
START_MS = 1_800_000_000_000
LOT = "lot-1"
Row = dict[str, Any]


def ask(number: int, actor: str, role: str, body: Any) -> tuple[bytes, bytes]:
    command = Command(f"{number:022d}", body.type, actor, role, LOT, LOT, body)
    return LOT.encode(), encode_command(command)


def terms() -> Terms:
    return Terms(
        lot="10 kW wave energy converter",
        mode="dynamic",
        profile="test",
        start_price_fen=Fen(1_000_000),
        increments=(IncrementBand(from_fen=Fen(0), increment_fen=Fen(50_000)),),
        opens_at_ms=START_MS + 5_000,
        lobby_ms=1_000,
        free_ms=5_000,
        extension_ms=5_000,
        min_gap_ms=0,
        stall_threshold_ms=3_000,
    )


def records() -> Iterator[tuple[int, bytes | None, bytes | None]]:
    """Yield (append stamp, key, value) of a short story, every kind of answer in it."""
    eligible = tuple(Eligible(number=BidderNumber(number)) for number in ("101", "102"))
    told: dict[int, list[tuple[bytes | None, bytes | None]]] = {
        1: [ask(1, "desk-1", "desk_officer", ScheduleBidding(terms=terms(), eligible=eligible))],
        6: [
            ask(2, "101", "bidder", PlaceBid(amount_fen=Fen(1_000_000))),
            ask(2, "101", "bidder", PlaceBid(amount_fen=Fen(1_000_000))),
            ask(2, "101", "bidder", PlaceBid(amount_fen=Fen(1_050_000))),
            ask(3, "102", "bidder", PlaceBid(amount_fen=Fen(900_000))),
            (LOT.encode(), b"poison"),
            (None, None),
        ],
        7: [ask(4, "102", "bidder", PlaceBid(amount_fen=Fen(1_050_000)))],
        9: [(b"elsewhere", ask(5, "101", "bidder", PlaceBid(amount_fen=Fen(1_100_000)))[1])],
    }
    for second in range(40):
        stamp_ms = START_MS + second * 1_000
        for key, value in told.get(second, []):
            yield stamp_ms - 200, key, value
        yield stamp_ms, None, encode_tick(Tick(f"{second:022d}", "clock-1", stamp_ms - 1_000))


def row(topic: str, offset: int, stamp_ms: int, key: bytes | None, value: bytes | None) -> Row:
    def plain(data: bytes | None) -> str | None:
        return None if data is None else base64.b64encode(data).decode()

    return {
        "topic": topic, "partition": 0, "offset": offset, "timestamp_ms": stamp_ms,
        "key": plain(key), "value": plain(value),
    }  # fmt: skip


def a_log() -> list[Row]:
    host = PartitionHost(RULES, LOG_ID, BIDDING.commands, 0, PARTITIONS)
    commands = [CommandRecord(offset, *record) for offset, record in enumerate(records())]
    rows = [row(BIDDING.commands, c.offset, c.timestamp_ms, c.key, c.value) for c in commands]
    batch = host.decide(commands)
    host.appended(0)
    assert batch.taken == len(commands)
    for offset, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True)):
        rows.append(row(BIDDING.decisions, offset, START_MS, key, value))
    return rows


def verify(rows: list[Row]) -> subprocess.CompletedProcess[str]:
    lines = "".join(json.dumps(each) + "\n" for each in rows)
    command = [sys.executable, str(VERIFIER), LOG_ID, str(PARTITIONS)]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=False)


def of_topic(rows: list[Row], topic: str) -> list[Row]:
    return [each for each in rows if each["topic"] == topic]


def renumber(rows: list[Row]) -> list[Row]:
    for topic in (BIDDING.commands, BIDDING.decisions):
        for offset, each in enumerate(of_topic(rows, topic)):
            each["offset"] = offset
    return rows


def change_value(each: Row, old: bytes, new: bytes) -> None:
    value = base64.b64decode(each["value"])
    assert old in value
    each["value"] = base64.b64encode(value.replace(old, new)).decode()


def change_a_price(rows: list[Row]) -> list[Row]:
    bid = next(r for r in rows if b"bid_accepted" in base64.b64decode(r["value"] or ""))
    change_value(bid, b"1000000", b"1000001")
    return rows


def change_a_command(rows: list[Row]) -> list[Row]:
    bid = next(r for r in rows if b'"amount_fen":900000' in base64.b64decode(r["value"] or ""))
    change_value(bid, b"900000", b"900001")
    return rows


def drop_a_command(rows: list[Row]) -> list[Row]:
    bids = [r for r in rows if b'"place_bid"' in base64.b64decode(r["value"] or "")]
    rows.remove(bids[0])
    return renumber(rows)


def drop_a_decision(rows: list[Row]) -> list[Row]:
    rows.remove(of_topic(rows, BIDDING.decisions)[4])
    return renumber(rows)


def swap_two_decisions(rows: list[Row]) -> list[Row]:
    third, fourth = of_topic(rows, BIDDING.decisions)[3:5]
    third["value"], fourth["value"] = fourth["value"], third["value"]
    return rows


def insert_a_command(rows: list[Row]) -> list[Row]:
    rows.insert(3, dict(rows[2]))
    return renumber(rows)


def change_a_stamp(rows: list[Row]) -> list[Row]:
    of_topic(rows, BIDDING.commands)[2]["timestamp_ms"] += 1
    return rows


def change_a_key(rows: list[Row]) -> list[Row]:
    keyed = next(r for r in of_topic(rows, BIDDING.decisions) if r["key"] is not None)
    keyed["key"] = base64.b64encode(b"lot-2").decode()
    return rows


def test_an_honest_log_is_proven_from_the_page_alone() -> None:
    found = verify(a_log())
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("partition 0: ")


def test_the_story_has_every_outcome_and_a_silent_tick() -> None:
    rows = a_log()
    told = b"".join(base64.b64decode(r["value"]) for r in of_topic(rows, BIDDING.decisions))
    for word in (b"bid_accepted", b"bidding_closed", b"repeated", b"ID_REUSED", b"UNREADABLE"):
        assert word in told
    assert len(of_topic(rows, BIDDING.decisions)) < len(of_topic(rows, BIDDING.commands))


def test_a_late_copy_of_a_decision_is_stale_and_harmless() -> None:
    rows = a_log()
    rows.insert(-3, dict(of_topic(rows, BIDDING.decisions)[2]))
    found = verify(renumber(rows))
    assert (found.returncode, found.stderr) == (0, "")
    assert " 1 are stale" in found.stdout


@pytest.mark.parametrize(
    "plant",
    [
        change_a_price, change_a_command, drop_a_command, drop_a_decision, swap_two_decisions,
        insert_a_command, change_a_stamp, change_a_key,
    ],
)  # fmt: skip
def test_every_planted_change_is_named(plant: Callable[[list[Row]], list[Row]]) -> None:
    found = verify(plant(a_log()))
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith("partition 0, decision ")


UNKNOWN, NO_CLAIM = "decision 0: rules ", "decision 1: it does not continue the chain"


@pytest.mark.parametrize(
    ("version", "told"),
    [
        (b"0", UNKNOWN), (b"5", UNKNOWN),
        (b"4.0", NO_CLAIM), (b'"4"', NO_CLAIM), (b"true", NO_CLAIM),  # noise: the next one tells
    ],
)  # fmt: skip
def test_rules_that_the_page_does_not_know_are_refused(version: bytes, told: str) -> None:
    rows = a_log()
    first, *_ = of_topic(rows, BIDDING.decisions)
    change_value(first, b'"rules":4', b'"rules":' + version)
    found = verify(rows)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout.startswith(f"partition 0, {told}")


def test_the_page_and_its_verifier_know_every_version_that_there_is() -> None:
    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert list(RULES_KNOWN) == list(range(1, RULES.version + 1))
    for family, rules in ALL_RULES.items():
        count = rules.version
        known = "1" if count == 1 else f"1 to {count}"
        assert f"{known} of `{family.name}.*`" in page


def test_another_log_is_not_this_one() -> None:
    lines = "".join(json.dumps(each) + "\n" for each in a_log())
    command = [sys.executable, str(VERIFIER), "another-log", str(PARTITIONS)]
    found = subprocess.run(command, input=lines, capture_output=True, text=True, check=False)
    assert found.returncode == 1
