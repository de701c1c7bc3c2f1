"""What a reactor hears and what it asks for: values, and the ids that are derived from them.

Rule 1: an id is a function of the decision and of the purpose, so that whatever is done twice is
the same thing twice (F09, F17).
Rule 2: only the events that somebody waits for are decoded; the others are passed over.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from infra.codec import Command, Decision, Entry, decode_event, event_type
from infra.topics import Family
from trading.outcome import Messages

HALTED: Final = "halted"
SYSTEM: Final = "system"
_ID_BYTES: Final = 20  # 160 bits


@dataclass(frozen=True, slots=True)
class Cause:
    """The decision that something follows from."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class Halted:
    """The host's own event: an exception in the rules stopped this aggregate (rule 10 of the log).

    It stands where any other event stands.
    """


@dataclass(frozen=True, slots=True)
class Happening:
    """One event, in the aggregate in which it happened."""

    aggregate: str
    event: Any


@dataclass(frozen=True, slots=True)
class Heard:
    """A decision that counts, as far as a reactor cares.

    code: why the command was refused; "" where it was not. aggregate: the one it addressed.
    """

    cause: Cause
    at_ms: int
    aggregate: str
    actor: str
    command_type: str
    command_id: str
    refused: bool
    code: str
    happenings: tuple[Happening, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """A command to append, of this family."""

    family: Family
    command: Command


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What could not be carried out: a person of the desk must look; `detail` is for them."""

    letter_id: str
    cause: Cause
    reactor: str
    code: str
    root: str
    detail: str
    at_ms: int


def derived_id(cause: Cause, *purpose: str) -> str:
    """Return the id of what follows from a decision for this purpose: 32 letters and digits."""
    named = [cause.topic, cause.partition, cause.offset, *purpose]
    digest = hashlib.sha256(json.dumps(named, separators=(",", ":")).encode()).digest()
    return base64.b32encode(digest[:_ID_BYTES]).decode().lower()


def asking(
    cause: Cause, family: Family, root: str, body: Any, actor: str, role: str = SYSTEM
) -> Asking:
    """Return the command that follows from a decision; the same again has the same id."""
    command_id = derived_id(cause, body.type, root)
    return Asking(family, Command(command_id, body.type, actor, role, root, root, body))


def messages_of(*events: type) -> Messages:
    """Return a registry of events alone."""
    named: dict[str, type] = {one.__dict__["type"]: one for one in events}
    return Messages(commands={}, events=named, public=frozenset(), codes=())


def merged(*registries: Messages) -> Messages:
    """Return a registry of all events of several."""
    events = {name: one for each in registries for name, one in each.events.items()}
    return Messages(commands={}, events=events, public=frozenset(), codes=())


def hear(
    known: Messages, topic: str, partition: int, offset: int, decision: Decision
) -> Heard | None:
    """Return what a decision says, in the events that are `known`; None where it says nothing.

    Raises `msgspec.DecodeError` where a known event has another shape.
    """
    asked = decision.command
    found = tuple(
        Happening(entry.aggregate, event)
        for entry in decision.entries
        for event in _events(known, entry)
    )
    refused = decision.outcome == "refused"
    if not found and not refused:
        return None
    rejecting = [entry for entry in decision.entries if entry.rejection is not None]
    addressed = (rejecting or decision.entries)[:1]
    codes = [one.rejection.code for one in rejecting if one.rejection is not None]
    return Heard(
        Cause(topic, partition, offset), decision.at_ms,
        addressed[0].aggregate if addressed else "",
        asked.actor or "", asked.type or "", asked.id or "",
        refused, codes[0] if codes else "", found,
    )  # fmt: skip


def _events(known: Messages, entry: Entry) -> list[Any]:
    found: list[Any] = []
    for raw in entry.events:
        name = event_type(raw)
        if name == HALTED:
            found.append(Halted())
        elif name in known.events:
            found.append(decode_event(known, raw))
    return found


def as_json(value: Mapping[str, Any]) -> bytes:
    """Return a record value."""
    return msgspec.json.encode(value)


def letter_value(letter: DeadLetter) -> bytes:
    """Return the record value of a dead letter."""
    return msgspec.json.encode(letter)
