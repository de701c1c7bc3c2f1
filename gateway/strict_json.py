"""JSON that says one thing only: no name twice, no NaN, no Infinity, UTF-8 (reliability T24).

Two readers of `{"amount_fen":1,"amount_fen":9}` may read two amounts; so nobody does.
"""

import json
from typing import Any, NoReturn


class NameTwice(ValueError):
    """An object names a thing twice."""


def strict_json(data: bytes) -> Any:
    """Return what JSON says; raises `ValueError` (of which all of json's are), `RecursionError`."""
    return json.loads(data.decode(), object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NameTwice("a name stands twice in an object")
    return found


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
