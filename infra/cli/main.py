"""`shuoguo`: the command line of a desk engineer.

Exit codes: 0 done, 1 refused or differs, 2 undecided or unknown, 3 partial, 4 usage, 5 nothing runs
there, 6 data folder in use or newer, or port taken, 7 broken chain, 8 a role failed.
"""

import asyncio
import re
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from infra import terminal
from infra.cli.exits import CliError, Exit, err
from infra.cli.roles import find_broker, hand_over
from infra.cli.session import signed_in_at
from infra.private import keep_private
from infra.running import DATA, SHORT_PROFILES, STANDARD, read_running

PORT: Final = 9392
HTTP_PORT: Final = 9380
PUSH_PORT: Final = 9381
WRONG_USAGE: Final = 2  # as typer says it
PASS_ON: Final = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="shuoguo",
    help="硕果: 竞价与路演平台 · bidding on one log that anyone can check.",
    epilog="Exit codes: 0 done, 1 refused or differs, 2 undecided or unknown, 3 partial, 4 usage, "
    "5 nothing runs there, 6 data folder or port taken, 7 broken chain, 8 a role failed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
command = typer.Typer(
    no_args_is_help=True, help="指令 · commands: send many to biddings, ask for one of any kind."
)
log = typer.Typer(no_args_is_help=True, help="日志 · the log itself.")
app.add_typer(command, name="command")
app.add_typer(log, name="log")
database = typer.Typer(no_args_is_help=True, help="数据库 · the read model, made of the log.")
app.add_typer(database, name="db")

Data = Annotated[Path, typer.Option("--data", help="数据文件夹 data folder; else $SHUOGUO_DATA")]
Bootstrap = Annotated[str | None, typer.Option("--bootstrap", help="HOST:PORT of the broker")]
Json = Annotated[bool, typer.Option("--json", help="for a program to read")]


@app.command()
def up(
    data: Data = DATA,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one")] = PORT,
    http_port: Annotated[int, typer.Option(min=0, max=65_535, help="of the pages")] = HTTP_PORT,
    push_port: Annotated[int, typer.Option(min=0, max=65_535, help="of the socket")] = PUSH_PORT,
    public_url: Annotated[
        str | None, typer.Option(help="https://NAME of the proxy before it (infra/deploy/proxy)")
    ] = None,
    stream_origin: Annotated[
        list[str] | None,
        typer.Option(help="https://NAME from which pages may show a stream; again for another"),
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=1, max=65_533, help="figures for Prometheus, here and on the next two"),
    ] = None,
    profile: Annotated[str, typer.Option(help="standard, demo or test", hidden=True)] = STANDARD,
) -> None:
    """启动 · start everything on this machine, until Ctrl-C."""
    from infra.cli.machine import Ports
    from infra.cli.up import up as run

    streams = tuple(_stream(one) for one in stream_origin or ())
    ports = Ports(port, http_port, push_port, _https(public_url), streams, metrics_port)
    _end(_run(run(data, ports, profile)))


@app.command()
def demo(
    seconds: Annotated[
        int | None, typer.Option("--for", min=1, help="end by itself after so many seconds")
    ] = None,
    seed: Annotated[int, typer.Option(help="another crowd")] = 1,
    data: Annotated[Path | None, typer.Option(help="keep the log in this folder")] = None,
) -> None:
    """演示 · a live roadshow and biddings with synthetic people; verifies its log at the end.

    Sign in as any of its people: you are registered in every lot, and a bot steps back from a role
    while you hold it. Without --data its folder is a temporary one, told and removed at the end.
    """
    from infra.cli.demo import demo as run

    _end(_run(run(seconds, seed, data)))


@app.command()
def broker(
    data: Data = DATA,
    port: Annotated[int, typer.Option(min=0, max=65_535)] = PORT,
    host: Annotated[str, typer.Option(help="loopback unless --allow-remote")] = "127.0.0.1",
    allow_remote: Annotated[bool, typer.Option("--allow-remote")] = False,
) -> None:
    """存储 · the embedded broker alone."""
    remote = ["--allow-remote"] if allow_remote else []
    arguments = ["--data", str(data), "--port", str(port), "--host", host, *remote]
    code = hand_over(["infra", "broker", *arguments])
    _end(Exit.FOLDER if code in (3, 4, 5, 7) else Exit.USAGE if code in (2, 6) else code)


