"""Checks a finished world from its raw records, with a model of its own.

It uses neither the chain, the host nor the rules: plain JSON, SHA-256 and the law. Only
`check_bytes` asks the host, whether the same records give the same bytes again, from anywhere.
"""

import hashlib
import json
import struct
from dataclasses import dataclass, field
from typing import Any

from processors.host import CommandRecord
from tests.simulation.world import (
    LOG_ID,
    PARTITION,
    THRESHOLD_MS,
    World,
)

HOUR_MS = 3_600_000
OPENING = ("free_bidding_opened", "bidding_reopened")
STOPPING = ("bidding_suspended", "bidding_ended", "bidding_closed", "halted")


class Objection(AssertionError):
    """What the auditor found wrong, with the command it concerns."""


def require(holds: object, what: str, offset: int = -1) -> None:
    if not holds:
        raise Objection(f"{what} (command {offset})")


@dataclass
class Lot:
    """What the events say about one bidding."""

    seq: int = 0
    public_seq: int = 0
    open: bool = False
    since: tuple[int, int, int] = (-1, 0, 0)
    opens_at_ms: int | None = None
    free_ends_at_ms: int | None = None
    ends_at_ms: int | None = None
    price_fen: int = 0
    notice_ms: int = 0
    ended: int = 0
    deals: int = 0


@dataclass
class Audit:
    """What was seen, for whoever wants to know that something happened at all."""

    decided: int = 0
    refused: int = 0
    repeated: int = 0
    stale: int = 0
    suspended: int = 0
    closed: int = 0
    bids: int = 0
    silent: int = 0
    reasons: set[str] = field(default_factory=set)


def audit(world: World) -> Audit:
    """Raise `Objection` at the first thing that is not as the law wants it."""
    seen, counted = audit_log(world)
    check_time_and_biddings(world.log.commands, counted, seen)
    return seen


def audit_log(world: World) -> tuple[Audit, list[tuple[bytes, dict[str, Any]]]]:
    """What holds for every family; returns the decisions that count."""
    seen = Audit()
    topic = world.setting.topic
    counted = count_chain(topic, world.log.decisions, seen)
    check_inputs(topic, world.log.commands, counted)
    check_answers(world.log.commands, counted, seen)
    check_ids(counted, seen)
    check_bytes(world, [value for value, _ in counted])
    check_counts(counted)
    return seen, counted


def check_counts(counted: list[tuple[bytes, dict[str, Any]]]) -> None:
    """Per aggregate: `seq` goes on by the events, `public_seq` by at most one; nothing halts."""
    before: dict[str, tuple[int, int]] = {}
    for _, decision in counted:
        offset = decision["command"]["offset"]
        for entry in decision["entries"]:
            seq, public_seq = before.get(entry["aggregate"], (0, 0))
            require(entry["seq"] == seq, "seq is not what came before", offset)
            step = entry["public_seq"] - public_seq
            require(step in ((0, 1) if entry["events"] else (0,)), "public_seq jumps", offset)
            require(all(one["type"] != "halted" for one in entry["events"]), "halted", offset)
            before[entry["aggregate"]] = seq + len(entry["events"]), entry["public_seq"]


def count_chain(topic: str, values: list[bytes], seen: Audit) -> list[tuple[bytes, dict[str, Any]]]:
    """Pick the records that continue the chain, by the definition alone."""
    name = json.dumps(["shuoguo/1", LOG_ID, topic, PARTITION], separators=(",", ":"))
    head, offset = hashlib.sha256(name.encode()).hexdigest(), -1
    counted = []
    for value in values:
        decision = json.loads(value)
        if decision["prev"] == head and decision["command"]["offset"] > offset:
            head, offset = hashlib.sha256(value).hexdigest(), decision["command"]["offset"]
            counted.append((value, decision))
        else:
            seen.stale += 1
    return counted


