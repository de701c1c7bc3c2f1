"""The command line of a person or program who asks: open, bid, send, status.

Rule 1: a command that would be `UNREADABLE` is refused here, before the log.
Rule 2: `send` answers every line, in the file's order; a bad line gets its line and stops nothing.
Rule 3: terms that are not for what runs (`--allow-profile`), or below the floors of the law, are
refused here as the log would.
Rule 4: with `--operator` every line is the operator's, and none is a bidder's or a seller's.
"""

import argparse
import asyncio
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from infra.codec import Command, Decision, Refused, decode_command, encode_command
from infra.i18n import text
from infra.process import EXIT_FAILED, EXIT_OK
from infra.topics import FAMILIES
from producers.acting import OPERATOR, OUTSIDERS
from producers.command_publisher import CommandPublisher, new_command_id
from producers.outcomes import Outcomes, ask
from producers.status import NOT_SEEN, status
from producers.terms import refuse_at_door
from trading.bidding.commands import PlaceBid, ScheduleBidding
from trading.bounds import STANDARD
from trading.dispatch import BIDDING
from trading.outcome import Rejection
from trading.values import Fen

WINDOW: Final = 500
READ_BYTES: Final = 65_536
PROGRESS_EVERY: Final = 1_000
DESK: Final = "desk_officer"


class BadLine(Exception):
    """What was given is no command."""


class NotTaken(BadLine):
    """A command that this door does not let through."""

    def __init__(self, rejection: Rejection) -> None:
        super().__init__(text(rejection.code, "en", rejection.params))
        self.rejection = rejection


def add_asking_roles(roles: Any, common: argparse.ArgumentParser) -> None:
    """Add open, bid, send and status to a parser's roles."""
    opening = roles.add_parser("open", parents=[common], help="put a bidding on the calendar")
    opening.add_argument("bidding")
    opening.add_argument("file", help='JSON {"terms":{…},"eligible":[…]}, or - for stdin')
    opening.add_argument("--actor", default="desk-1")
    opening.add_argument("--role", default=DESK, dest="acting_role")
    opening.add_argument("--id", default=None)
    opening.add_argument("--json", action="store_true")
    opening.set_defaults(role=_open)

    bid = roles.add_parser("bid", parents=[common], help="place a bid")
    bid.add_argument("bidding")
    bid.add_argument("amount_fen", type=int)
    bid.add_argument("--actor", required=True, help="the bidder's number")
    bid.add_argument("--role", default="bidder", dest="acting_role")
    bid.add_argument("--confirm-large", action="store_true")
    bid.add_argument("--id", default=None, help="an id of your own, to send the same again")
    bid.add_argument("--json", action="store_true")
    bid.set_defaults(role=_bid)

    send = roles.add_parser("send", parents=[common], help="send commands, one JSON line each")
    send.add_argument("file", help="a file, or - for stdin")
    send.add_argument("--window", type=int, default=WINDOW, help="commands in flight at most")
    send.add_argument("--quiet", action="store_true", help="no progress on stderr")
    send.add_argument("--operator", action="store_true", help="in the operator's name alone")
    send.set_defaults(role=_send)

    asked = roles.add_parser("status", parents=[common], help="what became of a command")
    asked.add_argument("id")
    asked.add_argument("--bidding", help="where it was sent; else everything is scanned")
    asked.add_argument("--json", action="store_true")
    asked.set_defaults(role=_status)


async def _open(options: argparse.Namespace) -> int:
    given = sys.stdin.buffer.read() if options.file == "-" else Path(options.file).read_bytes()
    try:
        body = msgspec.json.decode(given, type=ScheduleBidding)
    except msgspec.DecodeError as error:
        raise BadLine(f"{options.file}: {error}") from error
    return await _ask_one(options, body)


async def _bid(options: argparse.Namespace) -> int:
    amount = Fen(options.amount_fen)
    return await _ask_one(options, PlaceBid(amount_fen=amount, confirm_large=options.confirm_large))


async def _ask_one(options: argparse.Namespace, body: Any) -> int:
    command = Command(
        options.id or new_command_id(), body.type, options.actor, options.acting_role,
        options.bidding, options.bidding, body,
    )  # fmt: skip
    _checked(encode_command(command), options.allow_profile)
    publisher, outcomes = await _connect(options)
    try:
        decision = await ask(publisher, outcomes, command)
    finally:
        await outcomes.close()
        await publisher.close()
    answer = answer_of(command, decision)
    _print(_json(answer) if options.json else _plain(answer))
    return EXIT_FAILED if "code" in answer else EXIT_OK


async def _connect(options: argparse.Namespace) -> tuple[CommandPublisher, Outcomes]:
    publisher = CommandPublisher(options.bootstrap, options.family, options.log_id)
    log = await publisher.start()
    outcomes = Outcomes(options.bootstrap, options.family, log)
    await outcomes.start()
    return publisher, outcomes


