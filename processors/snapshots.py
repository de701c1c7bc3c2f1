"""Snapshots of hosts on local disk: a cache, so that a restart need not fold the whole log.

Rule 1: a file appears under its name only when it is whole and on disk.
Rule 2: what does not fit is ignored with a warning; the log is read instead.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path

from infra.frozen import Unfit, file_name
from infra.private import own_folder
from processors.freeze import thaw
from processors.host import PartitionHost

log = logging.getLogger("processors.snapshots")


class Snapshots:
    """The snapshot files of one worker's data folder."""

    def __init__(self, folder: Path) -> None:
        """The folder is made at the first write."""
        self._folder = folder

    def path(self, topic: str, partition: int) -> Path:
        """Return where a partition's snapshot lies."""
        return self._folder / file_name(topic, partition)

    def load(self, host: PartitionHost) -> bool:
        """Bring a fresh host to its last snapshot; False where there is none that fits."""
        path = self.path(host.standing.topic, host.standing.partition)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return False
        except OSError as error:
            log.warning("snapshot_ignored file=%s reason=%s", path.name, error)
            return False
        try:
            thaw(host, data)
        except Unfit as error:
            log.warning("snapshot_ignored file=%s reason=%s", path.name, error)
            return False
        return True

    def save(self, topic: str, partition: int, data: bytes) -> None:
        """Put a snapshot in the place of the last one; a full disk only costs the snapshot."""
        path = self.path(topic, partition)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        try:
            own_folder(self._folder)
            with draft.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _sync_folder(self._folder)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            log.warning("snapshot_not_written file=%s reason=%s", path.name, error)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
