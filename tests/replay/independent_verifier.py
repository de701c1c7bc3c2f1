"""Checks a log by docs/log-protocol.md alone: `independent_verifier.py LOG_ID PARTITIONS < lines`.

Written from that page, with nothing but the standard library and nothing of this project, so that
a stranger can do the same. It prints one line a partition, or the first thing that is wrong.
"""

import base64
import hashlib
import json
import re
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NoReturn

HOUR_MS = 3_600_000
STALE_RUN_MAX = 1_000
RULES_KNOWN = range(1, 5)  # of bidding.*, by rule 9
COMMAND_BYTES_MAX = 65_536
RECORD_BYTES_MAX = 1_048_448
WORD = re.compile(r"[A-Za-z0-9._:-]{1,64}")
COMMAND_ID = re.compile(r"[A-Za-z0-9_-]{22,64}")
TEXTS = {"command_id", "type", "actor", "acting_role", "root", "aggregate"}
ENVELOPE = {"schema", "body"} | TEXTS
OPTIONAL = {"issued_at_ms", "valid_until_ms"}
ASKED = {"id": "command_id", "type": "type", "actor": "actor", "acting_role": "acting_role"}


class Wrong(Exception):
    """The log is not what the page says."""


@dataclass(frozen=True)
class Record:
    """One record of a topic."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


@dataclass
class Partition:
    """Both topics of one partition, and where the walk along them is."""

    number: int
    commands: list[Record] = field(default_factory=list)
    decisions: list[Record] = field(default_factory=list)
    input: bytes = b""
    at_ms: int = 0
    tick_ms: int = 0
    heard_ms: int = 0
    rules: int = 0
    read: int = 0
    last: dict[str, Any] | None = None
    seq: dict[str, int] = field(default_factory=dict)
    public_seq: dict[str, int] = field(default_factory=dict)
    kept: dict[int, tuple[str, str, str]] = field(default_factory=dict)


def wrong(partition: Partition, offset: int, what: str) -> NoReturn:
    raise Wrong(f"partition {partition.number}, decision {offset}: {what}")


def murmur2(data: bytes) -> int:
    mask, mix = 0xFFFFFFFF, 0x5BD1E995
    value = 0x9747B28C ^ len(data)
    whole = len(data) // 4 * 4
    for start in range(0, whole, 4):
        word = int.from_bytes(data[start : start + 4], "little") * mix & mask
        word = (word ^ word >> 24) * mix & mask
        value = (value * mix & mask) ^ word
    if data[whole:]:
        value = (value ^ int.from_bytes(data[whole:], "little")) * mix & mask
    value = (value ^ value >> 13) * mix & mask
    return value ^ value >> 15


def envelope_of(record: Record) -> dict[str, Any] | None:
    """Return a command as far as it can be read at all."""
    if record.value is None or len(record.value) > COMMAND_BYTES_MAX:
        return None
    try:
        said = json.loads(record.value)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def is_time(value: object) -> bool:
    return type(value) is int and 0 <= value <= 2**53


def heard_by(said: dict[str, Any] | None) -> int | None:
    """Return the `heard_ms` of a tick, None for what is no tick."""
    if said is None or set(said) - OPTIONAL != ENVELOPE or said["schema"] != 1:
        return None
    if (said["type"], said["acting_role"]) != ("clock_tick", "system"):
        return None
    if not all(said[name] is None or is_time(said[name]) for name in OPTIONAL & set(said)):
        return None
    if not all(isinstance(said[name], str) for name in TEXTS):
        return None
    if not COMMAND_ID.fullmatch(said["command_id"]) or not WORD.fullmatch(said["actor"]):
        return None
    body = said["body"]
    heard = body.get("heard_ms") if isinstance(body, dict) and len(body) == 1 else None
    return heard if isinstance(heard, int) and is_time(heard) else None


def sized(data: bytes | None) -> bytes:
    return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data


def take_in(partition: Partition, record: Record) -> dict[str, Any] | None:
    """Move time and input past one command record, and return what it says."""
    said = envelope_of(record)
    partition.input = hashlib.sha256(
        partition.input
        + struct.pack(">qq", record.offset, record.timestamp_ms)
        + sized(record.key)
        + sized(record.value)
    ).digest()
    partition.at_ms = max(partition.at_ms, record.timestamp_ms)
    heard = heard_by(said)
    if heard is not None:
        partition.tick_ms = record.timestamp_ms
        partition.heard_ms = max(partition.heard_ms, min(heard, partition.at_ms))
    return said


def check_silent(partition: Partition, said: dict[str, Any] | None, offset: int) -> None:
    last = partition.last
    if heard_by(said) is None:
        raise Wrong(f"partition {partition.number}: command {offset} has no decision")
    if last is None or partition.at_ms - last["at_ms"] >= HOUR_MS:
        raise Wrong(f"partition {partition.number}: tick {offset} must not be silent")
    due_ms = last.get("next_due_ms")
    if due_ms is not None and (due_ms <= partition.at_ms or due_ms == last["at_ms"]):
        raise Wrong(f"partition {partition.number}: tick {offset} must not be silent")


def check_time(partition: Partition, decision: dict[str, Any], command: Record, at: int) -> None:
    expected = {
        "at_ms": partition.at_ms,
        "tick_ms": partition.tick_ms,
        "heard_ms": partition.heard_ms,
        "raw_ms": None if command.timestamp_ms == partition.at_ms else command.timestamp_ms,
    }
    for name, value in expected.items():
        if decision.get(name) != value:
            wrong(partition, at, f"{name} is {decision.get(name)}, the commands say {value}")
    if decision["input"] != partition.input.hex():
        wrong(partition, at, f"the commands up to {command.offset} are not those it decided on")


def check_asked(partition: Partition, decision: dict[str, Any], command: Record, at: int) -> None:
    asked, said = decision["command"], envelope_of(command) or {}
    for ours, theirs in ASKED.items():
        if ours in asked and asked[ours] != said.get(theirs):
            wrong(partition, at, f"{ours} is not that of command {command.offset}")
    digest = asked.get("digest")
    if digest is not None:
        partition.kept.setdefault(command.offset, (asked["actor"], asked["id"], digest))
    if decision["outcome"] == "repeated":
        first = partition.kept.get(decision["of"])
        if first != (asked["actor"], asked["id"], digest) or decision["of"] >= command.offset:
            wrong(partition, at, f"it repeats command {decision['of']}, which asked something else")


def check_entries(partition: Partition, decision: dict[str, Any], at: int) -> None:
    for entry in decision["entries"]:
        name, count = entry["aggregate"], len(entry["events"])
        if entry["seq"] != partition.seq.get(name, 0):
            wrong(partition, at, f"{name} is at {partition.seq.get(name, 0)}, not {entry['seq']}")
        rise = entry["public_seq"] - partition.public_seq.get(name, 0)
        if rise not in ((0, 1) if count else (0,)):
            wrong(partition, at, f"public_seq of {name} rises by {rise}")
        partition.seq[name] = entry["seq"] + count
        partition.public_seq[name] = entry["public_seq"]


def check_counted(
    partition: Partition, decision: dict[str, Any], record: Record, partitions: int
) -> None:
    """Check one decision that counts against the commands up to its own."""
    while True:
        if partition.read == len(partition.commands):
            wrong(partition, record.offset, "its command is missing")
        command = partition.commands[partition.read]
        if command.offset > decision["command"]["offset"]:
            wrong(partition, record.offset, "its command is missing")
        partition.read += 1
        said = take_in(partition, command)
        if command.offset == decision["command"]["offset"]:
            break
        check_silent(partition, said, command.offset)
    fits = len(command.key or b"") + len(record.value or b"") <= RECORD_BYTES_MAX
    if record.key != (command.key if fits else None):
        wrong(partition, record.offset, "its key is not that of its command")
    if "digest" in decision["command"]:
        home = (murmur2(command.key or b"") & 0x7FFFFFFF) % partitions
        if home != partition.number:
            wrong(partition, record.offset, f"its key belongs to partition {home}")
    if type(decision["rules"]) is not int or decision["rules"] not in RULES_KNOWN:
        wrong(partition, record.offset, f"rules {decision['rules']} are not known")
    if decision["rules"] < partition.rules:
        wrong(partition, record.offset, "its rules are older than those before it")
    partition.rules = decision["rules"]
    check_time(partition, decision, command, record.offset)
    check_asked(partition, decision, command, record.offset)
    check_entries(partition, decision, record.offset)
    partition.last = decision


def is_noise(value: bytes) -> bool:
    """Whether it is no decision, nor says so: whoever wrote it, it does not count."""
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        return True
    if not isinstance(said, dict):
        return True
    return not isinstance(said.get("prev"), str) or type(said.get("rules")) is not int


def walk(partition: Partition, log_id: str, partitions: int) -> str:
    """Walk along the chain (rule 2), and say what was found."""
    start = ["shuoguo/1", log_id, "bidding.commands", partition.number]
    head = hashlib.sha256(json.dumps(start, separators=(",", ":")).encode()).hexdigest()
    partition.input = bytes.fromhex(head)
    own: tuple[str, int, bytes] | None = None
    command_offset, stale, run, counted, ignored = -1, "", 0, 0, 0
    for record in partition.decisions:
        value = record.value or b""
        if is_noise(value):
            ignored += 1
            continue
        try:
            decision = json.loads(value)
            prev, beyond = decision["prev"], decision["command"]["offset"] > command_offset
        except (ValueError, KeyError, TypeError):
            wrong(partition, record.offset, "it cannot be decoded")
        mine = hashlib.sha256(value).hexdigest()
        if prev == head and beyond:
            check_counted(partition, decision, record, partitions)
            head, own, command_offset = (
                mine,
                (prev, decision["rules"], value),
                decision["command"]["offset"],
            )
            stale, run, counted = "", 0, counted + 1
            continue
        rival = own and own[:2] == (prev, decision["rules"]) and own[2] != value
        if own and rival and b'{"type":"halted"' not in own[2] + value:
            wrong(partition, record.offset, "two answers on one head")
        if beyond and prev != stale:
            wrong(partition, record.offset, "it does not continue the chain")
        run = run + 1 if prev == stale else 1
        if run > STALE_RUN_MAX:
            wrong(partition, record.offset, "too many stale records on end")
        stale, ignored = mine, ignored + 1
    tail = len(partition.commands) - partition.read
    return (
        f"partition {partition.number}: {counted} decisions count, {ignored} are stale, "
        f"{tail} commands after the last, head {head}"
    )


def read(lines: Iterable[str], partitions: int) -> list[Partition]:
    found = [Partition(number) for number in range(partitions)]
    for line in lines:
        row = json.loads(line)
        key, value = (
            None if row[name] is None else base64.b64decode(row[name]) for name in ("key", "value")
        )
        record = Record(row["offset"], row["timestamp_ms"], key, value)
        partition = found[row["partition"]]
        topic = {"bidding.commands": partition.commands, "bidding.decisions": partition.decisions}
        topic[row["topic"]].append(record)
    return found


def main() -> int:
    log_id, partitions = sys.argv[1], int(sys.argv[2])
    try:
        for partition in read(sys.stdin, partitions):
            print(walk(partition, log_id, partitions))
    except Wrong as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
