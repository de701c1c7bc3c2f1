"""Asking the read model, off the loop.

Rule 1: a question is a function of a connection; it runs in a small pool of threads, in a
transaction that only reads.
Rule 2: a database that is away, slow or not made yet is `Unavailable`, within a bounded time; who
asks meanwhile is told so at once where all threads are taken.
"""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, select
from sqlalchemy.exc import SQLAlchemyError

from infra.db.engine import open_engine, reading
from infra.db.schema import POSITIONS

log = logging.getLogger("gateway.queries")

THREADS: Final = 4
WAITING_MAX: Final = 64
SECONDS_MAX: Final = 5.0

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


class Unavailable(Exception):
    """The read model cannot be asked now."""


class Reader:
    """Asks one read model."""

    def __init__(self, url: str) -> None:
        """Nothing is asked yet."""
        self._engine = open_engine(url)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="queries")
        self._waiting = 0

    async def ask(
        self,
        question: Callable[Concatenate[Connection, Asked], Answer],
        *args: Asked.args,
        **kwargs: Asked.kwargs,
    ) -> Answer:
        """Return the answer to a question; raises `Unavailable`."""
        if self._waiting >= WAITING_MAX:
            raise Unavailable("too many questions wait")
        self._waiting += 1

        def asked() -> Answer:
            with reading(self._engine) as connection:
                return question(connection, *args, **kwargs)

        running = asyncio.get_running_loop().run_in_executor(self._pool, asked)
        running.add_done_callback(self._done)
        try:
            async with asyncio.timeout(SECONDS_MAX):
                return await asyncio.shield(running)
        except TimeoutError as error:
            raise Unavailable("the read model is slow") from error
        except SQLAlchemyError as error:
            log.warning("unavailable reason=%s", type(error).__name__)
            raise Unavailable(type(error).__name__) from error

    def _done(self, running: "asyncio.Future[Answer]") -> None:
        self._waiting -= 1
        if not running.cancelled():
            running.exception()  # seen, also where nobody waits for it any more

    async def positions(self) -> dict[str, dict[int, int]]:
        """Return how far each topic has been read, by partition."""
        return await self.ask(_positions)

    def close(self) -> None:
        """End the threads and the connections."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._engine.dispose()


def _positions(connection: Connection) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = {}
    for row in connection.execute(select(POSITIONS)):
        found.setdefault(row.topic, {})[row.partition] = row.offset
    return found
