"""Writes the generated pages of this folder: `python -m docs.generate [--check]`.

`state-machines.md` is drawn from the tables of transitions, `messages.md` from the dataclasses and
the catalogue of texts, `seen.md`, `openapi.json` and `asyncapi.json` from the gateway. With --check
nothing is written; a page that would change ends it with 1.
"""

import dataclasses
import inspect
import json
import string
import sys
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from docs.aggregates import AGGREGATES, FAMILIES, Aggregate, Machine
from gateway.feed.families import SEEN
from gateway.http import asyncapi
from gateway.http.descriptions import openapi_document
from gateway.views.seen import Names
from infra.codec import RefusalCode
from infra.i18n import catalogue
from roadshow.dispatch import WRONG_KIND

MADE: Final = "<!-- made by `make docs`; do not edit -->\n"


def state_machines() -> str:
    """Return the page of every table of transitions."""
    parts = ["# State machines", "", MADE, "What is not here cannot happen.", ""]
    for aggregate in AGGREGATES:
        for machine in aggregate.machines:
            parts += _machine(machine)
    return "\n".join(parts)


def _machine(machine: Machine) -> list[str]:
    begins = f": {machine.begins.__name__}" if machine.begins else ""
    return [
        f"## {machine.title}",
        "",
        "```mermaid",
        "stateDiagram-v2",
        f"    [*] --> {machine.first}{begins}",
        *(f"    {a} --> {b}: {', '.join(names)}" for (a, b), names in _moves(machine).items()),
        "```",
        "",
        "Events that leave the phase as it is:",
        "",
        *_table(("Event", "in phases"), _stays(machine)),
        "",
    ]


def _moves(machine: Machine) -> dict[tuple[str, str], list[str]]:
    """Return (from, to) → events, where a phase is left."""
    moves: dict[tuple[str, str], list[str]] = {}
    for (phase, event), after in machine.transitions.items():
        for name in after:
            if name != phase:
                moves.setdefault((phase, name), []).append(event.__name__)
    return moves


def _stays(machine: Machine) -> Iterator[tuple[str, str]]:
    phases: dict[str, list[str]] = {}
    for (phase, event), after in machine.transitions.items():
        if phase in after:
            phases.setdefault(event.__name__, []).append(f"`{phase}`")
    for name, stays in phases.items():
        yield f"`{name}`", ", ".join(stays)


def messages() -> str:
    """Return the page of commands, events and rejections."""
    parts = [
        "# Messages",
        "",
        MADE,
        "Amounts in fen, times in milliseconds. On the log the fields stand in this order.",
        "Public events are counted by `public_seq`.",
        "",
    ]
    for family, aggregates in FAMILIES.items():
        parts += [f"On `{family}.commands` and `{family}.decisions`: {_named(aggregates)}.", ""]
    for aggregate in AGGREGATES:
        parts += _messages_of(aggregate)
    parts += ["## Values", ""]
    for value in _values(each for one in AGGREGATES for each in (*one.commands, *one.events)):
        parts += _message(value, value.__name__)
    parts += ["## Rejections", "", "Of the log's host, before any rule of an aggregate:", ""]
    parts += [*_table(("Code", "params", "中文", "English"), _codes(RefusalCode)), ""]
    parts += ["Of a root of `roadshow.*`, before any rule of what it is:", ""]
    parts += [*_table(("Code", "params", "中文", "English"), _codes((WRONG_KIND,))), ""]
    for aggregate in AGGREGATES:
        parts += [f"Of {aggregate.name}; the first that applies is the only one given:", ""]
        parts += [*_table(("Code", "params", "中文", "English"), _codes(aggregate.codes)), ""]
    return "\n".join(parts)


def _named(aggregates: Iterable[Aggregate]) -> str:
    return ", ".join(aggregate.name for aggregate in aggregates)


