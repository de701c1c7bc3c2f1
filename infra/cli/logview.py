"""One log view: every line of every role, with its name before it, in colour on a terminal."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import Final, TextIO

from infra.supervisor import Say

_COLOURS: Final = {"broker": 34, "deciders": 32, "chronograph-0": 36, "chronograph-1": 36}
_OTHER: Final = 35
_WIDTH: Final = 13


def format_line(role: str, line: str, *, colour: bool) -> str:
    """Return the line as it is shown."""
    name = f"{role:<{_WIDTH}}"
    if colour:
        name = f"\x1b[{_COLOURS.get(role, _OTHER)}m{name}\x1b[0m"
    return f"{name} │ {line}"


def to_stream(stream: TextIO | None = None) -> Say:
    """Return where lines go that a person reads along."""
    target = sys.stdout if stream is None else stream
    colour = target.isatty()

    def say(role: str, line: str) -> None:
        with suppress(OSError):  # a full disk must not end what only reports it
            target.write(format_line(role, line, colour=colour) + "\n")
            target.flush()

    return say


def to_file(path: Path) -> Say:
    """Return where lines go that nobody reads unless something is wrong."""
    path.parent.mkdir(parents=True, exist_ok=True)

    def say(role: str, line: str) -> None:
        with suppress(OSError), path.open("a", encoding="utf-8") as file:
            file.write(format_line(role, line, colour=False) + "\n")

    return say
