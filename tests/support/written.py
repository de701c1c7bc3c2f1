"""A small log in memory, written by the real host, for what is to be planted in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import BIDDING as TOPICS
from processors.host import CommandRecord, PartitionHost
from processors.verify import DecisionRecord, Report, Verifier
from trading.bidding.commands import Eligible, IncrementBand, PlaceBid, ScheduleBidding, Terms
from trading.dispatch import BIDDING
from trading.values import BidderNumber, Fen

LOG_ID = "a-log"
START_MS = 1_800_000_000_000


@dataclass
class Written:
    """Both topics of one partition (of one)."""

    commands: list[CommandRecord] = field(default_factory=list)
    decisions: list[DecisionRecord] = field(default_factory=list)


def host() -> PartitionHost:
    """A fresh host of the only partition."""
    return PartitionHost(BIDDING, LOG_ID, TOPICS.commands, 0, 1)


def _record(offset: int, at_ms: int, ask: Command | Tick) -> CommandRecord:
    if isinstance(ask, Tick):
        return CommandRecord(offset, at_ms, None, encode_tick(ask))
    return CommandRecord(offset, at_ms, ask.root.encode(), encode_command(ask))


def asks(bids: int) -> list[Command | Tick]:
    """A bidding from its schedule over bids, good and bad, with a tick a second."""
    terms = Terms(
        lot="a lot", mode="dynamic", profile="test", start_price_fen=Fen(10_000),
        increments=(IncrementBand(from_fen=Fen(0), increment_fen=Fen(100)),),
        opens_at_ms=START_MS + 2_500, lobby_ms=1_000, free_ms=3_600_000, min_gap_ms=0,
    )  # fmt: skip
    eligible = tuple(Eligible(number=BidderNumber(number)) for number in ("N1", "N2"))
    schedule = ScheduleBidding(terms=terms, eligible=eligible)
    found: list[Command | Tick] = [tick(0), tick(1), command(0, "desk-1", "desk_officer", schedule)]
    found += [tick(2), tick(3), tick(4)]
    for index in range(bids):
        body = PlaceBid(amount_fen=Fen(10_000 + 100 * index), confirm_large=True)
        found.append(command(index + 1, f"N{index % 3 + 1}", "bidder", body))
        found.append(tick(index + 5))
    return found


def tick(index: int) -> Tick:
    """A tick that has heard everything."""
    return Tick(f"tick-{index:020d}", "chronograph-0", START_MS + 3_600_000)


def command(index: int, actor: str, role: str, body: Any) -> Command:
    """A command on the only bidding."""
    return Command(f"command-{index:020d}", body.type, actor, role, "B-1", "B-1", body)


def write(asked: list[Command | Tick]) -> Written:
    """Decide everything, a second apart."""
    made = Written()
    one = host()
    for offset, ask in enumerate(asked):
        made.commands.append(_record(offset, START_MS + offset * 1_000, ask))
    batch = one.decide(made.commands)
    assert batch.taken == len(made.commands)
    made.decisions = [
        DecisionRecord(offset, key, value)
        for offset, (key, value) in enumerate(zip(batch.keys, batch.values, strict=True))
    ]
    return made


def verify(
    commands: list[CommandRecord],
    decisions: list[DecisionRecord],
    head: tuple[int, str] | None = None,
    chunk: int = 7,
    starts: tuple[int, int] = (0, 0),
    checkpoint: bytes | None = None,
) -> Report:
    """Prove a log in memory, fed in small chunks; of a pruned one what is left of it."""
    verifier = Verifier(
        BIDDING, LOG_ID, TOPICS.commands, 0, 1, head=head, starts=starts, checkpoint=checkpoint
    )
    decisions = [one for one in decisions if one.offset >= verifier.reads_from[0]]
    rest = [one for one in commands if one.offset >= verifier.reads_from[1]]
    for start in range(0, len(decisions), chunk):
        verifier.feed_decisions(decisions[start : start + chunk])
        while verifier.needs_commands and rest:
            verifier.feed_commands(rest[:chunk])
            del rest[:chunk]
    verifier.feed_commands(rest)
    return verifier.finish()


def renumbered_commands(records: list[CommandRecord]) -> list[CommandRecord]:
    """The records as a forger would number them."""
    return [
        CommandRecord(offset, one.timestamp_ms, one.key, one.value)
        for offset, one in enumerate(records)
    ]


def renumbered_decisions(records: list[DecisionRecord]) -> list[DecisionRecord]:
    """The records as a forger would number them."""
    return [DecisionRecord(offset, one.key, one.value) for offset, one in enumerate(records)]
