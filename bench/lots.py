"""Synthetic biddings for the benchmarks: long periods, many bidders, everything accepted."""

import itertools
from collections.abc import Iterator

from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import partition_of
from processors.host import CommandRecord
from trading.bidding.commands import Eligible, IncrementBand, PlaceBid, ScheduleBidding, Terms
from trading.values import BidderNumber, Fen

WAN_FEN = 1_000_000
START_MS = 1_800_000_000_000
BIDDERS = tuple(BidderNumber(f"{number:03}") for number in range(1, 41))


def terms(lot: str = "bench") -> Terms:
    """Terms of a bidding that stays in its free period for a day."""
    return Terms(
        lot=lot,
        mode="dynamic",
        start_price_fen=Fen(100),
        increments=(IncrementBand(from_fen=Fen(0), increment_fen=Fen(100)),),
        opens_at_ms=START_MS + 60_000,
        lobby_ms=30_000,
        min_gap_ms=0,
        stall_threshold_ms=10_000,
    )


def bidding_ids(partition: int, partitions: int, count: int) -> list[str]:
    """Ids of biddings that live in one partition."""
    names = (f"bench-{number}" for number in itertools.count())
    return list(
        itertools.islice((n for n in names if partition_of(n, partitions) == partition), count)
    )


def command_id(number: int) -> str:
    """An id of the right shape; not random, because a benchmark repeats."""
    return f"bench-{number:020}"


def numbers(count: int) -> tuple[BidderNumber, ...]:
    """The numbers of so many bidders."""
    return tuple(BidderNumber(f"{number:03}") for number in range(1, count + 1))


def schedule(
    bidding_id: str,
    number: int,
    about: Terms | None = None,
    bidders: tuple[BidderNumber, ...] = BIDDERS,
) -> Command:
    """The opening command."""
    eligible = tuple(Eligible(number=bidder) for bidder in bidders)
    body = ScheduleBidding(terms=about or terms(bidding_id), eligible=eligible)
    return Command(
        command_id(number), body.type, "officer-1", "desk_officer", bidding_id, bidding_id, body
    )


def bid(bidding_id: str, number: int, step: int) -> Command:
    """The `step`-th bid of a bidding (from 0): accepted if all before it were."""
    body = PlaceBid(amount_fen=Fen(100 * (step + 1)))
    bidder = BIDDERS[step % len(BIDDERS)]
    return Command(command_id(number), body.type, bidder, "bidder", bidding_id, bidding_id, body)


def records(biddings: list[str], bids_count: int) -> Iterator[CommandRecord]:
    """One partition's command records: schedules, ticks to open, then bids with 1 Hz ticks."""
    offsets = itertools.count()
    number = itertools.count()
    at_ms = START_MS

    def record(command: Command) -> CommandRecord:
        key = command.root.encode()
        return CommandRecord(next(offsets), at_ms, key, encode_command(command))

    def tick() -> CommandRecord:
        value = encode_tick(Tick(command_id(next(number)), "clock-1", at_ms))
        return CommandRecord(next(offsets), at_ms, None, value)

    for bidding_id in biddings:
        yield record(schedule(bidding_id, next(number)))
    for after_ms in (30_000, 30_000):
        at_ms += after_ms
        yield tick()
    steps = dict.fromkeys(biddings, 0)
    for index in range(bids_count):
        if index % 1_000 == 0:
            at_ms += 1_000
            yield tick()
        bidding_id = biddings[index % len(biddings)]
        yield record(bid(bidding_id, next(number), steps[bidding_id]))
        steps[bidding_id] += 1
