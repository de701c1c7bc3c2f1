"""Everything that tells the public of a session and its biddings, on a log in memory.

A delayed live bidding, a sealed one and an open one in one partition; the application over HTTP and
the hub of the socket. What is asked of two worlds that differ only in what the public may not know
yet (`happens`) must be the same, byte for byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gateway import visibility, web
from gateway.authorize import PUBLIC, Subject
from gateway.channels import KINDS, QUEUES, Channel, parse
from gateway.feed.board import Board
from gateway.feed.crowd import Crowd
from gateway.feed.people import People as Accounts
from gateway.feed.publication import Publication
from gateway.feed.screens import Screens
from gateway.feed.sign_outs import SignOuts
from gateway.push.connection import Connection
from gateway.push.hub import Hub
from gateway.push.limits import Limits
from gateway.push.people import People
from infra.topics import BIDDING, Family
from processors.projections import interests, questions, shows
from processors.projections.changes import Change, Context
from processors.projections.sources import Decisions, Row
from roadshow.session import commands as cmd
from tests.support.hall import LOG_ID, Hall
from tests.support.http_app import FakeFeed, HttpStage, http_stage, person
from tests.support.push import FakeAccess
from tests.support.push_client import FakeReader, messages_of, write
from tests.support.shows import (
    ANN,
    BEN,
    CONTROL,
    DESK,
    HOST,
    REHEARSAL,
    STAGE,
    STARTS_AT_MS,
    SUPERVISOR,
    SYSTEM,
    attest,
    item,
    offer,
    plan,
    sold,
)
from tests.support.stage_hall import StageHall
from trading.bidding.commands import PlaceBid, SetProxyLimit, SubmitSealedBid, SuspendBidding
from trading.bidding.sealed import commitment_of
from trading.values import Fen

LIVE, SEALED, OPEN = "s1.i1.1", "B-sealed", "B-open"
ROOTS = (LIVE, SEALED, OPEN)
DELAY_MS = 3_000
ID = "command-of-the-open-one-1"
GUEST, STRANGER, BIDDER = PUBLIC, person("a-9", "investor"), person("a-1", "investor")
WHO = {"guest": GUEST, "stranger": STRANGER, "bidder elsewhere": BIDDER}
_HASH = re.compile(r"[0-9a-f]{64}|(?<=request:)[0-9a-f]{16}")


class _Hall(Hall):
    """Tells the hub, too."""

    hub: Hub | None = None

    def _sink(self, publication: Publication) -> None:
        super()._sink(publication)
        if self.hub is not None:
            self.hub.publish(publication, self.now_ms)


class _Screens(Screens):
    """What the feed shows, without the log's readers."""

    def __init__(self, hall: Hall, stage: StageHall) -> None:
        self._hall, self._stage = hall, stage
        self.biddings, self.shows = hall.biddings, stage.shows
        self.people, self.sign_outs = Accounts(), SignOuts()
        self.board = Board(lambda _: None, self.people)
        self.crowd = Crowd(lambda _: None, self._is_secret)

    @property
    def degraded(self) -> bool:
        return False

    def numbers_of(self, account_id: str) -> dict[str, str]:
        return {OPEN: "A"} if account_id == BIDDER.account_id else {}

    def log_time_ms(self) -> int:
        return self._hall.now_ms

    def _log_name(self) -> str:
        return LOG_ID

    def _head(self, family: Family, partition: int) -> int:
        return len(self._hall.values) if family == BIDDING else self._stage.offset

    def _since(self, family: Family, partition: int) -> int:
        return 0

    def _notices_at(self, name: str) -> tuple[int, int]:
        return 0, 0


class _Feed(FakeFeed):
    """The feed as the application asks it."""

    screens: Screens

    def state(self, channel: Channel) -> dict[str, Any] | None:
        return self.screens.state(channel)

    def market(self) -> list[dict[str, Any]]:
        found = self.screens.state("market") or {}
        return list(found["rows"])

    def may_see(self, subject: Subject, channel: Channel) -> bool:
        return self.screens.may_see(subject, channel)

    def privilege(self, subject: Subject, channel: Channel) -> str | None:
        return self.screens.privilege(subject, channel)

    def shown_phase(self, session_id: str) -> str | None:
        stage = self.screens.shows.find(session_id)
        return None if stage is None else stage.shown_phase

    def tells_positions(self, partition: int, bidding_id: str) -> bool:
        return self.screens.tells_positions(BIDDING, partition, bidding_id)

    def log_time_ms(self) -> int:
        return self.screens.log_time_ms()


