"""`python -m producers show-crowd`: a live roadshow with its people, through the real log.

Rule 1: what they know is what the log says; everything they do, a person could.
Rule 2: bots step back from the role of whoever has a page open (`--data` says who does).
Rule 3: `--session-file` names the session that can be looked at, written once it is there.
"""

import argparse
import asyncio
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from infra.clock import now_ms
from infra.private import write_whole
from infra.process import EXIT_FAILED, EXIT_OK, EXIT_USAGE, run, stop_event
from producers.dice import Dice
from producers.show_bidding import Rooms
from producers.show_desk import Desk, Programme
from producers.show_entry import let_in
from producers.show_guests import Hall
from producers.show_host import Host
from producers.show_log import NoAnswer, ShowLog
from producers.show_people import Cast, StandIns, cast_of

log = logging.getLogger("producers.show_crowd")

FIRST_STARTS_MS: Final = 20_000  # as planned; the host may begin before
LATER_STARTS_MS: Final = 1_200_000
BETWEEN_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Settings:
    """What the crowd is started with."""

    bootstrap: str
    log_id: str | None
    seed: int
    prefix: str
    data: Path | None
    session_file: Path | None
    sessions: int | None


class ShowCrowd:
    """Everybody of the demonstration's roadshows."""

    def __init__(self, settings: Settings, cast: Cast) -> None:
        """`cast`: who plays."""
        self._settings = settings
        self._cast = cast
        self._people = ShowLog(settings.bootstrap, settings.log_id)
        self._bots = StandIns(cast, settings.data)
        self._desk = Desk(self._people, cast, settings.seed, settings.prefix)

    async def run(self, stop: asyncio.Event) -> int:
        """Play until told to stop; returns the exit code."""
        await self._people.start()
        tasks = [
            asyncio.create_task(each)
            for each in (self._people.listen(), self._sessions(), stop.wait())
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        except (NoAnswer, ExceptionGroup) as error:
            log.critical("failed", exc_info=error)
            return EXIT_FAILED
        else:
            return EXIT_OK
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._people.close()

    async def _sessions(self) -> None:
        await let_in(self._people, self._cast)
        programme = await self._desk.prepare(0, now_ms() + FIRST_STARTS_MS)
        index = 0
        while True:
            index += 1
            is_last = self._settings.sessions is not None and index >= self._settings.sessions
            async with asyncio.TaskGroup() as group:
                following = None if is_last else group.create_task(self._prepare_later(index))
                await self._play(programme)
            if following is None:
                return
            programme = following.result()
            await asyncio.sleep(BETWEEN_SECONDS)

    async def _prepare_later(self, index: int) -> Programme:
        """The next session is announced while this one runs."""
        await asyncio.sleep(BETWEEN_SECONDS)
        return await self._desk.prepare(index, now_ms() + LATER_STARTS_MS)

    async def _play(self, programme: Programme) -> None:
        session_id = programme.session_id
        self._tell(session_id)
        host = Host(self._people, self._cast, programme, self._bots)
        dice = Dice(self._settings.seed, session_id)
        hall = Hall(self._people, self._cast, session_id, dice, self._bots)
        rooms = Rooms(self._people, self._cast, self._bots)
        beside = [
            asyncio.create_task(self._desk.open_doors(session_id)),
            asyncio.create_task(hall.sit()),
        ]
        for place, floor in enumerate(programme.floors.values()):
            bids = Dice(self._settings.seed, floor.bidding_id, "bids")
            beside.append(
                asyncio.create_task(rooms.play(session_id, floor, bids, suspends=place == 1))
            )
        hosting = asyncio.create_task(host.run())
        try:
            while not hosting.done():
                await asyncio.wait([hosting, *beside], return_when=asyncio.FIRST_COMPLETED)
                for task in [one for one in beside if one.done()]:
                    task.result()
                    beside.remove(task)
            hosting.result()
        finally:
            for task in (hosting, *beside):
                task.cancel()
            await asyncio.gather(hosting, *beside, return_exceptions=True)
        await self._desk.report(session_id)
        for floor in programme.floors.values():
            self._people.forget(floor.bidding_id)
        self._people.forget(session_id)

    def _tell(self, session_id: str) -> None:
        path = self._settings.session_file
        if path is not None:
            write_whole(path, json.dumps({"session_id": session_id}))
        log.info("started session_id=%s", session_id)


def main(arguments: list[str]) -> int:
    """Run the crowd; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m producers show-crowd", description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--log-id")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--prefix", default="demo", help="of the sessions' ids; new on this log")
    parser.add_argument("--accounts", type=Path, help="JSON of the people who can sign in")
    parser.add_argument("--session-file", type=Path, help="where to write the live session's id")
    parser.add_argument("--data", type=Path, help="the folder that says who is here")
    parser.add_argument("--sessions", type=int, default=None, help="how many; else until stopped")
    parser.add_argument("--stdin-guard", action="store_true")
    options = parser.parse_args(arguments)
    try:
        cast = cast_of(options.seed, options.prefix, options.accounts)
    except (msgspec.MsgspecError, OSError) as error:
        parser.error(f"--accounts: {error}")
        return EXIT_USAGE
    settings = Settings(
        options.bootstrap, options.log_id, options.seed, options.prefix,
        options.data, options.session_file, options.sessions,
    )  # fmt: skip
    return run(_main(settings, cast, stdin_guard=options.stdin_guard))


async def _main(settings: Settings, cast: Cast, *, stdin_guard: bool) -> int:
    stop = stop_event(stdin_guard=stdin_guard)
    return await ShowCrowd(settings, cast).run(stop)
