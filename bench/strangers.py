"""Bids with and without the worst that strangers may do beside them (bench/storm.py), in turns.

The house of `bench/bids.py`: broker, deciders, time and the push gateway as they are shipped.
Bidders send bids at a steady rate; for half of the turns the storm is on. A delay is from the
sending of a bid to its reply (it is on the log), and to the outcome on the bidder's own channel.
"""

import asyncio
import json
import sys
import time
from typing import Final

from bench.bidders import Bidders
from bench.bids import House, house_of, token_of
from bench.fanout import Program
from bench.lots import BIDDERS
from bench.measure import RUNS, median, percentile, say
from infra.clock import now_ms
from infra.identity.subject import PUBLIC

RATE: Final = 50
SECONDS: Final = 6
SETTLE_SECONDS: Final = 2.0


async def measure() -> None:
    """All turns on one house."""
    async with house_of(BIDDERS) as house:
        token = house.tokens.issue_push(PUBLIC, now_ms()).token
        about = (str(house.port), token, f"bidding.public:{house.bidding_id}")
        storm = Program([sys.executable, "-m", "bench.storm", *about])
        try:
            await asyncio.to_thread(_run, house, storm)
        finally:
            storm.end()


def _run(house: House, storm: Program) -> None:
    tokens = [token_of(house.tokens, number) for number in BIDDERS]
    seats = Bidders(house.port, house.bidding_id, BIDDERS, tokens)
    turns: dict[str, list[tuple[float, ...]]] = {"quiet": [], "storm": []}
    _turn(house, seats)  # the first is the machine's
    for _ in range(RUNS):
        turns["quiet"].append(_turn(house, seats))
        storm.tell("on")
        seats.stay(SETTLE_SECONDS)
        turns["storm"].append(_turn(house, seats))
        storm.tell("off")
        seats.stay(SETTLE_SECONDS)
    told = [json.loads(storm.line()) for _ in range(2 * RUNS)][-1]  # to wait earlier costs pongs
    names = ("reply_p50_ms", "reply_p99_ms", "outcome_p50_ms", "outcome_p99_ms", "push_cpu_share")
    middle = {
        side: [median([turn[at] for turn in found]) for at in range(len(names))]
        for side, found in turns.items()
    }
    for side, figures in middle.items():
        say(
            f"bids at {RATE}/s, {side}",
            **{name: round(one, 2) for name, one in zip(names, figures, strict=True)},
        )
    ratios = [
        median(
            [
                turn[at] / quiet[at]
                for turn, quiet in zip(turns["storm"], turns["quiet"], strict=True)
            ]
        )
        for at in range(4)
    ]
    say(
        "bids beside strangers, storm to quiet, median of pairs",
        **{name[:-3]: round(one, 2) for name, one in zip(names, ratios, strict=False)},
        refused=len(seats.refused),
        lost=seats.lost,
        push_mib=round(house.roles["push"].rss_kib / 1_024, 1),
        **told,
    )


def _turn(house: House, seats: Bidders) -> tuple[float, ...]:
    seats.reply_ms.clear()
    seats.outcome_ms.clear()
    count, cpu_s, begun = RATE * SECONDS, house.roles["push"].cpu_s, time.monotonic()
    seats.bid(count, RATE)
    share = (house.roles["push"].cpu_s - cpu_s) / (time.monotonic() - begun)
    seats.wait(count, seconds_max=20.0)
    replies, outcomes = seats.reply_ms, seats.outcome_ms
    assert len(replies) == len(outcomes) == count, (len(replies), len(outcomes), seats.refused[:1])
    return (
        percentile(replies, 0.5), percentile(replies, 0.99),
        percentile(outcomes, 0.5), percentile(outcomes, 0.99), share,
    )  # fmt: skip


def main() -> None:
    """Print a line a side, and one of both."""
    asyncio.run(measure())


if __name__ == "__main__":
    main()
