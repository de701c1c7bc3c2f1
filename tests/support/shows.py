"""Sessions for tests: defaults for all, so that what a test sets is what matters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from roadshow.dispatch import ROADSHOW, Root, Show
from roadshow.plan import AgendaItem, Increment, LiveOffer, Plan
from roadshow.session import commands as cmd
from roadshow.session.gate import ATTESTED
from roadshow.session.state import Item, Session
from trading.calendar import DAY_MS
from trading.outcome import By, Outcome
from trading.values import BidderNumber, Fen

SESSION_ID = "s1"
STARTS_AT_MS = 1_789_984_800_000  # 10:00 of the day of the stories
PLANNED_AT_MS = STARTS_AT_MS - 10 * DAY_MS
WORKING_DAYS_MS = tuple(STARTS_AT_MS + day * DAY_MS for day in range(-20, 21))

DESK = By("a-desk", "desk_officer")
REVIEWER = By("a-review", "desk_reviewer")
HOST = By("a-host", "host")
STAGE = By("a-stage", "stage_controller")
CONTROL = By("a-control", "bid_controller")
SUPERVISOR = By("a-super", "supervisor")
BROKER = By("a-broker", "broker")
PRESENTER = By("a-presenter", "presenter")
SYSTEM = By("handover", "system")
ANN = By("a-ann", "investor")
BEN = By("a-ben", "investor")
EVE = By("a-eve", "expert")


def plan(**changes: object) -> Plan:
    """A standard session of one host, without scores."""
    defaults: dict[str, Any] = {
        "title": "Marine results",
        "field": "marine",
        "starts_at_ms": STARTS_AT_MS,
        "place": "Qingdao, hall 2",
        "hosts": (HOST.actor,),
        "working_days_ms": WORKING_DAYS_MS,
    }
    return Plan(**{**defaults, **changes})


def offer(**changes: object) -> LiveOffer:
    """From 2,000,000 元 in steps of 100,000 元."""
    defaults: dict[str, Any] = {
        "lot": "Deep-sea winch control",
        "start_price_fen": Fen(200_000_000),
        "increments": (Increment(from_fen=Fen(0), increment_fen=Fen(10_000_000)),),
    }
    return LiveOffer(**{**defaults, **changes})


def item(item_id: str = "i1", **changes: object) -> AgendaItem:
    """A project of the university's."""
    defaults: dict[str, Any] = {
        "item_id": item_id,
        "card_id": f"c-{item_id}",
        "title": f"Project {item_id}",
        "presenter": PRESENTER.actor,
        "holder_org": "o-university",
        "broker": BROKER.actor,
        "parties": ("a-professor",),
        "trl": 6,
    }
    return AgendaItem(**{**defaults, **changes})


def attestations(*checks: str, met: bool = True) -> tuple[cmd.Attestation, ...]:
    """What the desk found; by default all of it."""
    return tuple(
        cmd.Attestation(check=check, met=met, value="yes", evidence=f"file-{check}")
        for check in checks or ATTESTED
    )


def bidders(*numbers: str) -> tuple[cmd.EligibleBidder, ...]:
    """Ordinary bidders."""
    return tuple(cmd.EligibleBidder(number=BidderNumber(number)) for number in numbers)


def attest(item_id: str = "i1", numbers: Sequence[str] = ("101", "102")) -> cmd.AttestPreconditions:
    """Everything the desk can say, for these bidders."""
    return cmd.AttestPreconditions(
        item_id=item_id, checks=attestations(), eligible=bidders(*numbers)
    )


