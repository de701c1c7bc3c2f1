"""Reading the log for people: one bidding as it is, what happens in it, decisions as they come.

Rule 1: only what counts is shown. A broken chain ends the reading with its name.
Rule 2: with `as_json` every line is one JSON document, for programs.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from infra.codec import Decision, Entry, Refusal, decode_event
from infra.follow import Counted
from infra.i18n.shown import shown_clock, shown_figure, shown_moment
from infra.kafka.admin import Log, check_log
from infra.tail import Heard, Tail, open_tail, read_partition
from infra.topics import Family, partition_of
from processors.families import RULES

EXIT_UNKNOWN = 1

_Told = tuple[str, Heard]  # the name of its family


async def show(bootstrap: str, family: Family, aggregate: str, *, as_json: bool) -> int:
    """Print an aggregate as the log has it now; 1 where there is none."""
    log = await check_log(bootstrap, family)
    partition = partition_of(aggregate, log.partitions)
    _, counted = await read_partition(bootstrap, family, log, partition)
    state, seq, halted = _fold(family, aggregate, counted)
    if seq == 0:
        sys.stderr.write(f"日志中没有 {aggregate}。\n{aggregate} is not on this log.\n")
        return EXIT_UNKNOWN
    last = counted[-1]
    document = {
        "aggregate": aggregate,
        "seq": seq,
        "halted": halted,
        "at_ms": last.decision.at_ms,
        "partition": partition,
        "decision_offset": last.offset,
        "state": msgspec.to_builtins(state),
    }
    if as_json:
        _print(_json(document))
        return 0
    _print(f"{aggregate}  {shown_moment(last.decision.at_ms)}, seq {seq}{' HALTED' * halted}")
    now, facts = _parted(document["state"])
    for line in (*_plain_lines(now), *_plain_lines(facts)):
        _print("  " + line)
    return 0


def _fold(family: Family, aggregate: str, counted: list[Counted]) -> tuple[Any, int, bool]:
    rules = RULES[family]
    state: Any = None
    seq, halted = 0, False
    for entry in (entry for one in counted for entry in one.decision.entries):
        if entry.aggregate != aggregate:
            continue
        for raw in entry.events:
            seq += 1
            if msgspec.json.decode(raw)["type"] == "halted":
                halted = True
            else:
                state = rules.evolve(state, aggregate, decode_event(rules.messages, raw))
    return state, seq, halted


async def watch(bootstrap: str, family: Family, aggregate: str, *, as_json: bool) -> int:
    """Print what happened in an aggregate lately, and go on until stopped."""
    log = await check_log(bootstrap, family)
    tail, heard = await open_tail(bootstrap, family, log)
    try:
        while True:
            for one in heard:
                for line in _aggregate_lines(one, aggregate, as_json=as_json):
                    _print(line)
            _stop_if_broken(tail)
            heard = await tail.read()
    finally:
        await tail.close()


async def log_tail(
    bootstrap: str, families: Sequence[Family], count: int, *, follow: bool, as_json: bool
) -> int:
    """Print the last decisions of each family, `count` of each, and go on with `follow`."""
    tails: dict[str, Tail] = {}
    try:
        newest: list[_Told] = []
        for family in families:
            log: Log = await check_log(bootstrap, family)
            tails[family.name], heard = await open_tail(bootstrap, family, log, count)
            told = _in_order((family.name, one) for one in heard)
            newest += told[-count:] if count > 0 else []
        newest = _in_order(newest)
        while True:
            for name, one in newest:
                _print(_decision_line(name, one, as_json=as_json))
            for tail in tails.values():
                _stop_if_broken(tail)
            if not follow:
                return 0
            read = await asyncio.gather(*(tail.read() for tail in tails.values()))
            newest = _in_order(
                (name, one) for name, heard in zip(tails, read, strict=True) for one in heard
            )
    finally:
        for tail in tails.values():
            await tail.close()


def _in_order(told: Iterable[_Told]) -> list[_Told]:
    return sorted(told, key=lambda one: one[1].counted.decision.at_ms)


def _stop_if_broken(tail: Tail) -> None:
    for error in tail.broken.values():
        raise error


def _aggregate_lines(one: Heard, aggregate: str, *, as_json: bool) -> Iterator[str]:
    decision = one.counted.decision
    for entry in decision.entries:
        if entry.aggregate == aggregate:
            yield _entry_json(decision, entry) if as_json else _entry_line(decision, entry)


def _entry_json(decision: Decision, entry: Entry) -> str:
    return _json(
        {
            "at_ms": decision.at_ms,
            "seq": entry.seq,
            "public_seq": entry.public_seq,
            "actor": decision.command.actor,
            "command": decision.command.type,
            "events": [msgspec.json.decode(event) for event in entry.events],
            "rejection": None if entry.rejection is None else msgspec.to_builtins(entry.rejection),
        }
    )


def _entry_line(decision: Decision, entry: Entry) -> str:
    parts = [shown_clock(decision.at_ms), str(decision.command.actor), str(decision.command.type)]
    parts += [_event_text(event) for event in entry.events]
    if entry.rejection is not None:
        parts.append(f"refused {_refusal_text(entry.rejection)}")
    return "  ".join(parts)


def _refusal_text(refusal: Refusal) -> str:
    named = ["=".join(map(str, shown_figure(*one))) for one in refusal.params.items()]
    return " ".join([refusal.code, *named])


def _event_text(raw: msgspec.Raw) -> str:
    event = msgspec.json.decode(raw)
    named = [
        "=".join(map(str, shown_figure(name, value)))
        for name, value in event.items()
        if name != "type" and isinstance(value, int | str) and value != ""
    ]
    return " ".join([event["type"], *named])


def _decision_line(family: str, one: Heard, *, as_json: bool) -> str:
    decision = one.counted.decision
    if as_json:
        place = {"family": family, "partition": one.partition, "offset": one.counted.offset}
        return _json({**place, "decision": msgspec.Raw(one.counted.value)})
    parts = [
        f"{family} {one.partition}:{one.counted.offset}",
        shown_clock(decision.at_ms),
        f"command {decision.command.offset}",
        str(decision.command.type),
        decision.outcome,
    ]
    for entry in decision.entries:
        texts = [_event_text(event) for event in entry.events]
        if entry.rejection is not None:
            texts.append(entry.rejection.code)
        parts.append(f"{entry.aggregate}: {', '.join(texts)}")
    return "  ".join(parts)


def _parted(state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What moves before what was laid down at the start: that is what people look for."""
    facts = {name: value for name, value in state.items() if isinstance(value, dict)}
    return {name: value for name, value in state.items() if name not in facts}, facts


def _plain_lines(value: Any, prefix: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _plain_lines(inner, f"{prefix}.{name}" if prefix else str(name))
    elif isinstance(value, list | tuple) and value and isinstance(value[0], dict):
        for place, inner in enumerate(value, 1):
            yield from _plain_lines(inner, f"{prefix}.{place}")
    elif value not in (None, "", [], (), False):
        path, _, name = prefix.rpartition(".")
        if path.endswith("last_bid_ms"):  # by number
            value = shown_clock(value)
        name, shown = shown_figure(name, value)
        yield f"{path}.{name}: {shown}" if path else f"{name}: {shown}"


def _json(document: Any) -> str:
    return msgspec.json.encode(document).decode()


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
