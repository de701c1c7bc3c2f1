"""Rows of biddings agree with what the rules fold."""

from pathlib import Path
from typing import Any

import pytest

from processors.projections import bid_rooms
from processors.projections.changes import Update
from tests.support.builders import (
    CONTROL,
    OPENS_AT_MS,
    SUPERVISOR,
    Play,
    bidder,
    limited,
    opened,
    wan,
)
from tests.support.rows import Rows, changes_of, context, written
from trading.bidding import events as ev
from trading.bidding.commands import PlaceBid, ResumeBidding, SuspendBidding
from trading.values import BidderNumber


def bid(play: Play, number: str, amount_wan: float, at_ms: int) -> None:
    command = PlaceBid(amount_fen=wan(amount_wan), confirm_large=True)
    assert play.code(bidder(number), command, at_ms) == "ok"


def rows_after(play: Play, folder: Path) -> Rows:
    return written(folder, changes_of(bid_rooms.project, "b1", play.events))


def agrees(row: dict[str, Any], play: Play) -> bool:
    now = play.now
    seen = (row["phase"], row["price_fen"], row["leader"] or None, row["ends_at_ms"])
    return seen == (now.phase, now.price_fen, now.leader, now.ends_at_ms)


def test_every_bid_is_a_row_and_the_newest_price_the_biddings(tmp_path: Path) -> None:
    play = limited()
    start_ms = OPENS_AT_MS + 60_000
    bid(play, "A", 200, start_ms + 1_000)
    bid(play, "B", 220, start_ms + 2_000)
    found = rows_after(play, tmp_path)
    assert agrees(found["biddings"][0], play)
    assert found["biddings"][0]["bids_count"] == 2
    assert [(row["number"], row["amount_fen"]) for row in found["bids"]] == [
        ("A", wan(200)),
        ("B", wan(220)),
    ]


def test_every_step_to_the_deal_agrees_with_the_rules(tmp_path: Path) -> None:
    play = opened()
    bid(play, "A", 210, OPENS_AT_MS + 1_000)
    play.tick(OPENS_AT_MS + 60_000)
    bid(play, "B", 220, OPENS_AT_MS + 61_000)
    play.tick(OPENS_AT_MS + 400_000)
    for length in range(1, len(play.events) + 1):
        folder = tmp_path / str(length)
        folder.mkdir()
        part = Play()
        part.happens(*play.events[:length])
        if part.now.phase != "ended":  # nobody ever meets it
            assert agrees(rows_after(part, folder)["biddings"][0], part), play.events[length - 1]
    row = rows_after(play, tmp_path)["biddings"][0]
    assert (row["outcome"], row["winner"], row["result_price_fen"]) == ("sold", "B", wan(220))
    assert row["deal_no"]
    assert row["closed_at_ms"] is not None


def test_a_suspended_bidding_goes_back_to_where_it_was(tmp_path: Path) -> None:
    play = limited()
    start_ms = OPENS_AT_MS + 60_000
    bid(play, "A", 200, start_ms + 1_000)
    assert play.code(CONTROL, SuspendBidding(reason="power cut"), start_ms + 2_000) == "ok"
    stopped = rows_after(play, tmp_path)["biddings"][0]
    assert (stopped["phase"], stopped["suspended_reason"]) == ("suspended", "power cut")
    again = ResumeBidding(resumes_at_ms=start_ms + 3_600_000)
    assert play.code(CONTROL, again, start_ms + 3_000) == "ok"
    assert play.code(SUPERVISOR, again, start_ms + 4_000) == "ok"
    play.tick(start_ms + 3_600_000)
    (tmp_path / "again").mkdir()
    row = rows_after(play, tmp_path / "again")["biddings"][0]
    assert agrees(row, play)
    assert (row["phase"], row["suspended_reason"]) == ("limited_bidding", "")


def test_void_envelopes_are_rows_that_do_not_count(tmp_path: Path) -> None:
    opened_bids = (
        ev.OpenedBid(BidderNumber("A"), wan(200), OPENS_AT_MS),
        ev.OpenedBid(BidderNumber("B"), wan(1), OPENS_AT_MS, "BELOW_START"),
    )
    events = [*opened(mode="one_shot").events, ev.EnvelopesOpened(opened_bids)]
    found = written(tmp_path, changes_of(bid_rooms.project, "b1", events))
    assert [row["void_code"] for row in found["bids"]] == ["", "BELOW_START"]
    assert found["biddings"][0]["bids_count"] == 1


def test_a_fault_is_kept_with_the_bidding(tmp_path: Path) -> None:
    changes = changes_of(bid_rooms.project, "b1", opened().events)
    found = written(tmp_path, [*changes, *bid_rooms.halted(context("b1", 99))])
    assert found["biddings"][0]["halted"] == 1


@pytest.mark.parametrize(
    "event", [ev.SuspensionReviewDue(), ev.PriorityWaived(BidderNumber("A"), silent=False)]
)
def test_an_event_without_columns_moves_only_the_count(event: object) -> None:
    (change,) = bid_rooms.project(event, context("b1", 7))
    assert isinstance(change, Update)
    assert set(change.values) == {"at_ms", "public_seq"}
