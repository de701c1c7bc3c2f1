"""`here.json` of a demonstration's folder: which accounts have a page open now.

Rule 1: written in a demo or a test alone, so that its bots step back from a person's role.
Rule 2: it runs out by itself: a gateway that has died says nothing about anybody.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from infra.clock import now_ms
from infra.private import write_whole

NAME: Final = "here.json"
LASTS_MS: Final = 5_000
EVERY_SECONDS: Final = 1.0


def write_here(data: Path, accounts: Iterable[str]) -> None:
    """Say who is here now, all or nothing, for the folder's owner alone."""
    write_whole(data / NAME, json.dumps({"at_ms": now_ms(), "accounts": sorted(accounts)}))


def read_here(data: Path) -> frozenset[str]:
    """Return who was said to be here within the last seconds; nobody where nothing says so."""
    try:
        found = json.loads((data / NAME).read_bytes())
        if now_ms() - int(found["at_ms"]) > LASTS_MS:
            return frozenset()
        return frozenset(str(account) for account in found["accounts"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()
