"""`shuoguo account …`: who may sign in, and what each may do.

Rule 1: a password is asked for, or read from a file or from standard input; never an argument.
Rule 2: logins, names and passwords are kept in the identity database; roles are decided on the log,
asked for by the machine's `operator`, with a reason.
Rule 3: with `--json` exactly one document is printed; errors go to standard error.
"""

import asyncio
import getpass
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec
import typer

from gateway.auditing import note_reading, print_trail
from gateway.authorize import ROLES
from gateway.demo_people import (
    PASSWORD,
    NotGranted,
    grant_roles,
    make_accounts,
    people_from,
)
from gateway.membership_log import MembershipLog, NoAnswer, code_of, memberships_of
from gateway.place import Place, open_place
from infra.chain import Broken
from infra.cli.entering import read_password
from infra.cli.exits import CliError, Exit, no_broker, out
from infra.cli.main import run_app
from infra.clock import now_ms
from infra.i18n import text
from infra.identity.passwords import BadPassword, check_password
from infra.identity.people import Account, NotTaken, Organisation
from infra.identity.tokens import open_tokens
from infra.kafka.admin import NoBroker, WrongLog
from infra.running import DATA, SHORT_PROFILES
from trading.membership import commands as cmd

app = typer.Typer(
    name="shuoguo account",
    help="账号 · accounts, organisations and roles. Passwords are asked for, or read with "
    "--password-file FILE (- for standard input). Where: --data DIR (default: data).",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
org = typer.Typer(no_args_is_help=True, help="机构 · organisations.")
app.add_typer(org, name="org")

Answer = TypeVar("Answer")
Login = Annotated[str, typer.Argument(help="登录名 login")]
Data = Annotated[Path, typer.Option("--data", help="数据文件夹 data folder")]
Bootstrap = Annotated[str | None, typer.Option("--bootstrap", help="HOST:PORT of the broker")]
LogId = Annotated[str | None, typer.Option("--log-id", help="refuse any other log")]
Json = Annotated[bool, typer.Option("--json", help="for a program to read")]
Reason = Annotated[str, typer.Option("--reason", help="理由，记入日志 why; it is kept on the log")]
PasswordFile = Annotated[
    str | None, typer.Option("--password-file", help="its first line; - for standard input")
]


@app.command()
def create(
    login: Login,
    name: Annotated[str, typer.Option("--name", help="姓名 shown to its person, and to the desk")],
    organisation: Annotated[str | None, typer.Option("--org", help="机构编号 id, o-…")] = None,
    role: Annotated[list[str] | None, typer.Option("--role", help="may be given often")] = None,
    reason: Reason = "开户 account opened",
    password_file: PasswordFile = None,
    data: Data = DATA,
    bootstrap: Bootstrap = None,
    *,
    as_json: Json = False,
) -> None:
    """开户 · make an account, with its roles."""
    _check_roles(role or [])
    place = open_place(data, bootstrap)
    if role:
        place.broker()  # told before anything is made
    password = _password(login, password_file)
    account = _taken(
        lambda: place.people.create_account(
            login, name, organisation, place.passwords.hash(password), now_ms()
        )
    )
    for one in role or []:
        _decided(place, account.account_id, cmd.GrantRole(role=one, reason=reason))
    _show(_row(account, tuple(role or ())), as_json=as_json)


@app.command("list")
def list_accounts(data: Data = DATA, bootstrap: Bootstrap = None, *, as_json: Json = False) -> None:
    """列表 · every account; with its roles where a log runs."""
    place = open_place(data, bootstrap)
    found = {}
    if place.bootstrap:
        note_reading(place.bootstrap, "account list")
        found = _run(memberships_of(place.bootstrap))
    rows = []
    for account in place.people.all_accounts():
        known = found.get(account.account_id)
        row = _row(account, known.roles if known else ())
        row["phase"] = known.phase if known else "active"
        rows.append(row)
    if as_json:
        out(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        marks = [*row["roles"], *(["停用 disabled"] if row["disabled"] else [])]
        marks += ["禁用 banned"] if row["phase"] == "banned" else []
        out(f"{row['login']:<16} {row['account_id']}  {row['display_name']}  {' '.join(marks)}")


@app.command()
def passwd(login: Login, password_file: PasswordFile = None, data: Data = DATA) -> None:
    """改密 · give an account a new password; it is signed out everywhere."""
    place = open_place(data, None)
    account = _account(place, login)
    password = _password(account.login, password_file)
    place.people.set_password(account.account_id, place.passwords.hash(password), now_ms())
    place.limits.forgive(account.login)
    _sign_out(place, account, "password changed")
    out(f"✓ {account.login}")


@app.command()
def disable(login: Login, reason: Reason, data: Data = DATA) -> None:
    """停用 · let nobody sign in to an account; it is signed out everywhere."""
    place = open_place(data, None)
    account = _account(place, login)
    place.people.disable(account.account_id, now_ms())
    _sign_out(place, account, reason)
    out(f"✓ {account.login}")


@app.command()
def enable(login: Login, data: Data = DATA) -> None:
    """启用 · let its person sign in again."""
    place = open_place(data, None)
    account = _account(place, login)
    place.people.enable(account.account_id)
    place.limits.forgive(account.login)
    out(f"✓ {account.login}")


def _on_log(name: str, help_text: str, make: Callable[[str], Any]) -> None:
    def run(
        login: Login,
        reason: Reason,
        data: Data = DATA,
        bootstrap: Bootstrap = None,
        *,
        as_json: Json = False,
    ) -> None:
        place = open_place(data, bootstrap)
        account = _account(place, login)
        _decided(place, account.account_id, make(reason))
        _show({"login": account.login, "account_id": account.account_id}, as_json=as_json)

    app.command(name, help=help_text)(run)


def _of_role(name: str, help_text: str, make: Callable[[str, str], Any]) -> None:
    def run(
        login: Login,
        role: Annotated[str, typer.Argument(help="角色 role, as in the rule book")],
        reason: Reason,
        data: Data = DATA,
        bootstrap: Bootstrap = None,
        *,
        as_json: Json = False,
    ) -> None:
        _check_roles([role])
        place = open_place(data, bootstrap)
        account = _account(place, login)
        _decided(place, account.account_id, make(role, reason))
        shown = {"login": account.login, "account_id": account.account_id, "role": role}
        _show(shown, as_json=as_json)

    app.command(name, help=help_text)(run)


_of_role("grant", "授权 · give a role; it is decided on the log.",
         lambda role, reason: cmd.GrantRole(role=role, reason=reason))  # fmt: skip
_of_role("revoke", "撤权 · take a role away; its sessions end within a second.",
         lambda role, reason: cmd.RevokeRole(role=role, reason=reason))  # fmt: skip
_on_log("revoke-sessions", "下线 · end every session of an account within a second.",
        lambda reason: cmd.RevokeSessions(reason=reason))  # fmt: skip
_on_log("ban", "禁用 · shut an account out.", lambda reason: cmd.BanAccount(reason=reason))
_on_log("lift-ban", "解禁 · let it in again.", lambda reason: cmd.LiftBan(reason=reason))


@org.command("create")
def org_create(
    name: Annotated[str, typer.Argument(help="名称 name")],
    code: Annotated[str | None, typer.Option("--code", help="统一社会信用代码, checked")] = None,
    data: Data = DATA,
    *,
    as_json: Json = False,
) -> None:
    """新建 · make an organisation."""
    place = open_place(data, None)
    made = _taken(lambda: place.people.create_organisation(name, code, now_ms()))
    _show(_org_row(made), as_json=as_json)


@org.command("list")
def org_list(data: Data = DATA, *, as_json: Json = False) -> None:
    """列表 · every organisation."""
    place = open_place(data, None)
    if place.bootstrap:
        note_reading(place.bootstrap, "account org list")
    rows = [_org_row(one) for one in place.people.all_organisations()]
    if as_json:
        out(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        out(f"{row['org_id']}  {row['credit_code'] or '—':<18}  {row['name']}")


@app.command("rotate-keys")
def rotate_keys(
    data: Data = DATA,
    *,
    drop_old: Annotated[
        bool, typer.Option("--drop-old", help="旧密钥作废：所有人须重新登录 all tokens end now")
    ] = False,
) -> None:
    """换钥 · sign tokens with a new key from now on."""
    keys = open_tokens(data, now_ms()).keys
    out(f"✓ {keys.rotate(now_ms(), drop_old=drop_old).key_id}")


@app.command()
def audit(
    last: Annotated[int, typer.Option("--last", min=0, help="how many of the newest")] = 50,
    head: Annotated[
        list[str] | None, typer.Option("--head", help="an entry that must be there, as printed")
    ] = None,
    data: Data = DATA,
    bootstrap: Bootstrap = None,
    *,
    as_json: Json = False,
) -> None:
    """审计 · who has read what by the right of his office, and whether the trail is whole."""
    broker = open_place(data, bootstrap).broker()
    raise typer.Exit(print_trail(broker, last, head or [], as_json=as_json))


@app.command("seed-demo")
def seed_demo(
    people: Annotated[str, typer.Option("--people", help="a JSON file, or builtin")] = "builtin",
    data: Data = DATA,
    bootstrap: Bootstrap = None,
    log_id: LogId = None,
    *,
    as_json: Json = False,
) -> None:
    """演示人员 · make the people of a demo, with one password; nothing outside a demo."""
    place = open_place(data, bootstrap)
    if place.profile not in SHORT_PROFILES:
        raise _refused("DEMO_ONLY", Exit.USAGE)
    try:
        wanted = people_from(people)
    except (OSError, msgspec.MsgspecError) as error:
        raise CliError(Exit.USAGE, "BAD_FILE", f"无法读取 {people}。", f"{error}") from error
    rows = _taken(lambda: make_accounts(place.people, place.passwords, wanted, now_ms()))
    _run(_granted(place.broker(), log_id, rows))
    if as_json:
        out(json.dumps({"password": PASSWORD, "people": rows}, ensure_ascii=False))
        return
    for row in rows:
        out(f"{row['login']:<12} {row['display_name']}  {' '.join(row['roles'])}")
    out(f"密码 password: {PASSWORD}")


async def _granted(bootstrap: str, log_id: str | None, rows: list[dict[str, Any]]) -> None:
    async with MembershipLog(bootstrap, log_id) as log:
        await grant_roles(log, rows)


def _password(login: str, file: str | None) -> str:
    """Return the password that a person chooses; raises `CliError`."""
    password = read_password(file)
    is_typed = file is None and sys.stdin.isatty()
    if is_typed and getpass.getpass("再次输入 again: ") != password:
        raise _refused("PASSWORDS_DIFFER", Exit.USAGE)
    try:
        check_password(password, login)
    except BadPassword as error:
        raise _refused(error.code, Exit.USAGE) from error
    return password


def _check_roles(roles: list[str]) -> None:
    for role in roles:
        if role not in ROLES:
            raise CliError(
                Exit.USAGE,
                "UNKNOWN_ROLE",
                f"没有角色 {role}；可用：{'、'.join(ROLES)}。",
                f"There is no role {role}; there are: {', '.join(ROLES)}.",
            )


def _account(place: Place, login: str) -> Account:
    account = place.people.by_login(login)
    if account is None:
        raise _refused("UNKNOWN_ACCOUNT", Exit.REFUSED)
    return account


def _sign_out(place: Place, account: Account, why: str) -> None:
    """End what the account has open: here, and on the log where one runs."""
    place.sign_ins.revoke_all(account.account_id, now_ms(), why)
    if place.bootstrap:
        _decided(place, account.account_id, cmd.RevokeSessions(reason=why))


def _decided(place: Place, account_id: str, body: Any) -> None:
    """Ask the log, and go on only if it agrees."""

    async def ask() -> tuple[str, Any] | None:
        async with MembershipLog(place.broker()) as log:
            return code_of(await log.ask(account_id, body))

    refused = _run(ask())
    if refused is not None:
        code, params = refused
        raise CliError(Exit.REFUSED, code, text(code, "zh", params), text(code, "en", params))


def _taken(make: Callable[[], Answer]) -> Answer:
    try:
        return make()
    except NotTaken as error:
        raise _refused(error.code, Exit.USAGE) from error


def _run(work: Coroutine[Any, Any, Answer]) -> Answer:
    try:
        return asyncio.run(work)
    except (NoBroker, WrongLog) as error:
        raise no_broker(str(error)) from error
    except Broken as error:
        raise CliError(Exit.BROKEN, "BROKEN", f"日志链断裂：{error}", f"{error}") from error
    except NoAnswer as error:
        raise CliError(
            Exit.UNKNOWN, "NO_ANSWER", f"未收到答复，指令 {error}。", f"No answer came: {error}."
        ) from error
    except NotGranted as error:
        raise CliError(Exit.REFUSED, error.code, text(error.code, "zh"), f"{error}") from error


def _refused(code: str, exit_code: Exit) -> CliError:
    return CliError(exit_code, code, text(code, "zh"), text(code, "en"))


def _row(account: Account, roles: tuple[str, ...]) -> dict[str, Any]:
    return {
        "account_id": account.account_id,
        "login": account.login,
        "display_name": account.display_name,
        "org_id": account.org_id,
        "roles": list(roles),
        "disabled": account.disabled_at_ms is not None,
    }


def _org_row(one: Organisation) -> dict[str, Any]:
    return {"org_id": one.org_id, "name": one.name, "credit_code": one.credit_code}


def _show(row: dict[str, Any], *, as_json: bool) -> None:
    out(json.dumps(row, ensure_ascii=False) if as_json else f"✓ {row.get('login', '')} {_id(row)}")


def _id(row: dict[str, Any]) -> str:
    return str(row.get("account_id") or row.get("org_id"))


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code."""
    return run_app(app, arguments, "shuoguo account")
