"""The HTTP application on fakes: a feed, commands and marks in memory, a real read model on SQLite.

`stage = http_stage(tmp_path)`; `async with stage.client() as client: ...`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI, Request

from gateway import visibility
from gateway.authorize import PUBLIC, Subject
from gateway.channels import Channel
from gateway.command_path import Refusal
from gateway.http.app import create_app
from gateway.http.auth import Auth, AuthSettings
from gateway.http.ports import Parts
from gateway.http.problems import Problem
from gateway.queries.reader import Reader
from gateway.signing_in import SigningIn, open_signing_in
from gateway.trail import Reading
from gateway.trail_log import NoTrail
from infra.chain import Position
from infra.db.engine import url_of
from infra.db.place import FILE_NAME
from processors.projections.changes import Change
from processors.projections.runner import ReadModel

LOG_ID = "a-log"
NOW_MS = 1_800_000_500_000
ORIGIN = "http://testserver"
HASH = "ab" * 32
COOKIE, CSRF_HEADER, TOKEN = "shuoguo_session_INSTANCE", "x-csrf-token", "a-test"


@dataclass
class FakeFeed:
    """What the log says, as a test sets it."""

    states: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    numbers: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    roles: dict[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    access: dict[str, str] = field(default_factory=dict[str, str])
    acts: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    now_ms: int = NOW_MS
    is_ready: bool = True
    read: int = 5
    hiding: set[int] = field(default_factory=set[int])  # partitions of which no position is told

    def state(self, channel: Channel) -> Mapping[str, Any] | None:
        return self.states.get(str(channel))

    def market(self) -> Sequence[Mapping[str, Any]]:
        return self.rows

    def may_see(self, subject: Subject, channel: Channel) -> bool:
        return visibility.may_subscribe(subject, channel, self)

    def privilege(self, subject: Subject, channel: Channel) -> str | None:
        return visibility.privilege(subject, channel, self)

    def shown_phase(self, session_id: str) -> str | None:
        return None

    def tells_positions(self, partition: int, bidding_id: str) -> bool:
        return partition not in self.hiding

    def log_time_ms(self) -> int:
        return self.now_ms

    async def pending_act(self, bidding_id: str) -> Mapping[str, Any] | None:
        return self.acts.get(bidding_id)

    def health(self) -> Mapping[str, Any]:
        return {
            "ready": self.is_ready, "degraded": False,
            "families": {"bidding": {"lag": 0, "read": {"0": self.read}}},
        }  # fmt: skip

    def roles_of(self, account_id: str) -> frozenset[str] | None:
        return self.roles.get(account_id)

    def revoked_before_ms(self, account_id: str) -> int:
        return 0

    def has_signed_out(self, sign_in_id: str) -> bool:
        return False

    def is_banned(self, account_id: str) -> bool:
        return False

    def numbers_of(self, account_id: str) -> Mapping[str, str]:
        return self.numbers.get(account_id, {})

    def seller_of(self, bidding_id: str) -> tuple[str, ...]:
        return ()

    def access_of(self, root_id: str) -> str:
        return self.access.get(root_id, "public")

    def takes_part(self, account_id: str, root_id: str) -> bool:
        return False

    def session_of(self, root_id: str) -> str:
        return root_id.split(".", maxsplit=1)[0]


@dataclass
class FakeCommands:
    """Takes every command of who is signed in; keeps what came."""

    seen: list[tuple[Subject, str, dict[str, Any]]] = field(
        default_factory=list[tuple[Subject, str, dict[str, Any]]]
    )
    refusal: Refusal | None = None

    async def submit(
        self, subject: Subject, method: str, body: dict[str, Any], wait_ms: int
    ) -> Mapping[str, Any]:
        if subject.account_id is None:
            raise Refusal("NOT_SIGNED_IN", 401)
        if self.refusal is not None:
            raise self.refusal
        self.seen.append((subject, method, body))
        outcome = _outcome(str(body["command_id"])) if wait_ms else None
        return {
            "command_id": body["command_id"], "received_at_ms": NOW_MS, "partition": 0,
            "offset": 7, "outcome": outcome,
        }  # fmt: skip

    async def status(self, subject: Subject, command_id: str, root: str) -> Mapping[str, Any]:
        if subject.account_id is None:
            raise Refusal("NOT_SIGNED_IN", 401)
        return {"state": "not_seen", "outcome": None}


def _outcome(command_id: str) -> dict[str, Any]:
    return {
        "outcome": "decided", "command_id": command_id, "type": "place_bid", "code": None,
        "params": {}, "events": [], "standing": "leading",
        "receipt": {
            "partition": 0, "command_offset": 7, "decision_offset": 8, "hash": HASH,
            "at_ms": NOW_MS,
        },
    }  # fmt: skip


@dataclass
class FakeMarks:
    """Read marks in memory."""

    marks: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def mark(self, account_id: str, notice_ids: Collection[str], now_ms: int) -> None:
        for notice_id in notice_ids:
            self.marks.setdefault((account_id, notice_id), now_ms)

    def read_of(self, account_id: str, notice_ids: Collection[str]) -> Mapping[str, int]:
        return {
            one: self.marks[account_id, one]
            for one in notice_ids
            if (account_id, one) in self.marks
        }


@dataclass
class FakeReminders:
    """Wishes in memory."""

    wishes: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    is_full: bool = False

    def add(self, account_id: str, root: str, now_ms: int) -> bool:
        if not self.is_full:
            self.wishes.setdefault(account_id, set()).add(root)
        return not self.is_full

    def remove(self, account_id: str, root: str) -> None:
        self.wishes.get(account_id, set()).discard(root)

    def of(self, account_id: str) -> list[str]:
        return sorted(self.wishes.get(account_id, ()))


class FakeNames:
    """Everybody is called by his account."""

    def names(self, account_ids: Collection[str]) -> Mapping[str, str]:
        return {one: f"name of {one}" for one in account_ids}


@dataclass
class FakeTrail:
    """Keeps what is told, or cannot."""

    told: list[Reading] = field(default_factory=list[Reading])
    is_away: bool = False

    async def tell(self, reading: Reading) -> None:
        if self.is_away:
            raise NoTrail
        self.told.append(reading)


@dataclass
class HttpStage:
    """An application, and everything it stands on."""

    app: FastAPI
    feed: FakeFeed
    commands: FakeCommands
    marks: FakeMarks
    reminders: FakeReminders
    trail: FakeTrail
    model: ReadModel
    reader: Reader
    door: SigningIn
    asking: list[Subject]
    folder: Path

    def client(self) -> httpx.AsyncClient:
        """Return a client of the application."""
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url=ORIGIN, cookies={COOKIE: TOKEN},
            headers={CSRF_HEADER: TOKEN},
        )  # fmt: skip

    def acts_as(self, subject: Subject) -> None:
        """Let every request come from this person."""
        self.asking[:] = [subject]

    def project(self, *changes: Change) -> None:
        """Write rows as the runner does."""
        positions = self.model.positions()
        reader = ("bidding.decisions", 0)
        before = positions.get(reader)
        offset = 0 if before is None else before.offset + 1
        self.model.apply(reader, before, Position(offset, bytes(32)), NOW_MS, changes)

    def close(self) -> None:
        """End all connections."""
        self.reader.close()
        self.model.close()
        self.door.close()


def person(account_id: str, *roles: str, org_id: str | None = None) -> Subject:
    """A signed-in person with these roles."""
    return Subject(account_id, org_id, frozenset(roles), account_id, "s-1", NOW_MS)


def http_stage(folder: Path, feed: FakeFeed | None = None) -> HttpStage:
    """Build an application on a fresh read model; the public asks until `acts_as`."""
    url = url_of(None, folder, FILE_NAME)
    model = ReadModel(url, LOG_ID)
    model.prepare()
    model.positions()
    feed, commands, marks, reader = feed or FakeFeed(), FakeCommands(), FakeMarks(), Reader(url)
    trail, reminders = FakeTrail(), FakeReminders()
    door = open_signing_in(folder, feed, "test")
    auth = Auth(door, AuthSettings("ws://testserver/connection/websocket", frozenset((ORIGIN,))))
    asking = [PUBLIC]

    def subject_of(request: Request) -> Subject:
        return asking[0] if request.cookies.get(COOKIE) == TOKEN else PUBLIC

    async def guard(request: Request) -> None:
        if request.cookies.get(COOKIE) and request.headers.get(CSRF_HEADER) != TOKEN:
            raise Problem(403)

    parts = Parts(
        "ws://testserver/connection/websocket", feed, commands, reader, marks, reminders,
        FakeNames(), trail, subject_of, guard, auth.router,
    )  # fmt: skip
    return HttpStage(
        create_app(parts),
        feed,
        commands,
        marks,
        reminders,
        trail,
        model,
        reader,
        door,
        asking,
        folder,
    )
