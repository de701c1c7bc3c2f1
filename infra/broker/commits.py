"""Group commit: while one commit is on its way to the disk, everything new gathers for the next.

`settled()` is the only way to learn that something is durable. When a commit fails, everything
gathered behind it fails too (it was built on what is now gone), and the log is loaded again.
"""

from __future__ import annotations

import asyncio
import sqlite3
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from infra.broker.storage import Statement, Storage


class CommitFailedError(Exception):
    """The disk did not take it; nothing of it was kept."""


@dataclass(slots=True)
class _Work:
    settled: asyncio.Future[None]
    statements: list[Statement] = field(default_factory=list)
    latest: dict[tuple[object, ...], Statement] = field(default_factory=dict)
    done: list[Callable[[], None]] = field(default_factory=list)
    payload_bytes: int = 0

    def all_statements(self) -> list[Statement]:
        return [*self.statements, *self.latest.values()]


class Committer:
    """The queue in front of the disk, for the event loop; the disk work runs in one thread."""

    def __init__(self, storage: Storage, on_failure: Callable[[], None]) -> None:
        self._storage = storage
        self._on_failure = on_failure
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="commit")
        self._next: _Work | None = None
        self._running: asyncio.Task[None] | None = None
        self.on_broken: Callable[[], None] = lambda: None

    def add(
        self,
        statements: Iterable[Statement],
        *,
        done: Callable[[], None] | None = None,
        payload_bytes: int = 0,
    ) -> None:
        """Queue `statements`, in order; `done` runs when they are durable."""
        work = self._gathering()
        work.statements.extend(statements)
        work.payload_bytes += payload_bytes
        if done is not None:
            work.done.append(done)

    def add_latest(self, key: tuple[object, ...], statement: Statement) -> None:
        """Queue a statement of which only the last with this key matters in one commit."""
        self._gathering().latest[key] = statement

    def settled(self) -> asyncio.Future[None]:
        """Done when everything queued so far is durable; raises CommitFailedError if never."""
        mine = asyncio.shield(self._gathering().settled)  # whoever gives up waiting gives up alone
        mine.add_done_callback(_seen)
        return mine

    @property
    def queued_bytes(self) -> int:
        """Bytes of batches that wait for the commit now on its way."""
        return self._next.payload_bytes if self._next is not None else 0

    async def close(self) -> None:
        """Finish what is queued."""
        while self._running is not None:
            await asyncio.wait([self._running])
        self._thread.shutdown()

    def _gathering(self) -> _Work:
        if self._next is None:
            loop = asyncio.get_running_loop()
            settled = loop.create_future()
            settled.add_done_callback(_seen)
            self._next = _Work(settled)
            if self._running is None:
                self._start()
        return self._next

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while (work := self._next) is not None:
            self._next = None
            try:
                await loop.run_in_executor(
                    self._thread, self._storage.commit, work.all_statements()
                )
            except sqlite3.Error as error:
                self._fail(work, error)
            else:
                for done in work.done:
                    done()
                work.settled.set_result(None)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """A task that ends with an error could not load the log again: nothing can be trusted."""
        self._running = None
        error = task.exception()
        if error is not None:
            traceback.print_exception(error)
            self.on_broken()
        elif self._next is not None:
            self._start()

    def _start(self) -> None:
        self._running = asyncio.get_running_loop().create_task(self._run())
        self._running.add_done_callback(self._ended)

    def _fail(self, work: _Work, error: sqlite3.Error) -> None:
        behind, self._next = self._next, None
        for lost in (work, behind):
            if lost is not None:
                lost.settled.set_exception(CommitFailedError(str(error)))
        self._on_failure()


def _seen(settled: asyncio.Future[None]) -> None:
    if not settled.cancelled():
        settled.exception()