def _messages_of(aggregate: Aggregate) -> list[str]:
    parts = [f"## Commands of {aggregate.name}", ""]
    for command in aggregate.commands:
        parts += _message(command, _type(command))
    parts += [f"## Events of {aggregate.name}", ""]
    for event in aggregate.events:
        note = "public" if event in aggregate.public else "not public"
        parts += _message(event, _type(event), note)
    return parts


def _type(message: type) -> str:
    return str(getattr(message, "type", ""))


def _message(message: type, name: str, note: str = "") -> list[str]:
    said = inspect.cleandoc(message.__doc__ or "")
    lines = [f"### `{name}`", "", said + (f" *{note}.*" if note else ""), ""]
    rows = [_field(field) for field in dataclasses.fields(message)]
    return [*lines, *_table(("Field", "type", "default"), rows), ""] if rows else lines


def _field(field: "dataclasses.Field[object]") -> tuple[str, str, str]:
    missing = field.default is dataclasses.MISSING
    default = "required" if missing else f"`{field.default!r}`"
    return f"`{field.name}`", _type_name(field.type).replace("|", "or"), default


def _type_name(kind: object) -> str:
    if typing.get_origin(kind) is tuple:
        return f"list of {_type_name(typing.get_args(kind)[0])}"
    if isinstance(kind, types.UnionType):
        return " | ".join(_type_name(each) for each in typing.get_args(kind))
    if isinstance(kind, typing.NewType):
        return str(kind.__name__)
    names = {str: "text", int: "integer", bool: "true or false", types.NoneType: "null"}
    plain = names.get(kind) if isinstance(kind, type) else None
    return plain or str(getattr(kind, "__name__", kind))


def _values(messages: Iterable[type]) -> list[type]:
    found: dict[type, None] = {}
    for message in messages:
        for field in dataclasses.fields(message):
            for each in (field.type, *typing.get_args(field.type)):
                if isinstance(each, type) and dataclasses.is_dataclass(each):
                    found[each] = None
                    found.update(dict.fromkeys(_values((each,))))
    return list(found)


def _codes(codes: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    chinese, english = catalogue("zh"), catalogue("en")
    for code in codes:
        names = [name for _, name, _, _ in string.Formatter().parse(english[code]) if name]
        yield f"`{code}`", " ".join(f"`{name}`" for name in names), chinese[code], english[code]


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def seen() -> str:
    """Return the page of who sees which field of which event."""
    lines = [
        "# Who sees which field of which event", "", MADE,
        "`own`: the one whose command it answers, or whom it is about. `staff`: who runs it. What",
        "is told to nobody goes out with no event; a view may tell it of the state.", "",
    ]  # fmt: skip
    head = ("event", "all", "own, beside", "staff, beside", "nobody")
    for family, table in SEEN.items():
        rows = [
            (
                f"`{kind.__dict__['type']}`",
                *map(_names, (row.public, row.own, row.staff, row.untold or None)),
            )
            for kind, row in table.items()
        ]
        lines += [f"## {family.name}", "", *_table(head, rows), ""]
    return "\n".join(lines)


def _names(names: Names | None) -> str:
    if names is None:
        return "–"
    return " ".join(f"`{name}`" for name in names) or "that it happened"


def openapi_page() -> str:
    """Return the description of the gateway's HTTP side."""
    return _document(openapi_document())


def asyncapi_page() -> str:
    """Return the description of the gateway's push side."""
    return _document(asyncapi.describe())


def _document(found: dict[str, typing.Any]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PAGES: Final[Mapping[str, typing.Callable[[], str]]] = {
    "state-machines.md": state_machines,
    "messages.md": messages,
    "seen.md": seen,
    "openapi.json": openapi_page,
    "asyncapi.json": asyncapi_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or say which would change."""
    stale = 0
    for name, page in PAGES.items():
        path, text = Path(__file__).with_name(name), page()
        if "--check" not in arguments:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            print(f"docs/{name} is not what the code says: run `make docs`")
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