async def _send(options: argparse.Namespace) -> int:
    publisher, outcomes = await _connect(options)
    refused = count = 0
    try:
        async with _opened(options.file) as lines:
            door = partial(command_of, operator=options.operator, running=options.allow_profile)
            answers = send_lines(publisher, outcomes, lines, options.window, door)
            async for answer in answers:
                count += 1
                refused += "code" in answer
                _print(_json(answer))
                if not options.quiet and count % PROGRESS_EVERY == 0:
                    sys.stderr.write(f"{count} answered, {refused} refused\n")
    except OSError as error:
        raise BadLine(str(error)) from error
    finally:
        await outcomes.close()
        await publisher.close()
    if not options.quiet:
        sys.stderr.write(f"{count} answered, {refused} refused\n")
    return EXIT_FAILED if refused else EXIT_OK


@asynccontextmanager
async def _opened(name: str) -> AsyncIterator[AsyncIterator[bytes]]:
    if name == "-":
        yield _lines_of(sys.stdin.buffer)
        return
    with Path(name).open("rb") as file:
        yield _lines_of(file)


async def _lines_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """Read lines without holding up the answers to those read before."""
    while lines := await asyncio.to_thread(file.readlines, READ_BYTES):
        for line in lines:
            yield line


async def send_lines(
    publisher: CommandPublisher, outcomes: Outcomes, lines: AsyncIterator[bytes], window: int,
    read: Callable[[bytes], Command],
) -> AsyncIterator[dict[str, Any]]:  # fmt: skip
    """Send commands, `window` in flight at most; yield their answers in the order of the lines.

    read: what makes a command of a line, or raises `BadLine`.
    """
    waiting: deque[asyncio.Task[dict[str, Any]]] = deque()
    number = 0
    try:
        async for line in lines:
            number += 1
            if not line.strip():
                continue
            answering = _answer_line(publisher, outcomes, number, line, read)
            waiting.append(asyncio.create_task(answering))
            await asyncio.sleep(0)
            while waiting and (len(waiting) >= window or waiting[0].done()):
                yield await waiting.popleft()
        while waiting:
            yield await waiting.popleft()
    finally:
        for task in waiting:
            task.cancel()


async def _answer_line(
    publisher: CommandPublisher, outcomes: Outcomes, number: int, line: bytes,
    read: Callable[[bytes], Command],
) -> dict[str, Any]:  # fmt: skip
    try:
        command = read(line)
    except NotTaken as error:
        code, params = error.rejection.code, dict(error.rejection.params)
        told = {"code": code, "params": params, "reason": str(error)}
        return {"line": number, "outcome": "refused", **told}
    except BadLine as error:
        return {"line": number, "outcome": "refused", "code": "BAD_LINE", "reason": str(error)}
    return {"line": number, **answer_of(command, await ask(publisher, outcomes, command))}


def command_of(line: bytes, *, operator: bool = False, running: str = STANDARD) -> Command:
    """Read one command; `schema`, `command_id` and `aggregate` may be left out.

    operator: so may `actor`, which can be nobody else. running: the profile of what runs.
    """
    try:
        given = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadLine(str(error)) from error
    given.setdefault("schema", 1)
    given.setdefault("command_id", new_command_id())
    if "root" not in given and "aggregate" in given:
        given["root"] = given["aggregate"]
    given.setdefault("aggregate", given.get("root"))
    if operator:
        if given.setdefault("actor", OPERATOR) != OPERATOR:
            raise BadLine("the actor is another than the operator: sign in as him")
        if given.get("acting_role") in OUTSIDERS:
            raise BadLine("the operator is no bidder and no seller")
    return _checked(msgspec.json.encode(given), running)


def _checked(value: bytes, running: str) -> Command:
    read = decode_command(BIDDING.messages, value)
    if isinstance(read, Command):
        refused = refuse_at_door(read.body, running)
        if refused is not None:
            raise NotTaken(refused)
        return read
    raise BadLine(str(read.code) if isinstance(read, Refused) else "only the chronograph ticks")


def answer_of(command: Command, decision: Decision) -> dict[str, Any]:
    """Return an answer as a program reads it; with `code` where it was refused."""
    answer: dict[str, Any] = {
        "command_id": command.command_id,
        "outcome": decision.outcome,
        "command_offset": decision.command.offset,
        "at_ms": decision.at_ms,
    }
    for entry in decision.entries:
        if entry.rejection is not None:
            answer |= {"code": entry.rejection.code, "params": entry.rejection.params}
    events = [event for entry in decision.entries for event in entry.events]
    answer["events"] = [msgspec.json.decode(event) for event in events]
    return answer


async def _status(options: argparse.Namespace) -> int:
    families = FAMILIES if options.bidding is None else (options.family,)
    found = await status(options.bootstrap, families, options.id, options.bidding, options.log_id)
    _print(_json(found) if options.json else _plain(found))
    return EXIT_OK if found["outcome"] != NOT_SEEN else EXIT_FAILED


def _plain(answer: dict[str, Any]) -> str:
    parts = [str(answer["outcome"]), str(answer.get("code", ""))]
    parts += [f"{name}={value}" for name, value in answer.get("params", {}).items()]
    parts += [str(event["type"]) for event in answer.get("events", [])]
    parts.append(f"command_id={answer['command_id']}")
    return " ".join(part for part in parts if part)


def _json(answer: dict[str, Any]) -> str:
    return msgspec.json.encode(answer).decode()


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
