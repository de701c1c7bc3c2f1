"""From the body of a request to a command, strictly: a name that is not known is refused.

Rule 1: what would be `UNREADABLE` on the log is refused here, with the field that is wrong.
Rule 2: whole numbers are whole numbers: no text, no float, no truth value in their place.
"""

import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

from gateway.actions import Action
from gateway.feed.families import RULES
from gateway.refusals import Refusal
from infra.codec import COMMAND_ID, Command, decode_command
from infra.codec.commands import SCHEMA, WORD

_ID: Final = re.compile(COMMAND_ID.replace("$", r"\Z"))
_WORD: Final = re.compile(WORD.replace("$", r"\Z"))
_PATH: Final = re.compile(r"at `\$\.?(.*)`")
_ENVELOPE: Final = ("command_id", "wait_ms", "issued_at_ms")
_MILLISECONDS_MAX: Final = 2**53


class Asked(NamedTuple):
    """A body, decoded."""

    command_id: str
    body: Any
    wait_ms: int
    issued_at_ms: int | None


def root_of(action: Action, body: Mapping[str, Any]) -> str:
    """Return which root a body means; raises `Refusal`."""
    return check_root(body.get(action.root_field), action.root_field)


def check_root(root: object, field: str = "root") -> str:
    """Return a root id that can be one; raises `Refusal`."""
    if not isinstance(root, str) or not _WORD.match(root):
        raise _bad(field)
    return root


def check_id(command_id: object) -> str:
    """Return a command id that can be one; raises `Refusal`."""
    if not isinstance(command_id, str) or not _ID.match(command_id):
        raise _bad("command_id")
    return command_id


def command_of(action: Action, body: Mapping[str, Any]) -> Asked:
    """Return what a body asks; raises `Refusal`."""
    command_id = check_id(body.get("command_id"))
    message = _message(action, body)
    for name in message:
        if name not in _names(action.command):
            raise Refusal("UNKNOWN_FIELD", 422, {"field": str(name)[:64]})
    try:
        made: Any = msgspec.convert(message, type=action.command, strict=True)
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error))
        raise _bad(found.group(1) if found else _missing(str(error))) from error
    wait_ms, issued_at_ms = body.get("wait_ms", 0), body.get("issued_at_ms")
    if not _is_duration(wait_ms):
        raise _bad("wait_ms")
    if issued_at_ms is not None and not _is_duration(issued_at_ms):
        raise _bad("issued_at_ms")
    return Asked(command_id, made, wait_ms, issued_at_ms)


def check_readable(action: Action, command: Command, body: Mapping[str, Any]) -> None:
    """Refuse what the log could not read, unknown names inside included; raises `Refusal`."""
    envelope = {
        "schema": SCHEMA, "command_id": command.command_id, "type": command.type,
        "actor": command.actor, "acting_role": command.acting_role, "root": command.root,
        "aggregate": command.aggregate, "body": _message(action, body),
    }  # fmt: skip
    value = msgspec.json.encode(envelope)
    if not isinstance(decode_command(RULES[action.family].messages, value), Command):
        raise Refusal("UNREADABLE", 422)


def _message(action: Action, body: Mapping[str, Any]) -> dict[str, Any]:
    names = _names(action.command)
    apart = [name for name in (*_ENVELOPE, action.root_field) if name not in names]
    return {name: value for name, value in body.items() if name not in apart}


@cache
def _names(command: type) -> frozenset[str]:
    return frozenset(field.name for field in fields(command))


def _is_duration(value: object) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and 0 <= value <= _MILLISECONDS_MAX  # type: ignore[operator]


def _missing(text: str) -> str:
    found = re.search(r"required field `(\w+)`", text)
    return found.group(1) if found else "body"


def _bad(field: str) -> Refusal:
    return Refusal("BAD_FIELD", 422, {"field": field[:64]})
