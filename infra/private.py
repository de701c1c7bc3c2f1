"""What is written here is its owner's alone: folders 0700, files 0600, from their first byte on.

The log holds standing limits and sealed bids, the read model what people are; whoever can read the
files needs no sign-in.

Rule 1: every command line sets the mask before anything else, and what it starts inherits it: no
file, socket or folder is ever made readable and mended afterwards.
Rule 2: a folder of an older version is mended when something takes it up: itself and what is ours
in it. What else lies there stays as it is, and so does a folder that is everybody's (`/tmp`).
"""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

MASK: Final = 0o077
OURS: Final = (  # how the names of what we write begin
    "log.", "readmodel.", "identity.", "run.json", "here.json", "LOCK", "FORMAT", "keys",
    "snapshots", "people.json", "sign-in.txt", "demo.", "session.json", "summary.json",
)  # fmt: skip


def keep_private() -> None:
    """Let nothing that this process makes be open to others."""
    os.umask(MASK)


def write_whole(path: Path, text: str) -> None:
    """Write a file all or nothing: nobody ever reads half of it, or what others may not."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    draft.replace(path)


def own_folder(folder: Path) -> None:
    """Make a folder where there is none; take from others what they may of it, and of ours in it.

    Raises `OSError` where it cannot be made; what belongs to somebody else stays as it is.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in open_to_others(folder):
        with suppress(OSError):  # gone by now, or not ours
            path.chmod(stat.S_IMODE(path.stat().st_mode) & ~MASK)


def open_to_others(folder: Path) -> Iterator[Path]:
    """Find what others may read, write or enter, the folder too; links are not followed."""
    found = [] if folder.stat().st_mode & stat.S_ISVTX else [folder]
    for path in folder.iterdir():
        if path.name.startswith(OURS):
            found += [path, *path.rglob("*")]
    for path in found:
        with suppress(FileNotFoundError):
            mode = path.lstat().st_mode
            if mode & MASK and not stat.S_ISLNK(mode):
                yield path
