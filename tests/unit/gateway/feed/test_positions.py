"""No place on the log is told while it would count what is hidden, wherever it would be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.feed.folded import Answer
from tests.support.hall import Hall
from trading.bidding.commands import PlaceBid, SubmitSealedBid
from trading.bidding.sealed import commitment_of
from trading.values import Fen

NAMES = ("offset", "decision_offset", "command_offset")
SALT = "00112233445566778899aabbccddeeff"


def bid(amount_fen: int) -> PlaceBid:
    return PlaceBid(amount_fen=Fen(amount_fen))


def sealed(number: str) -> SubmitSealedBid:
    commitment = commitment_of("B-2", number, 12_300, SALT)
    return SubmitSealedBid(commitment=commitment, ciphertext="sealed-canary")


def places(found: Any) -> Iterator[int]:
    """Every place on the log that stands anywhere in what somebody is told."""
    if isinstance(found, dict):
        for name, value in found.items():
            if name in NAMES and value is not None:
                yield value
            yield from places(value)
    elif isinstance(found, list | tuple):
        for one in found:
            yield from places(one)


def told_of(hall: Hall, bidding_id: str, since: dict[str, int]) -> list[int]:
    """Places told of a bidding since a mark: in publications, in states, in answers."""
    found: list[int] = []
    for channel, publications in hall.told.items():
        if f":{bidding_id}" not in channel:
            continue
        for one in publications[since.get(channel, 0) :]:
            found += places(one.data)
            if one.offset is not None and channel.startswith(("bidder:", "bidding.control:")):
                found.append(one.offset)
    room = hall.biddings.find(bidding_id)
    assert room is not None
    found += places([room.bidder_state("A"), room.inside.state(), room.outside.state()])
    for step in hall.steps[-1:]:
        answer = Answer(step.family, 0, step.offset, step.decision, step.hash)
        found += places(hall.biddings.outcome(answer, bidding_id, "A"))
    return found


def mark(hall: Hall) -> dict[str, int]:
    return {channel: len(publications) for channel, publications in hall.told.items()}


def test_nothing_in_a_partition_is_placed_while_envelopes_lie_closed_in_it() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "B", free_ms=600_000)
    hall.schedule("A", "B", bidding_id="B-2", mode="one_shot", increments=())
    hall.run(1)
    room = hall.biddings.find("B-1")
    assert room is not None
    assert room.tells_offsets
    hall.run(5)
    before = mark(hall)
    hall.ask("A", "bidder", bid(10_000))
    hall.ask("A", "bidder", sealed("A"), "B-2")
    hall.ask("B", "bidder", sealed("B"), "B-2")
    hall.ask("A", "bidder", bid(10_000))  # refused
    hall.ask("B", "bidder", bid(10_100))
    hall.ask("A", "bidder", bid(10_200))
    assert hall.told["bidder:B-1.A"]
    assert (told_of(hall, "B-1", before), told_of(hall, "B-2", before)) == ([], [])
    assert not room.tells_offsets
    hidden_until = hall.biddings.positions.hidden_until(0, "B-1")
    assert hidden_until == hall.steps[-1].offset, "a client of before is given the state"
    hall.run(90)  # nobody opens them: the collection is over
    assert not hall.biddings.positions.are_told(0, "B-1")


def test_places_are_told_again_once_no_envelope_lies_closed() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "B", free_ms=600_000)
    hall.schedule("A", "B", bidding_id="B-2", mode="one_shot", increments=(), collect_ms=30_000)
    hall.run(8)
    hall.ask("A", "bidder", bid(10_000))
    assert not hall.biddings.positions.are_told(0, "B-1")
    hall.run(60)  # no envelope was handed in: it has ended
    assert hall.state("B-2")["phase"] == "closed_unsold"
    before = mark(hall)
    hall.ask("A", "bidder", bid(9_000))  # refused
    step = hall.ask("B", "bidder", bid(10_100))
    assert step.offset in told_of(hall, "B-1", before)
    assert hall.told["bidder:B-1.B"][-1].offset == step.offset + 1


def test_who_does_not_see_a_delayed_bidding_cannot_count_its_bids() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "B", free_ms=600_000)
    hall.schedule("A", "B", bidding_id="B-2", public_delay_ms=3_000)
    hall.run(5)
    before = mark(hall)
    hall.ask("A", "bidder", bid(10_000), "B-2")
    own = hall.ask("A", "bidder", bid(10_000))
    assert own.offset not in told_of(hall, "B-1", before)
    last = hall.ask("B", "bidder", bid(10_100), "B-2")
    assert last.offset in told_of(hall, "B-2", before), "its own people see all of it"
    assert hall.biddings.positions.hidden_until(0, "B-2") == -1
    hall.run(120)
    assert hall.state("B-2", public=True)["phase"] == "closed_sold"
    assert hall.biddings.positions.are_told(0, "B-1")
