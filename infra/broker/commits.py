"""Group commit: everything queued in one turn of the event loop shares one fsync.

The disk work runs in the loop itself: no thread has to be woken, and while a commit is on its way
nothing is read or queued behind it. What comes meanwhile waits in the sockets for the next one.
When a commit fails nothing of it was kept, and the log is loaded again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import Callable, Iterable

from infra.broker.storage import Statement, Storage


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
        except Exception:  # noqa: BLE001  # memory and disk may differ now: nothing can be trusted
            traceback.print_exc()
            self.on_broken()
            return
        for each in told:
            each(failure)
