"""`run.json` in a data folder: where what runs on it can be reached."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from infra.private import write_whole

NAME: Final = "run.json"
DATA: Final = Path(os.environ.get("SHUOGUO_DATA") or "data")  # where a command line finds it
STANDARD: Final = "standard"
SHORT_PROFILES: Final = ("demo", "test")  # terms may be shorter there, and all may be played


@dataclass(frozen=True, slots=True)
class Running:
    """What runs on a data folder. `profile`: demo and test allow terms that are shorter."""

    bootstrap: str
    log_id: str
    pid: int
    profile: str = STANDARD
    http: str = ""  # where the pages are, without a last slash
    push: str = ""  # where the socket is


def write_running(data: Path, running: Running) -> None:
    """Write it, all or nothing."""
    write_whole(data / NAME, json.dumps(asdict(running)) + "\n")


def read_running(data: Path) -> Running | None:
    """Return what is said to run; None where nothing is."""
    try:
        found: Mapping[str, Any] = json.loads((data / NAME).read_text(encoding="utf-8"))
        return Running(
            str(found["bootstrap"]),
            str(found["log_id"]),
            int(found["pid"]),
            str(found.get("profile", STANDARD)),
            str(found.get("http", "")),
            str(found.get("push", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def running_profile(data: Path) -> str:
    """Return the profile of what is said to run; standard where nothing is."""
    running = read_running(data)
    return STANDARD if running is None else running.profile


def forget_running(data: Path) -> None:
    """What this process said to run does so no more; what another said stays."""
    running = read_running(data)
    if running is not None and running.pid == os.getpid():
        (data / NAME).unlink(missing_ok=True)
