"""Folders that nobody needs afterwards: gone when done with, swept where their owner was killed.

Rule 1: a folder is its owner's as long as he holds the lock of its file `.owner`; the kernel gives
it up with him, however he ends. Whoever makes a folder sweeps those whose lock is free.
Rule 2: what has no such file, or bears another name, or is somebody else's, is left alone.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

PREFIX: Final = "shuoguo-"
_OWNER: Final = ".owner"


@contextmanager
def scratch(purpose: str) -> Iterator[Path]:
    """Make a folder, sweep what others left; gone at the end, unless `keep` was called."""
    sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{purpose}-"))
    owner = _own(folder)
    try:
        yield folder
    finally:
        if (folder / _OWNER).exists():
            shutil.rmtree(folder, ignore_errors=True)
        owner.close()


def keep(folder: Path) -> None:
    """Let a folder stay: a person is to look into it."""
    (folder / _OWNER).unlink(missing_ok=True)


def sweep() -> None:
    """Remove the folders whose owners are gone."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*/"):
        with suppress(OSError):  # somebody else's, or gone meanwhile
            if folder.stat().st_uid == os.getuid() and not folder.is_symlink():
                _sweep(folder)


def _sweep(folder: Path) -> None:
    with (folder / _OWNER).open("r+") as owner:
        fcntl.flock(owner, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)


def _own(folder: Path) -> IO[str]:
    """Take the lock before the file has its name: nobody finds it free."""
    made = folder / f"{_OWNER}.new"
    owner = made.open("w")
    fcntl.flock(owner, fcntl.LOCK_EX)
    made.rename(folder / _OWNER)
    return owner
