"""The people of the demo: made up, with one password that all know.

Rule 1: they are made only where what runs is a demo or a test. Elsewhere their password opens
nothing, even in a kept folder (see infra.identity.passwords).
Rule 2: who is there already stays as he is; the same twice changes nothing.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec

from gateway.membership_log import MembershipLog, code_of
from infra.identity.credit_code import check_character
from infra.identity.passwords import Passwords
from infra.identity.people import People
from trading.membership.commands import GrantRole

PASSWORD: Final = "shuoguo-demo"  # noqa: S105 - told to everybody who looks at the demo
REASON: Final = "演示人员 demo people"
_DONE: Final = "ALREADY_DONE"
EXPERTS: Final = ("沈启航", "陆文渊", "唐若溪", "韩立诚", "魏思远")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person to make; `org` is the name of an organisation, `code` the first 17 of its code."""

    login: str
    name: str
    roles: tuple[str, ...]
    org: str = ""
    code: str = ""


_UNIVERSITY: Final = ("青岛海岳大学技术转移中心", "1237020049501234X")
_FUND: Final = ("青岛蓝湾创业投资有限公司", "91370200MA3C0DE01")
_MAKER: Final = ("胶州湾智能装备股份有限公司", "91370200MA3C0DE02")
_AGENCY: Final = ("青岛硕果技术经纪有限公司", "91370200MA3C0DE03")


def _person(login: str, name: str, role: str, org: tuple[str, str] = ("", "")) -> Person:
    return Person(login=login, name=name, roles=(role,), org=org[0], code=org[1])


BUILTIN: Final = (
    _person("investor1", "林知远", "investor", _FUND),
    _person("investor2", "周雨桐", "investor", _MAKER),
    _person("investor3", "陈海峰", "investor"),
    _person("seller", "孙立群", "seller", _UNIVERSITY),
    _person("presenter", "吴清扬", "presenter", _UNIVERSITY),
    _person("broker", "许承诺", "broker", _AGENCY),
    _person("host", "何静宜", "host"),
    _person("stage", "马骁远", "stage_controller"),
    _person("control", "高致远", "bid_controller"),
    _person("supervisor", "郑明堂", "supervisor"),
    _person("officer", "刘书畅", "desk_officer"),
    _person("reviewer", "赵岚青", "desk_reviewer"),
    _person("issuer", "冯毅成", "desk_issuer"),
    *(_person(f"expert{i}", name, "expert") for i, name in enumerate(EXPERTS, 1)),
    _person("auditor", "秦正言", "auditor"),
    _person("admin", "董管理", "admin"),
)


def people_from(source: str) -> tuple[Person, ...]:
    """Return the people of a JSON file, or the builtin ones; raises `msgspec.MsgspecError`."""
    if source == "builtin":
        return BUILTIN
    return msgspec.json.decode(Path(source).read_bytes(), type=tuple[Person, ...])


def make_accounts(
    people: People, passwords: Passwords, wanted: tuple[Person, ...], now_ms: int
) -> list[dict[str, Any]]:
    """Make who is not there yet; returns everybody as the demo's producer reads him."""
    organisations = {one.name: one.org_id for one in people.all_organisations()}
    for person in wanted:
        if person.org and person.org not in organisations:
            code = person.code + check_character(person.code) if person.code else None
            made = people.create_organisation(person.org, code, now_ms)
            organisations[person.org] = made.org_id
    known = {one.login: one for one in people.all_accounts()}
    rows = []
    for person in wanted:
        account = known.get(person.login) or people.create_account(
            person.login, person.name, organisations.get(person.org), passwords.hash(PASSWORD),
            now_ms,
        )  # fmt: skip
        rows.append(
            {
                "account_id": account.account_id,
                "login": account.login,
                "display_name": account.display_name,
                "org_id": account.org_id,
                "roles": list(person.roles),
            }
        )
    return rows


async def grant_roles(log: MembershipLog, rows: list[dict[str, Any]]) -> None:
    """Give everybody his roles on the log; raises `NotGranted`."""
    asked = [
        (row["account_id"], GrantRole(role=role, reason=REASON))
        for row in rows
        for role in row["roles"]
    ]
    for (account_id, body), decision in zip(asked, await log.ask_all(asked), strict=True):
        refused = code_of(decision)
        if refused is not None and refused[0] != _DONE:
            raise NotGranted(account_id, body.role, refused[0])


class NotGranted(Exception):
    """The log refused a role."""

    def __init__(self, account_id: str, role: str, code: str) -> None:
        super().__init__(f"{account_id} {role} {code}")
        self.code = code