class _Access(FakeAccess):
    """The matrix decides, as in a gateway."""

    def __init__(self, screens: Screens) -> None:
        super().__init__()
        self._screens = screens

    def may_subscribe(self, subject: Subject, channel: str) -> bool:
        return self._screens.may_see(subject, channel)

    def may_count(self, subject: Subject, channel: str) -> bool:
        found = parse(channel)
        return found is not None and visibility.may_count_presence(subject, found)

    def may_list(self, subject: Subject, channel: str) -> bool:
        found = parse(channel)
        return found is not None and visibility.may_list_presence(subject, found)


def being_bid_for() -> StageHall:
    """A session whose item i1 is being bid for, seen later."""
    stage = StageHall()
    stage.delays[LIVE] = DELAY_MS
    stage.do(DESK, cmd.PlanSession(plan=plan(access="public")))
    stage.do(DESK, cmd.AddAgendaItem(item=item("i1", offer=offer())), cmd.PublishSession())
    stage.do(STAGE, REHEARSAL)
    for guest in (ANN, BEN):
        stage.do(guest, cmd.RegisterAttendee(), cmd.CheckIn())
    stage.at_ms = STARTS_AT_MS
    stage.do(HOST, cmd.GoLive(), cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1"))
    stage.do(HOST, cmd.StartQa(item_id="i1"), cmd.CallInterest(item_id="i1"))
    stage.do(DESK, attest()).do(HOST, cmd.CallBidding(item_id="i1"))
    stage.do(SUPERVISOR, cmd.ConfirmSupervision(item_id="i1"))
    stage.do(CONTROL, cmd.OpenItemBidding(item_id="i1"))
    return stage.do(SYSTEM, cmd.RecordBiddingOpened(item_id="i1", bidding_id=LIVE))


class WatchedWorld:
    """See the module."""

    def __init__(self, folder: Path) -> None:
        """`folder` is made."""
        self.now_ms = 0  # of the socket's side
        self.hall, self.stage = _Hall(), being_bid_for()
        self.screens = _Screens(self.hall, self.stage)
        self.hub = self.hall.hub = Hub(self.screens, write=write)
        self.stage.also = lambda publication: self.hub.publish(publication, self.now_ms)
        self.feed = _Feed()
        self.feed.screens = self.screens
        folder.mkdir()
        self.http: HttpStage = http_stage(folder, self.feed)
        self._source = Decisions(BIDDING, LOG_ID, 0)
        self._projected = 0
        self._begin()
        self.readers = {name: FakeReader() for name in WHO}
        self.said = {name: self._follow(name) for name in WHO}

    def _begin(self) -> None:
        hall = self.hall
        hall.run(1)
        hall.schedule("A", "B", bidding_id=OPEN, free_ms=600_000)
        hall.schedule("A", "B", bidding_id=LIVE, free_ms=600_000, public_delay_ms=DELAY_MS)
        hall.schedule("A", "B", bidding_id=SEALED, mode="one_shot", increments=())
        hall.run(20)

    def happens(self) -> None:
        """What the public may not know yet: bids, limits, a stop, envelopes, a result."""
        hall = self.hall
        hall.ask("A", "bidder", PlaceBid(amount_fen=Fen(10_000)), LIVE)
        hall.ask("B", "bidder", SetProxyLimit(limit_fen=Fen(77_700)), LIVE)
        hall.ask("A", "bidder", PlaceBid(amount_fen=Fen(9_000)), LIVE)  # refused
        hall.ask("A", "bidder", PlaceBid(amount_fen=Fen(10_300)), LIVE)
        hall.ask("a-c", "bid_controller", SuspendBidding(reason="canary reason"), LIVE)
        for number in ("A", "B"):
            commitment = commitment_of(SEALED, number, 12_300, "00" * 16)
            envelope = SubmitSealedBid(commitment=commitment, ciphertext="canary envelope")
            hall.ask(number, "bidder", envelope, SEALED)
        self.stage.do(SYSTEM, sold()).do(HOST, cmd.CompleteItem(item_id="i1"))

    def goes_on(self) -> None:
        """What may be known: a bid in the open one, and that its bidder is answered."""
        body = PlaceBid(amount_fen=Fen(10_000))
        self.hall.ask("A", "bidder", body, OPEN, command_id=ID)
        self.hall.biddings.tick(self.hall.now_ms, degraded=False)
        self._flush()
        self._project()

    def _flush(self) -> None:
        self.now_ms += 1_000
        self.hub.flush(self.now_ms)

    def later(self, ms: int) -> None:
        """So much later on the log, without a tick."""
        self.hall.now_ms += ms
        self.hall.biddings.release(self.hall.now_ms)
        self.stage.at_ms += ms
        self.stage.shows.release(self.stage.at_ms)
        self._flush()

    def _project(self) -> None:
        new = list(enumerate(self.hall.values))[self._projected :]
        self._projected = len(self.hall.values)
        taken = self._source.take([Row(at, 0, OPEN.encode(), value) for at, value in new])
        assert taken.broken is None
        self.http.project(*taken.changes, *self._of_the_session())

    def _of_the_session(self) -> Iterator[Change]:
        for step in self.stage.steps:
            for change in step.changes:
                for index, event in enumerate(change.events):
                    context = Context(
                        change.aggregate, change.before.seq + index + 1, change.after.public_seq,
                        step.decision.at_ms, 0, step.offset, step.hash,
                    )  # fmt: skip
                    for project in (shows.project, questions.project, interests.project):
                        yield from project(event, context)

    # the ways

    def channels(self) -> list[str]:
        """Every kind of channel, of everything there is and of somebody."""
        named = {"user": ["a-9", "a-1"], "desk": list(QUEUES), "seller": ["o-university"]}
        return ["market", "nothing"] + [
            f"{kind}:{root}{'.A' if kind == 'bidder' else ''}"
            for kind in KINDS
            if kind != "market"
            for root in named.get(kind, [*ROOTS, "s1"])
        ]

    def pages(self) -> list[str]:
        """Every address that is read, of everything there is."""
        paths = [path for path, told in self.http.app.openapi()["paths"].items() if "get" in told]
        filled: list[str] = []
        for path in [*paths, *web.ROUTES, "/asyncapi.json", "/openapi.json"]:
            name = re.search(r"\{(\w+)\}", path)
            values = {
                None: [""], "channel": self.channels(), "session_id": ["s1", *ROOTS],
                "card_id": ["c-i1"],
            }.get(name and name[1], [*ROOTS, "s1"])  # fmt: skip
            filled += [re.sub(r"\{\w+\}", value, path) for value in values]
        bids = [f"/api/biddings/{root}/bids?format=csv" for root in ROOTS]
        return [*filled, *bids, f"/api/command-status?command_id={ID}&root={OPEN}"]

    async def asked(self) -> dict[str, str]:
        """What each of those without a right is answered, at every address."""
        found = {}
        for name, subject in WHO.items():
            self.http.acts_as(subject)
            async with self.http.client() as client:
                if subject is PUBLIC:
                    client.cookies.clear()
                for path in self.pages():
                    answer = await client.get(path)
                    headers = {
                        key: value
                        for key, value in answer.headers.items()
                        if key not in ("x-request-id", "date")
                    }
                    said = f"{answer.status_code} {headers} {answer.text}"
                    found[f"{name} GET {path}"] = _HASH.sub("hash", said)
        return found

    def _follow(self, name: str) -> list[Any]:
        subject = WHO[name]
        limits, reader = Limits(commands_burst=10**6), self.readers[name]
        access, people = _Access(self.screens), People(limits)
        connection = Connection(name, self.hub, access, people, reader, limits, 0)
        lines: list[dict[str, Any]] = [{"id": 1, "connect": {"token": subject.account_id or ""}}]
        for channel in self.channels():
            for method in ("subscribe", "presence", "presence_stats", "history"):
                lines.append({"id": len(lines) + 1, method: {"channel": channel}})
        replies: list[Any] = []
        for line in lines:
            frame = json.dumps(line).encode()
            turn = connection.receive_frame(frame, 0)
            assert turn.close is None, line
            replies += [json.loads(reply) for reply in turn.replies]
        return replies

    def heard(self) -> dict[str, str]:
        """What each of those was told by the socket: on subscribing, and since."""
        fresh = {}
        for name in WHO:
            followed, self.readers[name] = self.readers[name], FakeReader()
            told = json.dumps([self.said[name], messages_of(b"".join(followed.frames))])
            fresh[f"{name} socket"] = _HASH.sub("hash", told)
            fresh[f"{name} fresh"] = _HASH.sub("hash", json.dumps(self._follow(name)))
        return fresh