def check_inputs(
    topic: str, commands: list[CommandRecord], counted: list[tuple[bytes, dict[str, Any]]]
) -> None:
    name = json.dumps(["shuoguo/1", LOG_ID, topic, PARTITION], separators=(",", ":"))
    current = hashlib.sha256(name.encode()).digest()
    inputs = []
    for record in commands:
        current = hashlib.sha256(
            current
            + struct.pack(">qq", record.offset, record.timestamp_ms)
            + _sized(record.key)
            + _sized(record.value)
        ).digest()
        inputs.append(current.hex())
    for _, decision in counted:
        offset = decision["command"]["offset"]
        require(decision["input"] == inputs[offset], "input is not what came in", offset)


def _sized(data: bytes | None) -> bytes:
    return struct.pack(">i", -1) if data is None else struct.pack(">i", len(data)) + data


def check_answers(
    commands: list[CommandRecord], counted: list[tuple[bytes, dict[str, Any]]], seen: Audit
) -> None:
    """Every command exactly one answer, in order; only ticks may have none (rule 1)."""
    offsets = [decision["command"]["offset"] for _, decision in counted]
    require(offsets == sorted(set(offsets)), "answers out of order")
    answered = set(offsets)
    for record in commands:
        if record.offset in answered:
            continue
        require(_is_tick(record), "a command without an answer", record.offset)
        seen.silent += 1
    last_ms = 0
    silent_from: int | None = None
    times = {decision["command"]["offset"]: decision["at_ms"] for _, decision in counted}
    at_ms = 0
    for record in commands:
        at_ms = max(at_ms, record.timestamp_ms)
        if record.offset in times:
            require(times[record.offset] == at_ms, "at_ms is not the law's", record.offset)
            last_ms, silent_from = at_ms, None
        else:
            silent_from = record.offset if silent_from is None else silent_from
            require(at_ms - last_ms < HOUR_MS, "an hour of silence", record.offset)


def _is_tick(record: CommandRecord) -> bool:
    return record.key is None and b'"clock_tick"' in (record.value or b"")


def check_ids(counted: list[tuple[bytes, dict[str, Any]]], seen: Audit) -> None:
    """Rule 8: the first answer stands."""
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for _, decision in counted:
        asked = decision["command"]
        seen.decided += decision["outcome"] == "decided"
        seen.refused += decision["outcome"] == "refused"
        seen.repeated += decision["outcome"] == "repeated"
        if "digest" not in asked:
            require(decision["outcome"] != "repeated", "repeated nothing", asked["offset"])
            continue
        earlier = first.setdefault((asked["actor"], asked["id"]), asked)
        same = earlier["digest"] == asked["digest"]
        if earlier is asked:
            require(decision["outcome"] != "repeated", "repeated the first", asked["offset"])
        elif same:
            require(decision.get("of") == earlier["offset"], "not repeated", asked["offset"])
            require(decision["outcome"] == "repeated", "not repeated", asked["offset"])
        else:
            require("ID_REUSED" in codes(decision), "an id reused unnoticed", asked["offset"])


def codes(decision: dict[str, Any]) -> set[str]:
    return {entry["rejection"]["code"] for entry in decision["entries"] if "rejection" in entry}


def codes_of(decision: dict[str, Any] | None, code: str) -> list[str]:
    entries = [] if decision is None else decision["entries"]
    return [e["aggregate"] for e in entries if e.get("rejection", {}).get("code") == code]


@dataclass
class Time:
    """Where the auditor's own clock of a partition stands."""

    at_ms: int = 0
    heard_ms: int = 0
    tick: tuple[int, int, int] = (-1, 0, 0)  # offset, raw, at


