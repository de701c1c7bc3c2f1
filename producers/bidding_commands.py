"""`shuoguo bidding …`: what a person may ask of a bidding, one command each.

Rule 1: amounts are 元 or 万元, exact; a bad one is told before anything is sent.
Rule 2: every answer is told with its code, in Chinese and in English, and with its figures.
Rule 3: as whom it is asked is said in producers/acting.py.
"""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import msgspec
import typer

from infra.chain import Broken
from infra.cli.exits import CliError, Exit, err, out
from infra.cli.main import Ended, run_app
from infra.cli.session import read_session
from infra.clock import now_ms
from infra.codec import Command, decode_command, encode_command
from infra.i18n import text
from infra.i18n.shown import capitals, shown_amount, shown_figure
from infra.kafka.admin import NoBroker, WrongLog
from infra.kafka.appender import AckUnknown
from infra.topics import BIDDING as TOPICS
from producers.acting import How, actor_of, ask_gateway
from producers.amounts import BadAmount, parse_amount
from producers.asking import answer_of
from producers.command_publisher import CommandPublisher, new_command_id
from producers.outcomes import Outcomes, ask
from producers.terms import DEFAULTS, BadTerm, parse_duration, refuse_at_door
from trading.bidding import commands as cmd
from trading.dispatch import BIDDING
from trading.values import BidderNumber, Fen

