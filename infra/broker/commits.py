"""Group commit: everything queued in one turn of the event loop shares one fsync.

The disk work runs in the loop itself: no thread has to be woken, and while a commit is on its way
nothing is read or queued behind it. What comes meanwhile waits in the sockets for the next one.
When a commit fails nothing of it was kept, and the log is loaded again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress

from infra.broker.storage import Statement, Storage

CALM_SECONDS = 3.0
_REFUSING = (
    "LOG_NOT_WRITABLE 日志无法写入 ({0}): 未确认任何新记录; 请腾出磁盘空间, 之后自动继续\n"
    "LOG_NOT_WRITABLE the log cannot be written ({0}): nothing new is acknowledged;"
    " make space on the disk, it goes on by itself\n"
)
_TAKING = "日志恢复写入\nthe log is written again\n"


class CommitFailedError(Exception):
    """The disk did not take it; nothing of it was kept."""


Told = Callable[[CommitFailedError | None], None]


class Committer:
    """The queue in front of the disk, for the event loop."""

    def __init__(self, storage: Storage, on_failure: Callable[[], None]) -> None:
        self._storage = storage
        self._on_failure = on_failure
        self._statements: list[Statement] = []
        self._latest: dict[tuple[object, ...], Statement] = {}
        self._told: list[Told] = []
        self._due: asyncio.Handle | None = None
        self._refused_at: float | None = None
        self.on_broken: Callable[[], None] = lambda: None

    def add(self, statements: Iterable[Statement]) -> None:
        """Queue `statements`, in order."""
        self._statements.extend(statements)
        self._make_due()

    def add_latest(self, key: tuple[object, ...], statement: Statement) -> None:
        """Queue a statement of which only the last with this key matters in one commit."""
        self._latest[key] = statement
        self._make_due()

    def tell(self, told: Told) -> None:
        """Call `told` when everything queued so far is durable (None), or never will be.

        It must not raise: others wait behind it.
        """
        self._told.append(told)
        self._make_due()

    def settled(self) -> asyncio.Future[None]:
        """Done when everything queued so far is durable; raises CommitFailedError if never."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def told(failure: CommitFailedError | None) -> None:
            if done.done():
                return  # whoever waited has given up
            if failure is None:
                done.set_result(None)
            else:
                done.set_exception(failure)

        self.tell(told)
        return done

    def flush(self) -> None:
        """Commit what is queued, now."""
        if self._due is not None:
            self._due.cancel()
            self._commit()

    def _make_due(self) -> None:
        if self._due is None:
            self._due = asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        statements, told = [*self._statements, *self._latest.values()], self._told
        self._statements, self._latest, self._told, self._due = [], {}, [], None
        failure = None
        try:
            try:
                self._storage.commit(statements)
            except sqlite3.Error as error:
                failure = CommitFailedError(str(error))
                self._on_failure()
            if statements:
                self._tell_a_person(failure)
        except Exception:  # noqa: BLE001  # memory and disk may differ now: nothing can be trusted
            self.on_broken()
            _say(traceback.format_exc())
            return
        for each in told:
            each(failure)

    def _tell_a_person(self, failure: CommitFailedError | None) -> None:
        """Say once that the disk refuses, and once that it has taken everything for a while."""
        now = asyncio.get_running_loop().time()
        if failure is not None:
            said, self._refused_at = self._refused_at is not None, now
            if not said:
                _say(_REFUSING.format(failure))
        elif self._refused_at is not None and now - self._refused_at >= CALM_SECONDS:
            self._refused_at = None
            _say(_TAKING)


def _say(text: str) -> None:
    with suppress(OSError):  # where it goes may be as full as the log's own disk
        sys.stderr.write(text)
