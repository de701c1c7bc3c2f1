"""The shipped command line against the shipped gateway: signing in, and as whom things are done."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from gateway.demo_people import PASSWORD
from infra.cli.machine import free_port
from infra.cli.session import Session, ask, sign_in
from infra.kafka.admin import check_log, create_topics
from infra.running import Running, read_running, write_running
from infra.topics import FAMILIES, PARTITIONS_EMBEDDED, TRADING
from tests.support.brokers import start_embedded
from tests.support.eventually import eventually
from tests.support.roles import REPOSITORY, start_role

SECONDS_MAX = 30
LATER = ("--opens-in", "10m")  # of an option given twice the last counts
OPEN = ("--lot", "标的", "--start", "200万", "--increment", "10万", "--bidders", "101,102",
        "--opens-in", "2s", "--lobby", "1s", "--profile", "test")  # fmt: skip


@dataclass
class Terminal:
    """A person's terminal, with a configuration folder of his own."""

    data: Path
    home: Path

    def run(self, *arguments: str, given: str = "") -> tuple[int, str, str]:
        """Run `shuoguo`; returns exit code, output and errors."""
        done = subprocess.run(
            [sys.executable, "-m", "infra.cli", *arguments], capture_output=True, text=True,
            input=given, cwd=self.data.parent, timeout=60, check=False,
            env={**os.environ, "XDG_CONFIG_HOME": str(self.home), "PYTHONPATH": str(REPOSITORY)},
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr

    def sign_in(self, login: str, password: str = PASSWORD) -> tuple[int, str, str]:
        """Sign in with a password on standard input."""
        return self.run("login", login, given=password + "\n")


@dataclass
class Stack:
    """What runs, and the demo's people."""

    data: Path
    running: Running
    people: dict[str, dict[str, Any]]

    def terminal(self, name: str) -> Terminal:
        """Return the terminal of a person."""
        return Terminal(self.data, self.data.parent / name)

    def session(self, login: str) -> Session:
        """Sign in as a program does."""
        return sign_in(self.running.http, login, PASSWORD)

    def set_profile(self, profile: str) -> None:
        """Tell the command line what runs."""
        write_running(self.data, replace(self.running, profile=profile))


def code_of(said: str) -> str:
    """Return the code of a refusal; the amount that was read may be told before it."""
    return said.strip().splitlines()[-2].split()[0]


@pytest.fixture
async def stack(tmp_path: Path) -> AsyncIterator[Stack]:
    data, port = tmp_path / "data", free_port()
    data.mkdir()
    broker = await start_embedded(tmp_path / "broker")
    await create_topics(broker.bootstrap, PARTITIONS_EMBEDDED)
    log = await check_log(broker.bootstrap, TRADING)
    running = Running(
        broker.bootstrap, log.log_id, os.getpid(), "test", f"http://127.0.0.1:{port}", "ws://x/"
    )
    write_running(data, running)
    roles = [
        start_role("processors", "deciders", broker.bootstrap, data, "--family", family.name)
        for family in FAMILIES
    ]
    roles.append(start_role("producers", "chronograph", broker.bootstrap, data, "--all"))
    roles.append(start_role("gateway", "http", broker.bootstrap, data, "--port", str(port)))
    try:
        terminal = Terminal(data, tmp_path / "nobody")
        code, said, wrong = await asyncio.to_thread(terminal.run, "account", "seed-demo", "--json")
        assert code == 0, wrong
        found = json.loads(said)
        assert found["password"] == PASSWORD
        made = Stack(data, running, {one["login"]: one for one in found["people"]})
        await eventually(lambda: _answers(made), SECONDS_MAX)
        yield made
    finally:
        for role in roles:
            await role.stop()
        await broker.stop()


async def _answers(stack: Stack) -> bool:
    """Whether the gateway answers, and knows roles already."""
    try:
        return (await asyncio.to_thread(stack.session, "officer")).roles == ("desk_officer",)
    except Exception:  # noqa: BLE001 - it is not there yet
        return False


async def _until_decided(terminal: Terminal, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = {}

    async def is_decided() -> bool:
        code, said, wrong = await asyncio.to_thread(terminal.run, *arguments, "--json")
        assert said, f"exit {code}: {wrong}"
        found.clear()
        found.update(json.loads(said))
        return found.get("code") != "NOT_OPEN"

    await eventually(is_decided, SECONDS_MAX)
    return found


async def test_a_person_signs_in_and_bids_under_his_number(stack: Stack) -> None:
    desk, him = stack.terminal("desk"), stack.terminal("him")
    code, said, wrong = await asyncio.to_thread(desk.sign_in, "officer")
    assert (code, "desk_officer" in said) == (0, True), wrong
    kept = desk.home / "shuoguo" / "session.json"
    assert (kept.stat().st_mode & 0o777, PASSWORD in kept.read_text()) == (0o600, False)

    code, said, wrong = await asyncio.to_thread(desk.run, "bidding", "open", "b-1", *OPEN, "--json")
    assert (code, json.loads(said)["outcome"]) == (0, "decided"), wrong
    bidder = stack.people["investor1"]["account_id"]
    assigned = await asyncio.to_thread(
        ask, stack.session("officer"), "/api/commands/account.assign_number?wait=3000",
        {"command_id": "assign-number-0123456789", "account_id": bidder,
         "bidding_id": "b-1", "number": "101", "parties": {"sellers": ["o-1"]}},
    )  # fmt: skip
    assert (assigned.status, assigned.body["outcome"]["code"]) == (200, None), assigned.body

    await asyncio.to_thread(him.sign_in, "investor1")
    answer = await _until_decided(him, "bidding", "bid", "b-1", "200万")
    assert answer["outcome"] == "decided", answer
    assert answer["events"][0]["type"] == "bid_accepted", answer
    code, said, _ = await asyncio.to_thread(him.run, "bidding", "bid", "b-1", "210万", "--json")
    assert (code, json.loads(said)["code"]) == (1, "ALREADY_LEADING")

    code, _, wrong = await asyncio.to_thread(desk.run, "bidding", "bid", "b-1", "210万")
    assert (code, code_of(wrong)) == (1, "NOT_PERMITTED")
    code, _, _ = await asyncio.to_thread(him.run, "logout")
    assert (code, (him.home / "shuoguo" / "session.json").exists()) == (0, False)


async def test_who_has_not_signed_in_is_the_operator_and_never_a_bidder(stack: Stack) -> None:
    nobody = stack.terminal("nobody")
    stack.set_profile("standard")
    for arguments in (
        ("bid", "b-1", "200万"), ("proxy", "b-1", "200万"), ("present", "b-1"), ("match", "b-1"),
        ("suspend", "b-1", "why", "--role", "bidder"), ("no-reserve", "b-1"),
    ):  # fmt: skip
        code, _, wrong = await asyncio.to_thread(nobody.run, "bidding", *arguments)
        assert (code, code_of(wrong)) == (4, "SIGN_IN_FIRST"), arguments
    for arguments in (
        ("bid", "b-1", "200万", "--as", "101"),
        ("cancel", "b-1", "x", "--as", "d-1"),
    ):
        code, _, wrong = await asyncio.to_thread(nobody.run, "bidding", *arguments)
        assert (code, code_of(wrong)) == (4, "NOT_IN_ANOTHERS_NAME")

    stack.set_profile("test")
    code, _, wrong = await asyncio.to_thread(nobody.run, "bidding", "open", "b-2", *OPEN, *LATER)
    assert code == 0, wrong
    stack.set_profile("standard")
    code, said, wrong = await asyncio.to_thread(nobody.run, "bidding", "cancel", "b-2", "误开")
    assert (code, "bidding_cancelled" in said) == (0, True), wrong
    code, said, _ = await asyncio.to_thread(nobody.run, "log", "tail", "--json", "-n", "200")
    asked = [json.loads(line) for line in said.splitlines()]
    actors = {str(one).partition("'actor': '")[2].partition("'")[0] for one in asked}
    assert "operator" in actors


async def test_roles_are_given_and_taken_on_the_log_and_end_sessions(stack: Stack) -> None:
    operator, session = stack.terminal("operator"), stack.session("broker")
    assert session.roles == ("broker",)
    code, _, wrong = await asyncio.to_thread(
        operator.run, "account", "grant", "broker", "admin", "--reason", "两职不得兼任"
    )
    assert (code, code_of(wrong)) == (1, "SEPARATION_OF_DUTIES")
    code, _, wrong = await asyncio.to_thread(
        operator.run, "account", "revoke", "broker", "broker", "--reason", "离职"
    )
    assert code == 0, wrong

    async def is_over() -> bool:
        asked = {"command_id": "nominate-0123456789-abcd", "card_id": "c-1"}
        answer = await asyncio.to_thread(ask, session, "/api/push-token", asked)
        return answer.status == 401

    with pytest.raises(Exception, match="SESSION_OVER"):
        await eventually(is_over, SECONDS_MAX)
    again = await asyncio.to_thread(stack.session, "broker")
    assert again.roles == ()


async def test_a_new_password_signs_out_everywhere(stack: Stack) -> None:
    operator, session = stack.terminal("operator"), stack.session("host")
    secret = stack.data.parent / "secret"
    secret.write_text("a new long password\n")
    code, _, wrong = await asyncio.to_thread(
        operator.run, "account", "passwd", "host", "--password-file", str(secret)
    )
    assert code == 0, wrong
    with pytest.raises(Exception, match="WRONG_LOGIN"):
        await asyncio.to_thread(stack.session, "host")
    found = await asyncio.to_thread(sign_in, stack.running.http, "host", "a new long password")
    assert found.account_id == session.account_id


async def test_accounts_are_listed_with_the_roles_of_the_log(stack: Stack) -> None:
    operator = stack.terminal("operator")
    code, said, wrong = await asyncio.to_thread(operator.run, "account", "list", "--json")
    assert code == 0, wrong
    found = {one["login"]: one["roles"] for one in json.loads(said)}
    assert found == {login: one["roles"] for login, one in stack.people.items()}
    code, said, _ = await asyncio.to_thread(operator.run, "account", "seed-demo", "--json")
    assert (code, {one["account_id"] for one in json.loads(said)["people"]}) == (
        0, {one["account_id"] for one in stack.people.values()},
    )  # fmt: skip
    assert read_running(stack.data) is not None


async def test_who_looks_by_his_office_stands_in_the_trail_and_so_does_who_reads_it(
    stack: Stack,
) -> None:
    operator = stack.terminal("operator")
    watcher = await asyncio.to_thread(stack.session, "supervisor")
    cookies = "; ".join(f"{name}={value}" for name, value in watcher.cookies.items())
    url = f"{watcher.url}/api/state/bidding.watch:b-none"
    asked = Request(url, headers={"Cookie": cookies})  # noqa: S310 - on loopback
    with pytest.raises(HTTPError) as refused:  # no such bidding: the look is written down too
        await asyncio.to_thread(urlopen, asked)
    refused.value.close()
    await asyncio.to_thread(operator.run, "account", "list")
    code, said, wrong = await asyncio.to_thread(operator.run, "account", "audit", "--json")
    found = json.loads(said)
    assert (code, found["faults"], found["count"]) == (0, [], 2), wrong
    supervisor = stack.people["supervisor"]["account_id"]
    assert [(one["who"], one["role"], one["what"], one["answer"]) for one in found["entries"]] == [
        (supervisor, "supervisor", "GET /api/state/bidding.watch:b-none", 404),
        ("operator", "operator", "account list", 0),
    ]  # fmt: skip
    assert found["entries"][0]["address"] == "127.0.0.1"
    heads = [f"--head={head}" for head in found["heads"]]
    code, said, _ = await asyncio.to_thread(operator.run, "account", "audit", *heads)
    assert (code, "account audit" in said, "✓ 3" in said) == (0, True, True)
    code, said, _ = await asyncio.to_thread(
        operator.run, "account", "audit", "--head", f"{'0' * 16}:1:{'0' * 64}"
    )
    assert (code, "✗" in said) == (1, True)
    code, _, wrong = await asyncio.to_thread(operator.run, "account", "audit", "--head", "x")
    assert (code, wrong.startswith("BAD_HEAD")) == (4, True)