app = typer.Typer(
    name="shuoguo bidding",
    help="竞价 · what can be asked of a bidding. Also: shuoguo bidding show ID, "
    "shuoguo bidding watch ID [--json]. Amounts: 2100000 (元), 210万. Periods: 90s, 5m, 24h. "
    "Where: --data DIR (default: data), or --bootstrap HOST:PORT.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

HOW: Final[ContextVar[How]] = ContextVar("how")
_NOBODY: Final = How()

Amount = Annotated[str, typer.Argument(help="210万, 2100000")]
Actor = Annotated[
    str, typer.Option("--as", "--actor", help="bidder number, or staff id; in demos and tests")
]
Role = Annotated[str, typer.Option("--role", help="the role acted in")]
Bootstrap = Annotated[
    str, typer.Option(help="HOST:PORT of the broker; else what runs on --data DIR (default: data)")
]
Id = Annotated[str | None, typer.Option("--id", help="an id of your own, to send the same again")]
Json = Annotated[bool, typer.Option("--json", help="for a program to read")]


@app.callback()
def how(
    signed_in: Annotated[bool, typer.Option("--signed-in", hidden=True)] = False,
    allow_profile: Annotated[str, typer.Option(hidden=True)] = "standard",
) -> None:
    """As whom the command that follows is asked; `shuoguo` says it."""
    HOW.set(How(read_session() if signed_in else None, allow_profile))


def _usage(code: str, chinese: str, english: str) -> CliError:
    return CliError(Exit.USAGE, code, chinese, english)


def amount_of(written: str) -> Fen:
    """Return an amount in fen, as it was understood told first; a bad one ends the command."""
    try:
        amount_fen = parse_amount(written)
    except BadAmount as error:
        raise _usage("BAD_AMOUNT", error.chinese, error.english) from error
    err(f"{shown_amount(amount_fen)}  {capitals(amount_fen)}  {shown_amount(amount_fen, 'en')}")
    return amount_fen


def duration_of(written: str) -> int:
    """Return a duration in milliseconds; a bad one ends the command."""
    try:
        return parse_duration(written)
    except BadTerm as error:
        raise _usage("BAD_TERM", error.chinese, error.english) from error


@app.command("open")
def open_bidding(
    bidding: str,
    file: Annotated[
        str | None, typer.Argument(help='JSON {"terms":{…},"eligible":[…]}; - for standard input')
    ] = None,
    lot: Annotated[str, typer.Option(help="标的 what is sold")] = "",
    mode: Annotated[str, typer.Option(help="dynamic, live_timed or one_shot")] = "dynamic",
    start: Annotated[str, typer.Option(help="起始价 start price")] = "",
    increment: Annotated[str, typer.Option(help="加价幅度 increment")] = "",
    bidders: Annotated[str, typer.Option(help="竞买号 numbers, with commas")] = "",
    opens_in: Annotated[str, typer.Option(help="开始时间 from now")] = "1h",
    lobby: Annotated[str | None, typer.Option(help="候场 before opening")] = None,
    free: Annotated[str | None, typer.Option(help="自由报价期 free period")] = None,
    extension: Annotated[str | None, typer.Option(help="限时报价期 limited period")] = None,
    stall: Annotated[str | None, typer.Option(help="停摆阈值 stall threshold")] = None,
    notice: Annotated[str | None, typer.Option(help="恢复预告 notice before resuming")] = None,
    profile: Annotated[
        str, typer.Option(help="standard; demo and test where allowed")
    ] = "standard",
    actor: Actor = "",
    role: Role = "desk_officer",
    bootstrap: Bootstrap = "",
    command_id: Id = None,
    *,
    as_json: Json = False,
) -> None:
    """开场 · put a bidding on the calendar, from a file or from options."""
    if file is not None:
        body = _from_file(file)
    else:
        periods = {
            "lobby_ms": lobby, "free_ms": free, "extension_ms": extension,
            "stall_threshold_ms": stall, "resume_notice_ms": notice,
        }  # fmt: skip
        given = {name: duration_of(value) for name, value in periods.items() if value is not None}
        body = _from_options(lot, mode, start, increment, bidders, profile, opens_in, given)
    refused = refuse_at_door(body, HOW.get(_NOBODY).profile)
    if refused is not None:
        code, params = refused.code, refused.params
        raise _usage(code, text(code, "zh", params), text(code, "en", params))
    _ask(bidding, body, actor, role, bootstrap, command_id, as_json=as_json)


def _from_file(file: str) -> cmd.ScheduleBidding:
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return msgspec.json.decode(content, type=cmd.ScheduleBidding)
    except OSError as error:
        raise _usage(
            "NO_SUCH_FILE", f"无法读取文件 {file}。", f"{file} cannot be read: {error.strerror}."
        ) from error
    except msgspec.MsgspecError as error:
        raise _usage("BAD_FILE", f"{file} 的内容不合规：{error}", f"{file}: {error}") from error


def _from_options(
    lot: str, mode: str, start: str, increment: str, bidders: str, profile: str, opens_in: str,
    periods: dict[str, Any],
) -> cmd.ScheduleBidding:  # fmt: skip
    missing = [
        name
        for name, value in (("--lot", lot), ("--start", start), ("--bidders", bidders))
        if not value
    ]
    if missing or (not increment and mode != "one_shot"):
        needed = " ".join(missing or ["--increment"])
        raise _usage("MISSING", f"请给出 {needed}，或一个文件。", f"Give {needed}, or a file.")
    bands: tuple[cmd.IncrementBand, ...] = ()
    if increment:
        bands = (cmd.IncrementBand(from_fen=Fen(0), increment_fen=amount_of(increment)),)
    terms = cmd.Terms(
        lot=lot,
        mode=mode,
        start_price_fen=amount_of(start),
        increments=bands,
        opens_at_ms=now_ms() + duration_of(opens_in),
        profile=profile,
        **{**DEFAULTS.get(mode, {}), **periods},
    )
    numbers = [one.strip() for one in bidders.split(",") if one.strip()]
    eligible = tuple(cmd.Eligible(number=BidderNumber(number)) for number in numbers)
    return cmd.ScheduleBidding(terms=terms, eligible=eligible)


_NEGATIVE: Final = {"ignore_unknown_options": True}  # -5 is an amount, and told as a bad one


@app.command(context_settings=_NEGATIVE)
def bid(
    bidding: str,
    amount: Annotated[str | None, typer.Argument(help="210万, 2100000")] = None,
    amount_option: Annotated[str | None, typer.Option("--amount", help="the same")] = None,
    actor: Actor = "",
    role: Role = "bidder",
    bootstrap: Bootstrap = "",
    command_id: Id = None,
    *,
    confirm_large: Annotated[bool, typer.Option(help="a large step is meant")] = False,
    as_json: Json = False,
) -> None:
    """报价 · place a bid, once you have signed in: shuoguo bidding bid ID 210万."""
    written = amount_option or amount
    if written is None:
        raise _usage("MISSING", "请给出 AMOUNT。", "Give AMOUNT.")
    body = cmd.PlaceBid(amount_fen=amount_of(written), confirm_large=confirm_large)
    _ask(bidding, body, actor, role, bootstrap, command_id, as_json=as_json)


@app.command(context_settings=_NEGATIVE)
def proxy(
    bidding: str,
    limit: Amount,
    actor: Actor = "",
    role: Role = "bidder",
    bootstrap: Bootstrap = "",
    command_id: Id = None,
    *,
    as_json: Json = False,
) -> None:
    """委托出价 · let the system bid up to a hidden limit."""
    body = cmd.SetProxyLimit(limit_fen=amount_of(limit))
    _ask(bidding, body, actor, role, bootstrap, command_id, as_json=as_json)


@app.command()
def resume(
    bidding: str,
    actor: Actor = "",
    role: Role = "bid_controller",
    after: Annotated[
        str, typer.Option("--in", help="from now: the notice, and time for the second")
    ] = "41m",
    at_ms: Annotated[int | None, typer.Option(help="as the first of two said it")] = None,
    bootstrap: Bootstrap = "",
    command_id: Id = None,
    *,
    as_json: Json = False,
) -> None:
    """恢复 · go on at a time; two people ask for the same --at-ms, the second acts."""
    resumes_at_ms = at_ms if at_ms is not None else now_ms() + duration_of(after)
    if not as_json:
        err(f"resumes_at_ms {resumes_at_ms}: 另一人请用 the other one uses --at-ms {resumes_at_ms}")
    body = cmd.ResumeBidding(resumes_at_ms=resumes_at_ms)
    _ask(bidding, body, actor, role, bootstrap, command_id, as_json=as_json)


def _plain(name: str, role_of: str, help_text: str, make: Callable[[], Any]) -> None:
    def run(
        bidding: str,
        actor: Actor = "",
        role: Role = role_of,
        bootstrap: Bootstrap = "",
        command_id: Id = None,
        *,
        as_json: Json = False,
    ) -> None:
        _ask(bidding, make(), actor, role, bootstrap, command_id, as_json=as_json)

    app.command(name, help=help_text)(run)


def _reasoned(name: str, role_of: str, help_text: str, make: Callable[[str], Any]) -> None:
    def run(
        bidding: str,
        reason: str,
        actor: Actor = "",
        role: Role = role_of,
        bootstrap: Bootstrap = "",
        command_id: Id = None,
        *,
        as_json: Json = False,
    ) -> None:
        _ask(bidding, make(reason), actor, role, bootstrap, command_id, as_json=as_json)

    app.command(name, help=help_text)(run)


_reasoned("suspend", "bid_controller", "中止 · stop at once, for a reason that all are told.",
          lambda reason: cmd.SuspendBidding(reason=reason))  # fmt: skip
_reasoned("terminate", "bid_controller",
          "终结 · end what is suspended, unsold; two people ask with the same reason.",
          lambda reason: cmd.TerminateBidding(reason=reason))  # fmt: skip
_reasoned("cancel", "desk_issuer", "取消 · call it off before it opens.",
          lambda reason: cmd.CancelBidding(reason=reason))  # fmt: skip
_plain("match", "priority_holder", "场内行权 · a priority holder takes the current price.",
       cmd.MatchPrice)  # fmt: skip
_plain("exercise", "priority_holder", "行权 · a priority holder takes the final price.",
       cmd.ExercisePriority)  # fmt: skip
_plain("waive", "priority_holder", "放弃 · a priority holder waives.", cmd.WaivePriority)
_plain("present", "bidder", "到场 · say that you are here.", cmd.ConfirmPresence)
_plain("no-reserve", "seller", "无保留价 · tell all that there is no reserve.",
       cmd.DeclareNoReserve)  # fmt: skip
_plain("raise-increment", "bid_controller", "提高加价幅度 · go to the announced higher table.",
       cmd.RaiseIncrement)  # fmt: skip
_plain("lower-increment", "bid_controller", "恢复加价幅度 · go back to the first table.",
       cmd.LowerIncrement)  # fmt: skip


def _ask(
    bidding: str, body: Any, actor: str, role: str, bootstrap: str, command_id: str | None,
    *, as_json: bool,
) -> NoReturn:  # fmt: skip
    how, one_id = HOW.get(_NOBODY), command_id or new_command_id()
    asks_as = actor_of(how, actor, role)
    if asks_as is None:
        assert how.session is not None, "who asks the gateway has signed in"
        answer = ask_gateway(how.session, bidding, body, one_id)
    else:
        command = Command(one_id, body.type, asks_as, role, bidding, bidding, body)
        _check_form(command)
        answer = asyncio.run(_answered(bootstrap, command))
    if as_json:
        out(msgspec.json.encode(answer).decode())
    else:
        for line in told(answer):
            out(line)
    raise Ended(Exit.REFUSED if "code" in answer else Exit.OK)


def _check_form(command: Command) -> None:
    if not isinstance(decode_command(BIDDING.messages, encode_command(command)), Command):
        raise _usage(
            "UNREADABLE", text("UNREADABLE", "zh") + "请检查编号与角色。",
            text("UNREADABLE", "en") + " Look at ids and role.",
        )  # fmt: skip


async def _answered(bootstrap: str, command: Command) -> dict[str, Any]:
    for library in ("aiokafka", "asyncio"):  # our own lines say what matters
        logging.getLogger(library).setLevel(logging.CRITICAL)
    publisher = CommandPublisher(bootstrap, TOPICS)
    try:
        log = await publisher.start()
        outcomes = Outcomes(bootstrap, TOPICS, log)
        try:
            await outcomes.start()
            return answer_of(command, await ask(publisher, outcomes, command, _not_known_yet))
        finally:
            await outcomes.close()
    except (NoBroker, WrongLog) as error:
        raise CliError(Exit.NO_BROKER, "NO_BROKER", f"连接失败：{error}", f"{error}") from error
    except Broken as error:
        raise CliError(Exit.BROKEN, "BROKEN", f"日志链断裂：{error}", f"{error}") from error
    finally:
        await publisher.close()


def _not_known_yet(command: Command, _: AckUnknown) -> None:
    again = f"shuoguo command status {command.command_id} --bidding {command.root}"
    err("NO_ANSWER_YET  日志尚未确认这条命令，可能正在重启或磁盘已满；以同一编号再次发送。")
    err("               The log has not confirmed it: it may be restarting, or its disk be full.")
    err(f"               Sent again under the same id; after Ctrl-C ask: {again}")


def told(answer: dict[str, Any]) -> list[str]:
    """Return an answer as people read it."""
    lines = []
    if "code" in answer:
        code, params = answer["code"], answer["params"]
        lines += [f"✗ {code}  {text(code, 'zh', params)}", f"  {text(code, 'en', params)}"]
    else:
        lines.append(f"✓ {answer['outcome']}")
    for event in answer["events"]:
        figures = [
            " ".join(map(str, shown_figure(name, value)))
            for name, value in event.items()
            if name != "type"
            and isinstance(value, int | str)
            and value is not False
            and value != ""
        ]
        lines.append(f"  {event['type']}  {'  '.join(figures)}".rstrip())
    lines.append(f"  command {answer['command_id']}  offset {answer['command_offset']}")
    return lines


if __name__ == "__main__":
    sys.exit(run_app(app, None, "shuoguo bidding"))