def check_time_and_biddings(
    commands: list[CommandRecord], counted: list[tuple[bytes, dict[str, Any]]], seen: Audit
) -> None:
    """Rule 7 and the invariants of the rule book, from the events alone."""
    lots: dict[str, Lot] = {}
    by_offset = {decision["command"]["offset"]: decision for _, decision in counted}
    time = Time()
    for record in commands:
        time.at_ms = max(time.at_ms, record.timestamp_ms)
        decision = by_offset.get(record.offset)
        events = events_of(decision)
        check_stall(record, events, lots, time)
        if _is_tick(record):
            time.tick = (record.offset, record.timestamp_ms, time.at_ms)
            told_ms = json.loads(record.value or b"")["body"]["heard_ms"]
            time.heard_ms = max(time.heard_ms, min(told_ms, time.at_ms))
        check_record(record, decision, lots, time)
        _take_entries(decision, lots, record.offset)
        for name, event in events:
            _take(lots[name], event, (record.offset, record.timestamp_ms), time, seen)
        for name in codes_of(decision, "TOO_LATE"):
            between = lots[name].free_ends_at_ms is not None
            require(not between, "refused between the periods", record.offset)
    check_ends(lots, time)


def check_stall(
    record: CommandRecord,
    events: list[tuple[str, dict[str, Any]]],
    lots: dict[str, Lot],
    time: Time,
) -> None:
    stopped = {name for name, event in events if event["type"] == "bidding_suspended"}
    for name, lot in lots.items():
        base = lot.since if lot.since[0] > time.tick[0] else time.tick
        if lot.open and abs(record.timestamp_ms - base[1]) > THRESHOLD_MS:
            require(name in stopped, "a stall that suspended nothing", record.offset)


def check_record(
    record: CommandRecord, decision: dict[str, Any] | None, lots: dict[str, Lot], time: Time
) -> None:
    offset = record.offset
    if decision is not None:
        require(decision["heard_ms"] == time.heard_ms, "heard_ms is not the law's", offset)
        require(decision["tick_ms"] == time.tick[1], "tick_ms is not the law's", offset)
        check_due(decision, time.at_ms, lots)
        expired(decision, record, time.at_ms)
    elif _is_tick(record):
        require(not any(lot.open for lot in lots.values()), "a silent tick", offset)


def check_ends(lots: dict[str, Lot], time: Time) -> None:
    """Nothing that was due has been forgotten."""
    for lot in lots.values():
        opened = lot.opens_at_ms is None or lot.opens_at_ms > time.tick[2] - 2 * THRESHOLD_MS
        require(opened, "a bidding that never opened")
        over = lot.open and (lot.ends_at_ms or time.at_ms) < time.at_ms - 2 * THRESHOLD_MS
        require(not over, "a bidding that nobody closed")


def check_due(decision: dict[str, Any], at_ms: int, lots: dict[str, Lot]) -> None:
    now = {name: lot.open for name, lot in lots.items()}
    for name, event in events_of(decision):
        if event["type"] in OPENING:
            now[name] = True
        elif event["type"] in STOPPING:
            now[name] = False
    if any(now.values()):
        offset = decision["command"]["offset"]
        require(decision.get("next_due_ms") == at_ms, "open, and no tick wanted", offset)


def expired(decision: dict[str, Any], record: CommandRecord, at_ms: int) -> None:
    if "digest" not in decision["command"] or decision["outcome"] != "decided":
        return
    until_ms = json.loads(record.value or b"").get("valid_until_ms")
    late = until_ms is not None and until_ms < at_ms
    require(not late, "an expired command counted", record.offset)