@app.command(context_settings={**PASS_ON, "help_option_names": []})
def bidding(context: typer.Context) -> None:
    """竞价 · open, bid, show, watch, suspend, resume … (shuoguo bidding --help)."""
    arguments = list(context.args)
    reading = bool(arguments) and arguments[0] in ("show", "watch")
    module = "processors" if reading else "producers.bidding_commands"
    if not arguments or "--help" in arguments:
        _end(hand_over([module, *arguments]))
    _end(hand_over([module, *_located(arguments)]))


@app.command(context_settings={**PASS_ON, "help_option_names": []})
def account(context: typer.Context) -> None:
    """账号 · who may sign in, and what each may do (shuoguo account --help)."""
    _end(hand_over(["gateway", "accounts", *context.args]))


@app.command()
def login(
    name: Annotated[str, typer.Argument(help="登录名 login")],
    url: Annotated[str | None, typer.Option(help="https://…; else what runs on --data")] = None,
    password_file: Annotated[
        str | None, typer.Option(help="its first line; - for standard input")
    ] = None,
    data: Data = DATA,
    as_json: Json = False,
) -> None:
    """登录 · sign in; what you do from then on is done as yourself."""
    from infra.cli.entering import login as run

    _end(run(name, url, password_file, data, as_json=as_json))


@app.command()
def logout() -> None:
    """登出 · sign out."""
    from infra.cli.entering import logout as run

    _end(run())


@command.command("status", context_settings={"ignore_unknown_options": True})  # ids like -x7…
def command_status(
    command_id: str,
    bidding_id: Annotated[str | None, typer.Option("--bidding", help="where it was sent")] = None,
    data: Data = DATA,
    bootstrap: Bootstrap = None,
    as_json: Json = False,
) -> None:
    """查询 · what became of a command. Without --bidding everything is scanned."""
    more = ["--bidding", bidding_id] if bidding_id else []
    more += ["--json"] if as_json else []
    address = find_broker(bootstrap, data)
    code = hand_over(["producers", "status", "--bootstrap", address, *more, "--", command_id])
    _end(Exit.UNKNOWN if code == Exit.REFUSED else code)


@command.command("send")
def command_send(
    file: Annotated[str, typer.Argument(help="JSON lines; - for standard input")],
    window: Annotated[int, typer.Option(min=1, max=10_000, help="in flight at most")] = 500,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress on stderr")] = False,
    data: Data = DATA,
    bootstrap: Bootstrap = None,
) -> None:
    """批量 · send commands of biddings, a JSON line each; an outcome a line, in that order."""
    if file != "-" and not Path(file).is_file():
        raise CliError(
            Exit.USAGE, "NO_SUCH_FILE", f"没有文件 {file}。", f"There is no file {file}."
        )
    arguments = ["--bootstrap", find_broker(bootstrap, data), "--window", str(window)]
    arguments += ["--quiet"] if quiet else []
    running = read_running(data) if bootstrap is None else None
    profile = STANDARD if running is None else running.profile
    arguments += ["--allow-profile", profile]
    arguments += [] if profile in SHORT_PROFILES else ["--operator"]
    _end(hand_over(["producers", "send", file, *arguments]))


@app.command()
def schema(
    name: Annotated[str | None, typer.Argument(help="one command, event or rejection")] = None,
) -> None:
    """模式 · JSON Schema of every command, event and rejection."""
    _end(hand_over(["producers.schema", *([name] if name else [])]))


@database.command("rebuild")
def db_rebuild(data: Data = DATA, bootstrap: Bootstrap = None) -> None:
    """重建 · drop the read model and make it anew from the log; accounts stay as they are."""
    from infra.cli.database import rebuild

    _end(rebuild(data, bootstrap))


@database.command("migrate")
def db_migrate(data: Data = DATA) -> None:
    """迁移 · bring the tables of the read model to this version."""
    from infra.cli.database import migrate

    _end(migrate(data))


@log.command("tail")
def log_tail(
    count: Annotated[
        int, typer.Option("-n", "--count", min=0, help="so many of the last of every family")
    ] = 20,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="go on")] = False,
    family: Annotated[str | None, typer.Option(help="one family alone")] = None,
    data: Data = DATA,
    bootstrap: Bootstrap = None,
    as_json: Json = False,
) -> None:
    """尾部 · the last decisions of every family, in the order of time, and those to come."""
    arguments = ["--bootstrap", find_broker(bootstrap, data), "--count", str(count)]
    arguments += ["--family", family] if family else ["--all"]
    arguments += ["--follow"] if follow else []
    arguments += ["--json"] if as_json else []
    _end(hand_over(["processors", "log-tail", *arguments]))


