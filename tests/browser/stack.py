"""One running stack for all browser tests: the shipped processes, started as `up` starts them.

Rule 1: it is profile `test`: clocks may be short, and the demo's people may sign in.
Rule 2: what a test needs it makes itself, by the people whose job it is: a session or bidding of
its own.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec

from gateway.demo_people import PASSWORD
from infra.cli.machine import Machine, Ports, start_machine, stop_machine
from infra.clock import now_ms
from infra.running import Running
from tests.support.eventually import eventually

ROOT: Final = Path(__file__).resolve().parents[2]
START_SECONDS_MAX: Final = 90
TOO_MANY: Final = 429


class Stack:
    """The machine, kept by an event loop of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.lines: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._machine: Machine = self._run(
            start_machine(data, Ports(), self._say, lambda _what: None, profile="test")
        )
        self._known: dict[str, Person] = {}
        self.people = self._seed()

    def _say(self, role: str, line: str) -> None:
        self.lines.append(f"{role}: {line}")

    def _run(self, act: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(act, self._loop).result(START_SECONDS_MAX)

    @property
    def running(self) -> Running:
        return self._machine.running

    @property
    def url(self) -> str:
        return self.running.http

    def kill(self, role: str) -> None:
        """SIGKILL a role; the supervisor starts it again."""
        self._loop.call_soon_threadsafe(self._machine.supervisor.child(role).kill)

    def wait(self, so: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so; a browser's own loop may run in our thread."""
        future = asyncio.run_coroutine_threadsafe(eventually(so, seconds), self._loop)
        future.result(seconds + 5)

    def stop(self) -> None:
        for person in self._known.values():
            person.client.close()
        self._run(stop_machine(self._machine))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _seed(self) -> dict[str, dict[str, Any]]:
        said = subprocess.run(
            [sys.executable, "-m", "gateway", "accounts", "seed-demo", "--data", str(self.data),
             "--bootstrap", self.running.bootstrap, f"--log-id={self.running.log_id}", "--json"],
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert said.returncode == 0, said.stderr
        people = msgspec.json.decode(said.stdout)["people"]
        return {person["login"]: person for person in people}

    def person(self, login: str) -> Person:
        """Sign in as one of the demo's people."""
        if login not in self._known:
            self._known[login] = Person(self, login)
        return self._known[login]

    def account(self, login: str) -> str:
        return str(self.people[login]["account_id"])


@dataclass
class Person:
    """Somebody at a keyboard of his own, over HTTP."""

    stack: Stack
    login: str
    client: httpx.Client = field(init=False)
    csrf: str = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.stack.url, timeout=15)
        reply = self.client.post("/api/login", json={"login": self.login, "password": PASSWORD})
        assert reply.status_code == 200, reply.text
        self.csrf = reply.json()["csrf"]

    def ask(self, method: str, **body: Any) -> dict[str, Any]:
        """Send a command and return its outcome."""
        headers = {"x-csrf-token": self.csrf}
        body.setdefault("command_id", _command_id())
        path = f"/api/commands/{method}?wait=3000"
        replies: list[httpx.Response] = []

        def let_in() -> bool:
            replies.append(self.client.post(path, json=body, headers=headers))
            return replies[-1].status_code != TOO_MANY

        self.stack.wait(let_in)
        reply = replies[-1]
        assert reply.status_code in (200, 202), f"{method}: {reply.status_code} {reply.text}"
        outcome = reply.json()["outcome"]
        assert outcome is not None, f"{method}: no outcome in time"
        return dict(outcome)

    def must(self, method: str, **body: Any) -> dict[str, Any]:
        """Send a command that is not refused."""
        outcome = self.ask(method, **body)
        assert outcome["code"] is None, f"{method}: {outcome['code']} {outcome['params']}"
        return outcome

    def get(self, path: str) -> Any:
        reply = self.client.get(path)
        assert reply.status_code == 200, f"{path}: {reply.status_code} {reply.text}"
        return reply.json()


_counter = iter(range(1, 1_000_000))


def _command_id() -> str:
    return f"browser-test-{now_ms():x}-{next(_counter):08d}"


def bidding_terms(**changed: Any) -> dict[str, Any]:
    """Short clocks: free for a minute, extension 12 s, a step of 20 万元."""
    return {
        "lot": "深海极端酶制备褐藻寡糖专利包",
        "mode": "live_timed",
        "profile": "test",
        "start_price_fen": 860_000_000,
        "increments": [{"from_fen": 0, "increment_fen": 20_000_000}],
        "opens_at_ms": now_ms() + 2_500,
        "lobby_ms": 1_000,
        "free_ms": 60_000,
        "extension_ms": 12_000,
        "resume_notice_ms": 2_000,
        "two_person_window_ms": 5_000,
        "stall_threshold_ms": 10_000,
        "min_gap_ms": 0,
    } | changed


NUMBERS: Final = {"investor1": "037", "investor2": "112"}


def open_bidding(stack: Stack, bidding_id: str, **changed: Any) -> str:
    """Put a bidding of its own on the log, with two bidders, and wait until it is open."""
    officer = stack.person("officer")
    officer.must(
        "bidding.schedule",
        bidding_id=bidding_id,
        terms=bidding_terms(**changed),
        eligible=[{"number": number} for number in NUMBERS.values()],
    )
    for login, number in NUMBERS.items():
        officer.must(
            "account.assign_number", account_id=stack.account(login), bidding_id=bidding_id,
            number=number, parties={"sellers": ["o-seller"]},
        )  # fmt: skip
    stack.wait(lambda: phase_of(officer, bidding_id) in ("free_bidding", "limited_bidding"))
    return bidding_id


def phase_of(person: Person, bidding_id: str) -> str | None:
    """The phase of a room, None while there is none."""
    state = person.client.get(f"/api/state/bidding:{bidding_id}")
    return state.json()["phase"] if state.status_code == 200 else None
