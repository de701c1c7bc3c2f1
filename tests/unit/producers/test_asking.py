"""Lines that are no commands are told before the log; what may be left out is filled in."""

from __future__ import annotations

import msgspec
import pytest

from producers.asking import BadLine, NotTaken, command_of
from tests.support.builders import eligible, terms
from trading.bidding.commands import PlaceBid, ScheduleBidding

BID = {
    "type": "place_bid",
    "actor": "N1",
    "acting_role": "bidder",
    "aggregate": "B-1",
    "body": {"amount_fen": 10_000},
}


def test_what_may_be_left_out_is_filled_in() -> None:
    command = command_of(msgspec.json.encode(BID))
    assert isinstance(command.body, PlaceBid)
    assert (command.root, command.aggregate) == ("B-1", "B-1")
    assert len(command.command_id) >= 22
    assert command.command_id != command_of(msgspec.json.encode(BID)).command_id


def test_an_id_that_is_given_is_kept() -> None:
    mine = "my-own-id-0123456789-abc"
    assert command_of(msgspec.json.encode({**BID, "command_id": mine})).command_id == mine


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        msgspec.json.encode({**BID, "type": "no_such"}),
        msgspec.json.encode({**BID, "schema": 2}),
        msgspec.json.encode({**BID, "body": {"amount_fen": "10000"}}),
        msgspec.json.encode({**BID, "body": {"amount_fen": 1.5}}),
        msgspec.json.encode({**BID, "aggregate": "with spaces"}),
        msgspec.json.encode({**BID, "type": "clock_tick", "acting_role": "system"}),
        msgspec.json.encode({name: value for name, value in BID.items() if name != "aggregate"}),
    ],
)
def test_a_bad_line_is_told(line: bytes) -> None:
    with pytest.raises(BadLine):
        command_of(line)


def test_in_a_real_run_every_line_is_the_operators() -> None:
    suspend = {"type": "suspend_bidding", "acting_role": "bid_controller", "aggregate": "B-1"}
    suspend |= {"body": {"reason": "x"}}  # type: ignore[dict-item]
    assert command_of(msgspec.json.encode(suspend), operator=True).actor == "operator"
    for line in (BID, {**BID, "actor": "operator"}, {**suspend, "actor": "desk-1"}):
        with pytest.raises(BadLine):
            command_of(msgspec.json.encode(line), operator=True)


def line_of(**about: object) -> bytes:
    """A line by which a desk officer opens a bidding."""
    body = ScheduleBidding(terms=terms(**about), eligible=eligible("101", "102"))
    return msgspec.json.encode(
        {**BID, "type": "schedule_bidding", "acting_role": "desk_officer", "body": body}
    )


def test_a_line_opens_no_bidding_below_the_floors_nor_on_terms_that_are_not_for_here() -> None:
    second = {"profile": "standard", "free_ms": 1_000, "resume_notice_ms": 1_800_000}
    for line, running, code in (
        (line_of(**second), "standard", "BELOW_FLOOR"),
        (line_of(**second), "demo", "BELOW_FLOOR"),
        (line_of(profile="demo"), "standard", "PROFILE_NOT_ALLOWED"),
    ):
        with pytest.raises(NotTaken) as refused:
            command_of(line, running=running)
        assert refused.value.rejection.code == code
    assert isinstance(command_of(line_of(profile="demo"), running="demo").body, ScheduleBidding)
    lawful = line_of(**{**second, "free_ms": 3_600_000})
    assert isinstance(command_of(lawful).body, ScheduleBidding)
