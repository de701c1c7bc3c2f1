"""The keys that tokens are signed with: files of their own in `DATA/keys/`, mode 0600.

Rule 1: the newest signs, all verify; every key has an id, which is in the header of its tokens.
Rule 2: a key is made at the first start. Where two processes make one each, the newer signs, and
both verify.
Rule 3: a key replaced by another is kept for as long as any of its tokens may live, then deleted.
Rule 4: other processes' keys are seen within `LOOK_AGAIN_MS`, an unknown id is looked for at once,
but not more than once in `LOOK_UNKNOWN_MS`: forged ids must not keep us reading the disk.
"""

import os
import re
import secrets
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

KEY_BYTES: Final = 32
KEEP_MS: Final = 73 * 3_600_000  # longer than any token lives: a hall's screen has its own
DEVICE_FILE: Final = "device.key"
LOOK_AGAIN_MS: Final = 30_000
LOOK_UNKNOWN_MS: Final = 1_000
CSRF_FILE: Final = "csrf.key"
_NAME: Final = re.compile(r"token-(\d{13})-([0-9a-f]{16})\.key")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """A secret and its id; the later made, the greater."""

    made_at_ms: int
    key_id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.key_id})"  # a secret is in no log


class KeyRing:
    """The keys of one folder."""

    def __init__(self, folder: Path) -> None:
        """Use `open_keys`."""
        self._folder = folder
        self._keys: dict[str, Key] = {}
        self._looked_at_ms = -LOOK_AGAIN_MS

    def signing(self, now_ms: int) -> Key:
        """Return the newest key."""
        self._look(now_ms, LOOK_AGAIN_MS)
        return max(self._keys.values())

    def verifying(self, key_id: str, now_ms: int) -> Key | None:
        """Return the key of this id; None where there is none."""
        self._look(now_ms, LOOK_AGAIN_MS if key_id in self._keys else LOOK_UNKNOWN_MS)
        return self._keys.get(key_id)

    def rotate(self, now_ms: int, *, drop_old: bool = False) -> Key:
        """Make a new key; `drop_old` ends every token that there is."""
        there = sorted(self._read())
        at_ms = max(now_ms, there[-1].made_at_ms + 1) if there else now_ms
        made = Key(at_ms, secrets.token_hex(8), secrets.token_bytes(KEY_BYTES))
        write_secret(self._path(made), made.secret)
        for old, following in pairwise([*there, made]):
            if drop_old or following.made_at_ms + KEEP_MS <= now_ms:
                self._path(old).unlink(missing_ok=True)
        self._keys = {key.key_id: key for key in self._read()}
        return made

    def _look(self, now_ms: int, after_ms: int) -> None:
        if abs(now_ms - self._looked_at_ms) >= after_ms:
            self._looked_at_ms = now_ms
            found = {key.key_id: key for key in self._read()}
            self._keys = found or self._keys

    def _path(self, key: Key) -> Path:
        return self._folder / f"token-{key.made_at_ms:013d}-{key.key_id}.key"

    def _read(self) -> list[Key]:
        found = []
        for path in self._folder.iterdir():
            named = _NAME.fullmatch(path.name)
            if named is not None:
                with suppress(FileNotFoundError):  # deleted by a rotation at this moment
                    secret = path.read_bytes()
                    if len(secret) == KEY_BYTES:
                        found.append(Key(int(named[1]), named[2], secret))
        return found


def open_keys(folder: Path, now_ms: int) -> KeyRing:
    """Open the keys of a folder, made where there are none."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    ring = KeyRing(folder)
    if not any(_NAME.fullmatch(path.name) for path in folder.iterdir()):
        ring.rotate(now_ms)
    return ring


def fixed_secret(folder: Path, name: str) -> bytes:
    """Return a secret that is made once; of several who make it at once, the first one's stays."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    if not path.exists():
        with suppress(FileExistsError):
            write_secret(path, secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()


def write_secret(path: Path, secret: bytes) -> None:
    """Write a file that only we may read, all or nothing; raises `FileExistsError`."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    finally:
        draft.unlink()
