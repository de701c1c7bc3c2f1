"""`shuoguo account audit`, and the entries that the command line itself leaves in the trail.

Rule 1: whoever lists accounts on the command line leaves an entry too, as the machine's operator;
where nothing runs there is no log to write it on.
Rule 2: reading the trail is a read like another: it leaves its own entry, after what it shows.
"""

import asyncio
import getpass
import json
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Final, TypeVar

import msgspec

from gateway.membership_log import OPERATOR
from gateway.trail import Entry, Reading, Trail, head_of
from gateway.trail_log import NoTrail, open_trail_log, read_trail_log
from infra.cli.exits import CliError, Exit, no_broker, out
from infra.clock import now_ms
from infra.i18n import text
from infra.i18n.shown import shown_moment
from infra.kafka.admin import NoBroker, WrongLog, check_log
from infra.topics import TRADING

Answer = TypeVar("Answer")
MACHINE: Final = "machine"


def note_reading(bootstrap: str, what: str) -> None:
    """Write down that the machine's operator reads something; raises `CliError`."""

    async def note() -> None:
        found = await check_log(bootstrap, TRADING)
        await _tell(bootstrap, found.log_id, what)

    _run(note(), bootstrap)


def print_trail(bootstrap: str, last: int, heads: list[str], *, as_json: bool) -> Exit:
    """Print the newest entries of the trail, whether it is whole, and its heads."""
    try:
        wanted = [head_of(one) for one in heads]
    except ValueError as error:
        raise CliError(Exit.USAGE, "BAD_HEAD", "应为 写者:序号:哈希。", f"{error}") from error

    async def read() -> Trail:
        found, trail = await read_trail_log(bootstrap, wanted)
        await _tell(bootstrap, found.log_id, "account audit")
        return trail

    trail = _run(read(), bootstrap)
    shown = trail.entries[-last:] if last > 0 else []
    if as_json:
        rows = [msgspec.to_builtins(one) for one in shown]
        told = {"entries": rows, "count": len(trail.entries), "faults": trail.faults,
                "heads": [str(one) for one in trail.heads]}  # fmt: skip
        out(json.dumps(told, ensure_ascii=False))
    else:
        _print(trail, shown)
    return Exit.REFUSED if trail.faults else Exit.OK


def _print(trail: Trail, shown: list[Entry]) -> None:
    for one in shown:
        at = shown_moment(one.at_ms)
        out(f"{at}  {one.who}  {one.role}  {one.what}  {one.address}  {one.answer}")
    for head in trail.heads:
        out(f"--head {head}")
    for fault in trail.faults:
        out(f"✗ {fault}")
    if not trail.faults:
        out(f"✓ {len(trail.entries)} 条记录，链完整 entries, unbroken")


async def _tell(bootstrap: str, log_id: str, what: str) -> None:
    user = ""
    with suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
    reading = Reading(now_ms(), OPERATOR, OPERATOR, what, f"{MACHINE}:{user}", 0)
    async with open_trail_log(bootstrap, log_id) as trail:
        await trail.tell(reading)


def _run(work: Coroutine[Any, Any, Answer], bootstrap: str) -> Answer:
    try:
        return asyncio.run(work)
    except (NoBroker, WrongLog) as error:
        raise no_broker(str(error)) from error
    except NoTrail as error:
        zh, en = text("UNAVAILABLE", "zh"), text("UNAVAILABLE", "en")
        raise CliError(Exit.NO_BROKER, "UNAVAILABLE", zh, f"{en} {bootstrap}") from error