@dataclass
class ShowPlay:
    """A session that goes from command to command: no host, no ticks of its own."""

    root: Root | None = None
    at_ms: int = PLANNED_AT_MS
    events: list[Any] = field(default_factory=list[Any])

    @property
    def show(self) -> Show:
        """The session and its parts as they stand."""
        assert self.root is not None
        assert self.root.show is not None
        return self.root.show

    @property
    def now(self) -> Session:
        """The session as it stands."""
        return self.show.session

    def item(self, item_id: str = "i1") -> Item:
        """An item as it stands."""
        return self.now.items[item_id]

    def happens(self, *events: object) -> tuple[Any, ...]:
        """Fold events."""
        for event in events:
            self.root = ROADSHOW.evolve(self.root, SESSION_ID, event)
            self.events.append(event)
        return events

    def ask(self, by: By, command: object, at_ms: int | None = None) -> Outcome:
        """Decide a command, and fold what it leads to."""
        self.at_ms = self.at_ms if at_ms is None else at_ms
        if self.root is not None:
            self.happens(*ROADSHOW.phase_change(self.root, self.at_ms))
        outcome = ROADSHOW.decide(self.root, command, by, self.at_ms)
        self.happens(*outcome.events)
        return outcome

    def code(self, by: By, command: object, at_ms: int | None = None) -> str:
        """The code it is refused with, or "ok"."""
        rejection = self.ask(by, command, at_ms).rejection
        return "ok" if rejection is None else str(rejection.code)

    def why(self, by: By, command: object, at_ms: int | None = None) -> str:
        """The code and its figures."""
        rejection = self.ask(by, command, at_ms).rejection
        assert rejection is not None
        return " ".join([str(rejection.code), *map(str, rejection.params.values())])

    def do(self, by: By, *commands: object) -> "ShowPlay":
        """Ask one after the other; none may be refused."""
        for command in commands:
            assert self.code(by, command) == "ok", command
        return self

    def tick(self, at_ms: int) -> tuple[Any, ...]:
        """Fire everything that is due, one timer after the other."""
        self.at_ms = at_ms
        fired: list[Any] = []
        while (due_ms := self.due_ms) is not None and due_ms <= at_ms:
            assert self.root is not None
            fired += self.happens(*ROADSHOW.fire(self.root, at_ms))
        return tuple(fired)

    @property
    def due_ms(self) -> int | None:
        """When the earliest timer is due."""
        assert self.root is not None
        return ROADSHOW.due_ms(self.root)

    def told(self, *kinds: type) -> list[Any]:
        """What happened of these kinds."""
        return [event for event in self.events if isinstance(event, kinds)]


def planned(*items: AgendaItem, **changes: object) -> ShowPlay:
    """A session on the calendar, by default with i1 (may be bid for), i2 and i3."""
    play = ShowPlay().do(DESK, cmd.PlanSession(plan=plan(**changes)))
    told = items or (item("i1", offer=offer()), item("i2"), item("i3"))
    return play.do(DESK, *(cmd.AddAgendaItem(item=each) for each in told))


def announced(*items: AgendaItem, **changes: object) -> ShowPlay:
    """A session whose registration is open."""
    return planned(*items, **changes).do(DESK, cmd.PublishSession())


REHEARSAL = cmd.RunRehearsal(sound=True, slides=True, network=True, bid_drill=True)


def rehearsed(*items: AgendaItem, **changes: object) -> ShowPlay:
    """A session whose rehearsal has passed."""
    return announced(*items, **changes).do(STAGE, REHEARSAL)


def live(*items: AgendaItem, **changes: object) -> ShowPlay:
    """A session that has just begun, on time, with Ann and Ben in the hall."""
    play = rehearsed(*items, **changes)
    for guest in (ANN, BEN):
        play.do(guest, cmd.RegisterAttendee(), cmd.CheckIn())
    play.at_ms = STARTS_AT_MS
    return play.do(HOST, cmd.GoLive())


def pitching(*items: AgendaItem, **changes: object) -> ShowPlay:
    """A session in the first second of the pitch of i1."""
    return live(*items, **changes).do(
        HOST, cmd.CallOnDeck(item_id="i1"), cmd.StartPitch(item_id="i1")
    )


def called(*items: AgendaItem, **changes: object) -> ShowPlay:
    """A session in the interest call of i1."""
    return pitching(*items, **changes).do(
        HOST, cmd.StartQa(item_id="i1"), cmd.CallInterest(item_id="i1")
    )


def ready(numbers: Sequence[str] = ("101", "102"), **changes: object) -> ShowPlay:
    """The host has called for the bidding of i1, and the gate stands open."""
    play = called(item("i1", offer=offer(**changes)), item("i2"))
    play.do(DESK, attest(numbers=numbers)).do(HOST, cmd.CallBidding(item_id="i1"))
    return play.do(SUPERVISOR, cmd.ConfirmSupervision(item_id="i1"))


def requested() -> ShowPlay:
    """The bidding of i1 has been requested."""
    return ready().do(CONTROL, cmd.OpenItemBidding(item_id="i1"))


def bidding() -> ShowPlay:
    """The bidding of i1 runs."""
    opened = cmd.RecordBiddingOpened(item_id="i1", bidding_id="s1.i1.1")
    return requested().do(SYSTEM, opened)


def sold(**changes: object) -> cmd.RecordBiddingClosed:
    """The bidding of i1 ended with a deal."""
    defaults: dict[str, Any] = {
        "item_id": "i1",
        "bidding_id": "s1.i1.1",
        "outcome": "sold",
        "price_fen": Fen(230_000_000),
        "winner": BidderNumber("102"),
        "deal_no": "s1.i1.1-D1",
    }
    return cmd.RecordBiddingClosed(**{**defaults, **changes})