def events_of(decision: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    entries = [] if decision is None else decision["entries"]
    return [(entry["aggregate"], event) for entry in entries for event in entry["events"]]


def _take_entries(decision: dict[str, Any] | None, lots: dict[str, Lot], offset: int) -> None:
    for entry in [] if decision is None else decision["entries"]:
        lot = lots.setdefault(entry["aggregate"], Lot())
        require(entry["seq"] == lot.seq, "a gap in seq", offset)
        lot.seq += len(entry["events"])
        require(entry["public_seq"] - lot.public_seq in (0, 1), "a gap in public_seq", offset)
        require(entry["public_seq"] == lot.public_seq or entry["events"], "public alone", offset)
        lot.public_seq = entry["public_seq"]
        types = [event["type"] for event in entry["events"]]
        require("halted" not in types, f"a halt: {entry['events'][-1:]}", offset)


def _take(
    lot: Lot, event: dict[str, Any], record: tuple[int, int], time: Time, seen: Audit
) -> None:
    offset, at_ms = record[0], time.at_ms
    kind = event["type"]
    if kind == "bidding_scheduled":
        lot.opens_at_ms = event["terms"]["opens_at_ms"]
        lot.notice_ms = event["terms"]["resume_notice_ms"]
    if kind == "bidding_resumed":
        noticed = event["resumes_at_ms"] >= at_ms + lot.notice_ms
        require(noticed, "it goes on before the notice is over", offset)
    if kind in OPENING:
        lot.since = lot.since if lot.open else (*record, at_ms)
        lot.open = True
    if kind == "bidding_ended":
        _take_close(lot, offset, time)
        seen.closed += 1
    if kind == "bidding_suspended":
        seen.suspended += 1
        seen.reasons.add(event["reason"])
    if kind in STOPPING:
        lot.open = False
    if kind == "bid_accepted":
        _take_bid(lot, event["amount_fen"], offset, at_ms)
        seen.bids += 1
    if kind == "deal_confirmed":
        lot.deals += 1
        require(lot.deals == 1, "two deals", offset)
        require(event["price_fen"] == lot.price_fen, "a deal at another price", offset)
    _take_end(lot, event, offset)


def _take_close(lot: Lot, offset: int, time: Time) -> None:
    require(time.tick[0] == offset, "closed without a tick", offset)
    require(lot.ends_at_ms is not None and time.at_ms >= lot.ends_at_ms, "closed early", offset)
    unseen_ms = min(time.at_ms, lot.ends_at_ms or 0) - time.heard_ms
    require(unseen_ms <= THRESHOLD_MS, "closed while nobody could see", offset)
    lot.ended += 1
    require(lot.ended == 1, "ended twice", offset)


def _take_bid(lot: Lot, amount_fen: int, offset: int, at_ms: int) -> None:
    require(lot.open, "a bid on a bidding that is not open", offset)
    ends_at_ms = lot.ends_at_ms if lot.free_ends_at_ms is None else lot.free_ends_at_ms
    require(ends_at_ms is not None and at_ms < ends_at_ms, "a bid too late", offset)
    require(amount_fen > lot.price_fen, "prices that do not rise", offset)
    lot.price_fen = amount_fen


def _take_end(lot: Lot, event: dict[str, Any], offset: int) -> None:
    kind, free = event["type"], lot.free_ends_at_ms is not None
    if kind == "free_bidding_opened":
        lot.opens_at_ms, lot.free_ends_at_ms = None, event["free_ends_at_ms"]
    elif kind in ("bidding_resumed", "bidding_reopened") and free:
        lot.free_ends_at_ms = event["ends_at_ms"]
    elif kind == "limited_bidding_started" or ("ends_at_ms" in event and not free):
        require(event["ends_at_ms"] >= (lot.ends_at_ms or 0), "an end that came nearer", offset)
        lot.ends_at_ms, lot.free_ends_at_ms = event["ends_at_ms"], None


def check_bytes(world: World, counted: list[bytes]) -> None:
    """Rules 3 and 5: the same records give the same bytes, restored at any position."""
    commands = world.log.commands
    whole = world.setting.host()
    decided = _decide_all(whole, commands)
    require(decided[: len(counted)] == counted, "the log does not decide again to its own bytes")
    step = max(1, len(counted) // 3)
    for stop in range(0, len(counted), step):
        host = world.setting.host()
        for offset, value in enumerate(counted[:stop]):
            host.fold(offset, value)
        rest = commands[host.next_command_offset :][:40]
        again = _decide_all(host, rest)
        require(again == counted[stop : stop + len(again)], f"restored at {stop} it differs")


def _decide_all(host: Any, commands: list[CommandRecord]) -> list[bytes]:
    values: list[bytes] = []
    index = 0
    while index < len(commands):
        batch = host.decide(commands[index : index + 500])
        index += batch.taken
        values += batch.values
        host.appended(host.read_offset + 1)
    return values
