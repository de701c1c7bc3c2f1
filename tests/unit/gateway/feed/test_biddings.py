"""What each channel of a bidding is told."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.feed.biddings import Biddings
from gateway.feed.folded import FoldedPartition
from infra.topics import BIDDING as TOPICS
from tests.support.hall import LOG_ID, Hall, eligible, fold
from trading.bidding.commands import (
    AdmitBidder,
    CancelBidding,
    OpenEnvelopes,
    Opening,
    PlaceBid,
    ResumeBidding,
    SetProxyLimit,
    SubmitSealedBid,
    SuspendBidding,
)
from trading.bidding.sealed import commitment_of
from trading.dispatch import BIDDING
from trading.values import BidderNumber, Fen

ROOM, PUBLIC = "bidding:B-1", "bidding.public:B-1"


def bid(amount_fen: int) -> PlaceBid:
    return PlaceBid(amount_fen=Fen(amount_fen))


def opened(**changes: Any) -> Hall:
    hall = Hall()
    hall.run(1)
    hall.schedule("A", "B", "C", **changes)
    hall.run(5)
    return hall


def outcomes(hall: Hall, number: str) -> list[dict[str, Any]]:
    return [one.data for one in hall.told[f"bidder:B-1.{number}"]]


def test_one_decision_is_one_publication_and_its_offset_is_the_public_seq() -> None:
    hall = opened()
    hall.ask("A", "bidder", bid(10_000))
    hall.ask("B", "bidder", bid(10_100))
    offsets = [one.offset for one in hall.told[ROOM] if one.offset is not None]
    assert offsets == list(range(1, len(offsets) + 1))
    last = hall.critical(ROOM)[-1]
    assert last["public_seq"] == offsets[-1] == hall.state()["public_seq"]
    assert last["state"]["leader"] == "B"
    assert last["state"]["min_next_fen"] == 10_200
    assert [row["number"] for row in last["bids"]] == ["B"]
    assert last["receipt"]["hash"] == hall.steps[-1].hash


def test_a_refused_bid_is_told_to_its_bidder_and_to_nobody_else() -> None:
    hall = opened()
    before = len(hall.told[ROOM])
    hall.ask("B", "bidder", bid(9_900))
    assert len(hall.told[ROOM]) == before
    (told,) = outcomes(hall, "B")
    assert told["outcome"]["code"] == "BELOW_START"
    assert told["outcome"]["params"] == {"start_price_fen": 10_000}
    assert not hall.told["bidder:B-1.A"]
    watch = hall.told["bidding.watch:B-1"][-1].data
    assert watch["rejected"][0]["number"] == "B"
    assert "rejected" not in hall.told["bidding.control:B-1"][-1].data["state"]


def test_who_is_outbid_is_told_once_and_who_leads_too() -> None:
    hall = opened()
    hall.ask("A", "bidder", bid(10_000))
    hall.ask("B", "bidder", bid(10_100))
    mine, theirs = outcomes(hall, "A"), outcomes(hall, "B")
    assert [one["kind"] for one in mine] == ["outcome", "outbid"]
    assert mine[-1] == {
        "kind": "outbid", "standing": "outbid", "price_fen": 10_100, "proxy_bids": [],
    }  # fmt: skip
    assert [one["standing"] for one in theirs] == ["leading"]


def test_a_hidden_maximum_is_told_to_its_owner_alone() -> None:
    hall = opened()
    hall.ask("A", "bidder", SetProxyLimit(limit_fen=Fen(77_700)))
    hall.ask("B", "bidder", bid(10_100))
    everything = str(hall.told[ROOM]) + str(hall.told["bidder:B-1.B"]) + str(hall.state())
    assert "77700" not in everything
    room = hall.biddings.find("B-1")
    assert room is not None
    mine = room.bidder_state("A")
    assert mine is not None
    assert mine["proxy_limit_fen"] == 77_700
    assert mine["outcomes"][0]["events"][0] == {"type": "proxy_limit_set", "limit_fen": 77_700}
    assert hall.state()["leader"] == "A"


def test_the_public_sees_it_later_and_a_fresh_snapshot_does_not_jump_the_delay() -> None:
    hall = opened(public_delay_ms=3_000)
    hall.ask("A", "bidder", bid(10_000))
    assert hall.state()["price_fen"] == 10_000
    assert hall.state(public=True)["price_fen"] is None
    room = hall.biddings.find("B-1")
    assert room is not None
    row = room.market_row()
    assert row is not None
    assert row["price_fen"] is None
    hall.run(2)
    assert hall.state(public=True)["price_fen"] is None
    hall.run(1)
    assert hall.state(public=True)["price_fen"] == 10_000
    assert hall.critical(PUBLIC) == hall.critical(ROOM)[: len(hall.critical(PUBLIC))]
    hall.biddings.tick(hall.now_ms, degraded=False)
    inside, outside = hall.told[ROOM][-1].data, hall.told[PUBLIC][-1].data
    assert inside["server_time_ms"] - outside["server_time_ms"] == 3_000


def test_while_envelopes_are_collected_nothing_tells_of_them() -> None:
    hall = opened(mode="one_shot", increments=())
    before = (hall.state(), len(hall.told[ROOM]))
    commitment = commitment_of("B-1", "A", 12_300, "00112233445566778899aabbccddeeff")
    hall.ask("A", "bidder", SubmitSealedBid(commitment=commitment, ciphertext="sealed-canary"))
    assert (hall.state(), len(hall.told[ROOM])) == before
    assert hall.state()["bids_count"] is None
    (told,) = hall.told["bidder:B-1.A"]
    assert told.offset is None
    receipt = told.data["outcome"]["receipt"]
    assert receipt["command_offset"] is receipt["decision_offset"] is None
    assert receipt["hash"] == hall.steps[-1].hash
    assert "sealed-canary" not in str(hall.told)
    assert all(one.offset is None for one in hall.told["bidding.watch:B-1"])
    hall.run(60)
    assert hall.state()["phase"] == "opening"
    assert hall.state()["bids_count"] == 1


SALT = "0" * 32


def sealed(number: str, amount_fen: int) -> SubmitSealedBid:
    return SubmitSealedBid(commitment=commitment_of("B-1", number, amount_fen, SALT), ciphertext="")


def opening(number: str, amount_fen: int) -> Opening:
    return Opening(number=BidderNumber(number), amount_fen=Fen(amount_fen), salt=SALT)


def test_who_opens_is_told_whose_envelopes_lie_there_and_only_then() -> None:
    hall = opened(mode="one_shot", increments=())
    hall.ask("A", "bidder", sealed("A", 20_000))
    hall.ask("B", "bidder", sealed("B", 20_000))
    room = hall.biddings.find("B-1")
    assert room is not None
    for kind in ("bidding.control", "bidding.watch"):
        assert (room.aside_state(kind) or {})["envelopes"] == []
    hall.run(60)
    assert hall.state()["phase"] == "opening"
    box = (room.aside_state("bidding.control") or {})["envelopes"]
    commitments = {number: sealed(number, 20_000).commitment for number in "AB"}
    assert {one["number"]: one["commitment"] for one in box} == commitments
    first = OpenEnvelopes(openings=(opening("A", 20_000), opening("B", 20_000)))
    hall.ask("a-control", "bid_controller", first)
    act = (room.aside_state("bidding.watch") or {})["pending_act"]
    assert (act["act"], act["role"]) == ("open_envelopes", "bid_controller")
    assert act["until_ms"] == act["at_ms"] + 600_000
    assert "20000" not in str(act)


def test_the_tied_are_told_with_their_price_and_ones_own_envelope_to_oneself() -> None:
    hall = opened(mode="one_shot", increments=(), tie_break_ms=30_000)
    hall.ask("A", "bidder", sealed("A", 20_000))
    hall.ask("B", "bidder", sealed("B", 20_000))
    room = hall.biddings.find("B-1")
    assert room is not None
    own = (room.bidder_state("A") or {})["envelope"]
    assert own["commitment"] == sealed("A", 20_000).commitment
    assert own["handed_in_count"] == 1
    assert (room.bidder_state("C") or {})["envelope"] is None
    hall.run(60)
    opens = OpenEnvelopes(openings=(opening("A", 20_000), opening("B", 20_000)))
    hall.ask("a-control", "bid_controller", opens)
    hall.ask("a-watch", "supervisor", opens)
    assert hall.state()["phase"] == "tie_break"
    assert hall.state()["tie"] == {"numbers": ["A", "B"], "price_fen": 20_000}
    assert (room.bidder_state("A") or {})["envelope"] is None


def test_the_clock_says_how_far_the_room_is_each_view_its_own() -> None:
    hall = opened(public_delay_ms=5_000)
    hall.ask("A", "bidder", bid(10_000))
    room = hall.biddings.find("B-1")
    assert room is not None
    inside, outside = room.inside.clock(0, degraded=False), room.outside.clock(0, degraded=False)
    assert inside["public_seq"] == hall.state()["public_seq"]
    assert outside["public_seq"] == hall.state(public=True)["public_seq"]
    assert outside["public_seq"] < inside["public_seq"]


def test_the_rule_card_and_the_result_are_in_the_state() -> None:
    hall = opened(reserve_sealed=False)
    assert hall.state()["terms"]["extension_ms"] == 20_000
    hall.ask("A", "bidder", bid(10_000))
    hall.run(90)
    assert hall.state()["result"] == {
        "outcome": "sold", "price_fen": 10_000, "winner": "A", "reason": "",
        "deal_no": hall.state()["result"]["deal_no"],
    }  # fmt: skip
    assert hall.state()["result"]["deal_no"]
    empty = opened()
    empty.run(90)
    assert empty.state()["result"]["reason"] == "no_bid"


def test_an_extension_is_marked_on_the_bid_that_brought_it() -> None:
    hall = opened(free_ms=2_000)
    hall.ask("A", "bidder", bid(10_000))
    hall.run(5)
    hall.ask("B", "bidder", bid(10_100))
    assert [row["extended"] for row in hall.state()["bids"]] == [True, False]


def test_a_suspension_tells_its_reason_and_when_it_goes_on() -> None:
    hall = opened(resume_notice_ms=1_000, two_person_window_ms=3_000)
    hall.ask("a-control", "bid_controller", SuspendBidding(reason="the line is down"))
    assert hall.state()["suspension"]["reason"] == "the line is down"
    resumes_at_ms = hall.now_ms + 5_000
    resume = ResumeBidding(resumes_at_ms=resumes_at_ms)
    hall.ask("a-control", "bid_controller", resume)
    assert hall.told["bidding.control:B-1"][-1].data["state"]["pending_act"]["role"]
    hall.ask("a-watch", "supervisor", resume)
    assert hall.state()["suspension"]["resumes_at_ms"] == resumes_at_ms
    hall.run(6)
    assert hall.state()["suspension"] is None


def test_nothing_public_bears_who_may_bid_or_who_works_there() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule("canary-A", "canary-B")
    hall.run(3)
    hall.ask("a-desk-canary", "desk_officer", AdmitBidder(bidder=eligible("canary-C")[0]))
    hall.run(3)
    hall.ask("a-control-canary", "bid_controller", SuspendBidding(reason="canaries rest"))
    public = str(hall.told[ROOM]) + str(hall.told[PUBLIC]) + str(hall.state())
    assert "canary-" not in public


def test_a_cancelled_bidding_says_so() -> None:
    hall = Hall()
    hall.run(1)
    hall.schedule()
    hall.ask("a-issuer", "desk_issuer", CancelBidding(reason="withdrawn"))
    assert hall.state()["phase"] == "cancelled"
    assert hall.state()["result"]["reason"] == "cancelled"


MOVES = st.lists(
    st.tuples(
        st.sampled_from(["bid", "proxy", "tick", "suspend", "resume", "match"]),
        st.sampled_from(["A", "B", "C"]),
        st.integers(0, 40),
    ),
    max_size=40,
)


def _play(hall: Hall, moves: list[tuple[str, str, int]]) -> None:
    hall.run(1)
    hall.schedule("A", "B", "C", free_ms=10_000, extension_ms=5_000, resume_notice_ms=0)
    hall.run(5)
    for what, number, size in moves:
        if what == "bid":
            hall.ask(number, "bidder", bid(10_000 + 100 * size))
        elif what == "proxy":
            hall.ask(number, "bidder", SetProxyLimit(limit_fen=Fen(10_000 + 100 * size)))
        elif what == "suspend":
            hall.ask("a-control", "bid_controller", SuspendBidding(reason="r"))
        elif what == "resume":
            body = ResumeBidding(resumes_at_ms=hall.now_ms + 1_000)
            hall.ask("a-control", "bid_controller", body)
            hall.ask("a-watch", "supervisor", body)
        hall.run(size % 3)


@settings(max_examples=60, deadline=None)
@given(MOVES)
def test_a_snapshot_and_the_deltas_after_it_make_the_newest_snapshot(
    moves: list[tuple[str, str, int]],
) -> None:
    hall = Hall()
    _play(hall, moves)
    states, told = hall.states[ROOM], hall.critical(ROOM)
    assert sorted(states) == [one["public_seq"] for one in told] == list(range(1, len(told) + 1))
    for offset, state in states.items():
        for one in told[offset:]:
            state = fold(state, one)  # noqa: PLW2901
        assert state == hall.state()


@settings(max_examples=30, deadline=None)
@given(MOVES, st.data())
def test_stale_copies_change_nothing_and_tell_nothing(
    moves: list[tuple[str, str, int]], data: st.DataObject
) -> None:
    hall = Hall()
    _play(hall, moves)
    told: list[Any] = []
    folded = FoldedPartition(TOPICS, BIDDING, LOG_ID, 0)
    biddings = Biddings(told.append)
    offset = 0
    for index, value in enumerate(hall.values):
        copies = [value]
        if data.draw(st.booleans()):
            copies.append(hall.values[data.draw(st.integers(0, index))])
        for one in copies:
            step = folded.take(offset, one)
            offset += 1
            if step is not None:
                biddings.take(step, hall.now_ms)
    room = biddings.find("B-1")
    assert room is not None
    assert room.inside.state() == hall.state()
    mine = [one.offset for one in told if one.channel == ROOM]
    assert mine == [one.offset for one in hall.told[ROOM] if one.offset is not None]


def test_who_bids_by_a_limit_is_told_to_himself_and_to_all_once_it_has_closed() -> None:
    hall = opened()
    hall.ask("A", "bidder", SetProxyLimit(limit_fen=Fen(20_000)))
    hall.ask("B", "bidder", bid(10_100))
    assert hall.state()["bids"][0]["number"] == "A"
    said = repr([hall.told[ROOM], hall.told[PUBLIC], hall.state()])
    assert "is_proxy" not in said
    assert "'is_proxy': True" not in repr(outcomes(hall, "B"))
    assert hall.state()["proxy_bids"] is None
    seqs = [row["seq"] for row in hall.state()["bids"] if row["number"] == "A"]
    mine = outcomes(hall, "A")
    assert mine[0]["outcome"]["events"][-1]["is_proxy"] is True
    assert sorted(mine[-1]["proxy_bids"]) == sorted(seqs)
    assert outcomes(hall, "B")[-1]["proxy_bids"] == []
    room = hall.biddings.find("B-1")
    assert room is not None
    state = room.bidder_state("A")
    assert state is not None
    assert sorted(state["proxy_bids"]) == sorted(seqs)
    hall.run(90)
    assert sorted(hall.state()["proxy_bids"]) == sorted(seqs)
    assert sorted(hall.critical(PUBLIC)[-1]["state"]["proxy_bids"]) == sorted(seqs)
