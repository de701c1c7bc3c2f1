"""`python -m producers.schema [NAME]`: JSON Schema of every command, event and rejection."""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from infra.codec import COMMAND_ID, RefusalCode
from infra.i18n import text
from infra.topics import BIDDING as BIDDING_TOPICS
from infra.topics import ROADSHOW as ROADSHOW_TOPICS
from infra.topics import TRADING as TRADING_TOPICS
from infra.topics import Family
from roadshow.dispatch import ROADSHOW
from trading.dispatch import BIDDING, MEMBERSHIP
from trading.outcome import Messages, Rules

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
FAMILIES: Final[Mapping[Family, Rules[Any]]] = {
    BIDDING_TOPICS: BIDDING,
    ROADSHOW_TOPICS: ROADSHOW,
    TRADING_TOPICS: MEMBERSHIP,
}
_WORD: Final = {"type": "string", "pattern": "^[A-Za-z0-9._:-]{1,64}$"}
_MS: Final = {"type": "integer", "minimum": 0}


def schema() -> dict[str, Any]:
    """Return one document: `commands` and `events` by type, `rejections` by code.

    Names are of one family only; `family` says of which.
    """
    kinds = [kind for rules in FAMILIES.values() for kind in _kinds(rules.messages)]
    found, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    by_type = dict(zip(kinds, found, strict=True))
    codes = dict.fromkeys(code.value for code in RefusalCode)
    codes |= dict.fromkeys(code for rules in FAMILIES.values() for code in rules.messages.codes)
    return {
        "$schema": DIALECT,
        "title": "shuoguo: the messages on the log",
        "rules": {family.name: rules.version for family, rules in FAMILIES.items()},
        "commands": {
            name: {"family": family.name, **_envelope(name, by_type[kind])}
            for family, rules in FAMILIES.items()
            for name, kind in rules.messages.commands.items()
        },
        "events": {
            name: {
                "family": family.name,
                "public": kind in rules.messages.public,
                "allOf": [
                    {"properties": {"type": {"const": name}}, "required": ["type"]},
                    by_type[kind],
                ],
            }
            for family, rules in FAMILIES.items()
            for name, kind in rules.messages.events.items()
        },
        "rejections": {
            "code": {"enum": list(codes)},
            "texts": {code: {"zh": text(code, "zh"), "en": text(code, "en")} for code in codes},
        },
        "$defs": definitions,
    }


def _kinds(messages: Messages) -> Iterator[type]:
    yield from messages.commands.values()
    yield from messages.events.values()


def _envelope(name: str, body: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "schema": {"const": 1},
        "command_id": {"type": "string", "pattern": COMMAND_ID},
        "type": {"const": name},
        "actor": _WORD,
        "acting_role": _WORD,
        "root": _WORD,
        "aggregate": _WORD,
        "body": body,
        "issued_at_ms": _MS,
        "valid_until_ms": _MS,
    }
    required = [one for one in fields if not one.endswith("_ms")]
    return {
        "type": "object",
        "properties": fields,
        "required": required,
        "additionalProperties": False,
    }


def find(name: str) -> dict[str, Any] | None:
    """Return the schema of one command, event or rejection code, complete by itself."""
    whole = schema()
    if name in whole["rejections"]["texts"]:
        return {"code": name, **whole["rejections"]["texts"][name]}
    for kind in ("commands", "events"):
        if name in whole[kind]:
            return {"$schema": DIALECT, **whole[kind][name], "$defs": whole["$defs"]}
    return None


def main(arguments: list[str]) -> int:
    """Print it."""
    found = find(arguments[0]) if arguments else schema()
    if found is None:
        sys.stderr.write(f"UNKNOWN_TYPE  没有 {arguments[0]}\n              no {arguments[0]}\n")
        return 4
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
