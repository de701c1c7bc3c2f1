"""A log, its owners, its clocks and its people, all drawn from one seed.

Nothing here is real time: the world moves in steps, and at every step the seed may let an owner
crash, stall, lose an answer, land a batch late, or let the clock of the broker jump.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from infra.chain import Chain, Verdict, genesis, hash_decision
from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import partition_of
from processors.freeze import freeze, thaw
from processors.host import CommandRecord, PartitionHost, UnknownOutcome
from trading.bidding.commands import (
    Eligible,
    IncrementBand,
    PlaceBid,
    ResumeBidding,
    ScheduleBidding,
    SetProxyLimit,
    SuspendBidding,
    Terms,
)
from trading.dispatch import BIDDING
from trading.outcome import Rules
from trading.values import BidderNumber, Fen

LOG_ID, PARTITION, PARTITIONS = "simulated", 1, 4
START_MS = 1_800_000_000_000
STEPS = 220
HEALTHY_MS = 45_000
WAN_FEN = Fen(1_000_000)
THRESHOLD_MS = 3_000
EXTENSION_MS = 5_000
_AMOUNT = re.compile(rb'"bid_accepted","bidder":"A.","amount_fen":(\d+)')
BIDDERS = [BidderNumber(f"A{number}") for number in range(1, 5)]


@dataclass(frozen=True)
class Setting:
    """Which family is simulated, in one partition of its log."""

    rules: Rules[Any]
    topic: str

    def host(self) -> PartitionHost:
        return PartitionHost(self.rules, LOG_ID, self.topic, PARTITION, PARTITIONS)

    @property
    def genesis(self) -> bytes:
        return genesis(LOG_ID, self.topic, PARTITION)


def roots(prefix: str, count: int) -> list[str]:
    """Ids that belong to the simulated partition."""
    names = (f"{prefix}-{number}" for number in range(999))
    return [name for name in names if partition_of(name, PARTITIONS) == PARTITION][:count]


BIDDINGS = Setting(BIDDING, "bidding.commands")
IDS = roots("lot", 3)


def terms(lot: str, opens_at_ms: int) -> Terms:
    band = IncrementBand(from_fen=Fen(0), increment_fen=WAN_FEN)
    return Terms(
        lot=lot, mode="live_timed", profile="test", start_price_fen=Fen(10 * WAN_FEN),
        increments=(band,), opens_at_ms=opens_at_ms, lobby_ms=1_000, free_ms=4_000,
        extension_ms=EXTENSION_MS, stall_threshold_ms=THRESHOLD_MS, resume_notice_ms=1_000,
        min_gap_ms=100, reserve_deadline_ms=0, two_person_window_ms=2_000,
    )  # fmt: skip


@dataclass
class Flight:
    """A batch between an owner and the broker."""

    values: list[bytes]
    keys: list[bytes | None]
    lands_at_ms: int


@dataclass
class Log:
    """The two topics of one partition. A batch lands whole, and nothing that landed goes away."""

    commands: list[CommandRecord] = field(default_factory=list)
    decisions: list[bytes] = field(default_factory=list)
    late: list[Flight] = field(default_factory=list)

    def land(self, values: list[bytes]) -> int:
        self.decisions.extend(values)
        return len(self.decisions) - len(values)

    def land_late(self, now_ms: int) -> None:
        due = [flight for flight in self.late if flight.lands_at_ms <= now_ms]
        self.late = [flight for flight in self.late if flight.lands_at_ms > now_ms]
        for flight in due:
            self.land(flight.values)


class Owner:
    """A decider worker without its sockets. It may be a zombie and not know it."""

    def __init__(self, setting: Setting, log: Log, chance: random.Random) -> None:
        self._setting = setting
        self._log = log
        self._chance = chance
        self.host: PartitionHost | None = None
        self.snapshot: bytes | None = None
        self.asleep_until_ms = 0

    def crash(self) -> None:
        self.host = None

    def step(self, now_ms: int, *, faults: bool) -> None:
        if now_ms < self.asleep_until_ms:
            return
        if self.host is None:
            self._restore()
        else:
            self._decide(self.host, now_ms, faults=faults)

    def _restore(self) -> None:
        host = self._setting.host()
        if self.snapshot is not None and self._chance.random() < 0.7:
            thaw(host, self.snapshot)
        self._read_on(host)
        self.host = host

    def _read_on(self, host: PartitionHost) -> None:
        for offset in range(host.read_offset + 1, len(self._log.decisions)):
            host.fold(offset, self._log.decisions[offset])

    def _decide(self, host: PartitionHost, now_ms: int, *, faults: bool) -> None:
        rows = self._log.commands[host.next_command_offset :][: self._chance.randint(1, 30)]
        if not rows:
            self._look_behind(host)
            return
        batch = host.decide(rows)
        if not batch.values:
            host.appended(-1)
            return
        fate = self._chance.random() if faults else 1.0
        if fate < 0.04:
            self.crash()
        elif fate < 0.10:
            delay_ms = self._chance.choice((0, 0, 0, 50, 2_000, 20_000))
            self._log.late.append(Flight(batch.values, batch.keys, now_ms + delay_ms))
            self._unknown(host)
        else:
            self._land(host, batch.values, fate)

    def _land(self, host: PartitionHost, values: list[bytes], fate: float) -> None:
        offset = self._log.land(values)
        if fate < 0.14:
            return self._unknown(host)  # it landed, and the answer was lost
        if fate < 0.17:
            return self.crash()
        try:
            host.appended(offset)
        except UnknownOutcome:
            return self._unknown(host)
        head = host.standing.chain.position  # rule 12: what a snapshot will be taken at
        assert hash_decision(self._log.decisions[head.offset]) == head.hash
        if self._chance.random() < 0.05:
            self.snapshot = freeze(host)
        return None

    def _unknown(self, host: PartitionHost) -> None:
        host.rollback()
        self._read_on(host)

    def _look_behind(self, host: PartitionHost) -> None:
        """An idle owner learns at its next append; now and then it reads on before."""
        if self._chance.random() < 0.2:
            self._read_on(host)


class Clockwork:
    """A chronograph: reads what counts and ticks once a second."""

    def __init__(self, setting: Setting, name: str, log: Log) -> None:
        self._name = name
        self._log = log
        self._chain = Chain(setting.genesis)
        self._read = 0
        self._at_ms = 0
        self._count = 0
        self.next_ms = 0

    def tick(self, now_ms: int, stamp_ms: int) -> None:
        if now_ms < self.next_ms:
            return
        for offset in range(self._read, len(self._log.decisions)):
            verdict, decision = self._chain.read(offset, self._log.decisions[offset])
            if verdict is Verdict.COUNTED:
                self._at_ms = decision.at_ms
        self._read = len(self._log.decisions)
        self.next_ms = now_ms + 1_000
        self._count += 1
        tick = Tick(f"{self._name}-{self._count:020}", self._name, self._at_ms)
        offset = len(self._log.commands)
        self._log.commands.append(CommandRecord(offset, stamp_ms, None, encode_tick(tick)))


class World:
    """Everything of one seed; `run` lets it go to its end.

    Another family is another `setting` with its own `begin`, `people` and `reused`.
    """

    setting = BIDDINGS
    roots: Sequence[str] = IDS

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.log = Log()
        self.owners = [
            Owner(self.setting, self.log, self.chance) for _ in range(self.chance.choice((1, 2, 3)))
        ]
        self.clocks = [
            Clockwork(self.setting, f"clock{n}", self.log)
            for n in range(self.chance.choice((1, 2)))
        ]
        self.now_ms = START_MS
        self.ahead_ms = 0
        self.deciders_dead_until_ms = self.ticks_stop_until_ms = 0
        self._ids = 0
        self._sent: list[Command] = []

    def run(self) -> "World":
        self.begin()
        for _ in range(STEPS):
            self._step(faults=True)
        until_ms = self.now_ms + HEALTHY_MS
        self.deciders_dead_until_ms = self.ticks_stop_until_ms = 0
        self.log.land_late(until_ms)
        while self.now_ms < until_ms:
            self._step(faults=False)
        self.owners[0].asleep_until_ms = 0
        for _ in range(50 + len(self.log.commands)):
            self.owners[0].step(self.now_ms, faults=False)
        return self

    def _step(self, *, faults: bool) -> None:
        chance = self.chance
        self.now_ms += chance.choice((20, 150, 400, 700))
        self.log.land_late(self.now_ms)
        if faults:
            self._strike()
        if self.now_ms >= self.ticks_stop_until_ms:
            for clock in self.clocks:
                clock.tick(self.now_ms, self._stamp())
        if faults and chance.random() < 0.6:
            self.people()
        if self.now_ms >= self.deciders_dead_until_ms:
            for owner in self.owners:
                if not faults or chance.random() < 0.7:
                    owner.step(self.now_ms, faults=faults)
                    if chance.random() < 0.5:
                        self.log.land_late(self.now_ms)

    def _stamp(self) -> int:
        return self.now_ms + self.ahead_ms

    def _strike(self) -> None:
        chance = self.chance
        fate = chance.random()
        owner = chance.choice(self.owners)
        if fate < 0.010:
            owner.crash()
        elif fate < 0.020:
            owner.asleep_until_ms = self.now_ms + chance.choice((500, 4_000, 30_000))
        elif fate < 0.026:
            self.deciders_dead_until_ms = self.now_ms + chance.choice((1_000, 3_500, 12_000))
        elif fate < 0.032:
            self.ticks_stop_until_ms = self.now_ms + chance.choice((1_500, 3_200, 20_000))
        elif fate < 0.036:
            self.ahead_ms += chance.choice((-3_600_000, -5_000, -400, 400, 5_000, 3_600_000))
        elif fate < 0.040:
            self._poison()

    # people

    def _new_id(self) -> str:
        self._ids += 1
        return f"person-{self._ids:020}"

    def _send(self, command: Command) -> None:
        self._sent.append(command)
        self._append(command.root.encode(), encode_command(command))

    def _append(self, key: bytes | None, value: bytes) -> None:
        offset = len(self.log.commands)
        self.log.commands.append(CommandRecord(offset, self._stamp(), key, value))

    def begin(self) -> None:
        for bidding_id in IDS:
            self._open(bidding_id, self.now_ms + self.chance.randint(2_000, 9_000))

    def _open(self, bidding_id: str, opens_at_ms: int) -> None:
        eligible = tuple(Eligible(number=number) for number in BIDDERS)
        body = ScheduleBidding(terms=terms(bidding_id, opens_at_ms), eligible=eligible)
        self.ask(bidding_id, "officer", "desk_officer", body)

    def ask(self, root: str, actor: str, role: str, body: object, **more: int) -> None:
        kind: str = vars(type(body))["type"]
        self._send(Command(self._new_id(), kind, actor, role, root, root, body, **more))

    def ask_again(self) -> None:
        """A client that did not hear the answer; now and then one that uses its id twice."""
        earlier = self.chance.choice(self._sent[-20:])
        if self.chance.random() < 0.7:
            self._send(earlier)
        else:
            self._reuse(earlier)

    def people(self) -> None:
        chance = self.chance
        bidding_id = chance.choice(IDS)
        fate = chance.random()
        if fate < 0.55:
            self._bid(bidding_id)
        elif fate < 0.62:
            limit_fen = Fen(chance.randint(8, 60) * WAN_FEN)
            self.ask(
                bidding_id, chance.choice(BIDDERS), "bidder", SetProxyLimit(limit_fen=limit_fen)
            )
        elif fate < 0.74 and self._sent:
            self._send(chance.choice(self._sent[-20:]))  # a client that did not hear the answer
        elif fate < 0.78 and self._sent:
            self._reuse(chance.choice(self._sent[-20:]))
        elif fate < 0.80:
            body = SuspendBidding(reason="asked")
            self.ask(bidding_id, "control", "bid_controller", body)
        else:
            self._resume(bidding_id)

    def _bid(self, bidding_id: str) -> None:
        chance = self.chance
        steps = self._price(bidding_id) // WAN_FEN + chance.choice((-1, 0, 1, 1, 1, 2, 5, 30))
        amount_fen = Fen(max(steps, 9) * WAN_FEN + chance.choice((0, 0, 0, 0, 0, 0, 100, 7)))
        body = PlaceBid(amount_fen=amount_fen, confirm_large=chance.random() < 0.8)
        more = {"valid_until_ms": self._stamp() + 5_000} if chance.random() < 0.5 else {}
        self.ask(bidding_id, chance.choice(BIDDERS), "bidder", body, **more)

    def _price(self, bidding_id: str) -> int:
        """What somebody saw of the price, perhaps on a record that does not count."""
        for value in reversed(self.log.decisions[-60:]):
            if bidding_id.encode() in value and (found := _AMOUNT.search(value)) is not None:
                return int(found[1])
        return 9 * WAN_FEN

    def _reuse(self, earlier: Command) -> None:
        role, body = self.reused()
        kind: str = vars(type(body))["type"]
        self._send(
            Command(
                earlier.command_id, kind, earlier.actor, role,
                earlier.root, earlier.aggregate, body,
            )
        )  # fmt: skip

    def reused(self) -> tuple[str, object]:
        """A role and a command that nobody has asked before, for an id that was used."""
        return "bidder", PlaceBid(amount_fen=Fen(99 * WAN_FEN))

    def _resume(self, bidding_id: str) -> None:
        body = ResumeBidding(resumes_at_ms=self._stamp() + self.chance.choice((1_500, 4_000)))
        for actor, role in (("control", "bid_controller"), ("overseer", "supervisor")):
            self.ask(bidding_id, actor, role, body)

    def _poison(self) -> None:
        chance = self.chance
        bad = [b"", b"{", b"\xff\xfe", b'{"schema":9,"x":1}', b'{"schema":1}', b"[" * 5_000]
        self._append(chance.choice((None, b"lot", self.roots[0].encode())), chance.choice(bad))
        if self._sent:
            self._append(b"elsewhere", encode_command(self._sent[-1]))


def worlds(first: int, last: int) -> Iterator[tuple[int, World]]:
    """Every seed of a range, each run to its end."""
    for seed in range(first, last):
        yield seed, World(seed).run()