@app.command()
def verify(
    head: Annotated[
        list[str] | None, typer.Option(help="P:OFFSET:HASH that must be on the chain")
    ] = None,
    checkpoint: Annotated[
        list[str] | None,
        typer.Option(help="SHA256:FILE, a snapshot kept and trusted: go on from there"),
    ] = None,
    family: Annotated[str | None, typer.Option(help="one family alone; of a head: bidding")] = None,
    data: Data = DATA,
    bootstrap: Bootstrap = None,
    as_json: Json = False,
) -> None:
    """验真 · decide the whole log again and compare it byte for byte."""
    arguments = ["--bootstrap", find_broker(bootstrap, data)]
    arguments += ["--family", family] if family else ["--all"]
    for one in head or []:
        arguments += ["--head", one]
    for one in checkpoint or []:
        arguments += ["--checkpoint", one]
    arguments += ["--json"] if as_json else []
    _end(hand_over(["processors", "verify", *arguments]))


@app.command()
def doctor(data: Data = DATA, port: int = PORT, as_json: Json = False) -> None:
    """体检 · what this machine has, and what is missing."""
    from infra.cli.doctor import doctor as run

    _end(run(data, port, as_json=as_json))


def _https(url: str | None) -> str | None:
    """Check what a person says its public name is: `https://NAME`, no path."""
    if url is None or re.fullmatch(r"https://[A-Za-z0-9.-]+(:\d{1,5})?/?", url):
        return url and url.rstrip("/")
    raise CliError(
        Exit.USAGE,
        "BAD_ADDRESS",
        f"公开地址 {url} 无效，应为 https://名称。",
        f"{url} is no public address; give https://NAME.",
    )


def _stream(origin: str) -> str:
    """Check from where a stream is to come: `https://NAME`, or http on this machine."""
    name = r"https://[A-Za-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?"
    if re.fullmatch(name, origin.rstrip("/")):
        return origin.rstrip("/")
    raise CliError(
        Exit.USAGE,
        "BAD_ADDRESS",
        f"直播来源 {origin} 无效，应为 https://名称。",
        f"{origin} is no origin of a stream; give https://NAME.",
    )


def _located(arguments: list[str]) -> list[str]:
    """Return the arguments with where to ask, and as whom, in place of the data folder."""
    bootstrap, left = _taken(arguments, "--bootstrap")
    folder, left = _taken(left, "--data")
    data = Path(folder or DATA)
    if left[:1] in (["show"], ["watch"]):
        return [*left, "--bootstrap", find_broker(bootstrap, data)]
    running = read_running(data) if bootstrap is None else None
    profile = STANDARD if running is None else running.profile
    is_named = any(one.split("=")[0] in ("--as", "--actor") for one in left)
    if signed_in_at(running, bootstrap) and not is_named:
        return ["--signed-in", "--allow-profile", profile, *left]
    return ["--allow-profile", profile, *left, "--bootstrap", find_broker(bootstrap, data)]


def _taken(arguments: list[str], name: str) -> tuple[str | None, list[str]]:
    """Return an option's value, and the arguments without it."""
    for index, one in enumerate(arguments):
        if one.startswith(name + "="):
            return one.partition("=")[2], arguments[:index] + arguments[index + 1 :]
        if one == name and index + 1 < len(arguments):
            return arguments[index + 1], arguments[:index] + arguments[index + 2 :]
    return None, arguments


def _run(work: Coroutine[Any, Any, int]) -> int:
    return asyncio.run(work)


def _end(code: int) -> NoReturn:
    raise Ended(int(code))


class Ended(Exception):
    """A command is over; `code` is what to exit with."""

    def __init__(self, code: int) -> None:
        super().__init__(f"ended with {code}")
        self.code = code


def run_app(application: typer.Typer, arguments: list[str] | None, name: str) -> int:
    """Run a typer application; returns the exit code, with wrong usage as ours."""
    keep_private()
    try:
        application(args=arguments, prog_name=name)
    except Ended as ended:
        return ended.code
    except CliError as error:
        err(error.line)
        return error.exit_code
    except KeyboardInterrupt:
        return Exit.OK
    except SystemExit as ended:
        return Exit.USAGE if ended.code == WRONG_USAGE else int(ended.code or 0)
    return Exit.OK


def main(arguments: list[str] | None = None) -> None:
    """Run `shuoguo`."""
    terminal.show_what_can_be_shown()
    sys.exit(terminal.guarded(lambda: run_app(app, arguments, "shuoguo")))
