"""What one aggregate's decision asks of another, as a table; ids that a repeat does not change."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from infra.codec import Asked, Decision, Entry, Refusal, encode_command, encode_event
from infra.codec.commands import COMMAND_ID, decode_command
from infra.topics import BIDDING, ROADSHOW
from processors import handover
from processors.handover import HANDOVER, place_of, react
from processors.reacting import (
    Asking,
    Cause,
    DeadLetter,
    Happening,
    Heard,
    derived_id,
    hear,
    merged,
)
from roadshow.dispatch import ROADSHOW as SHOWS
from roadshow.plan import LiveOffer
from roadshow.session.commands import (
    EligibleBidder,
    RecordBiddingClosed,
    RecordBiddingOpened,
    RecordBiddingRefused,
)
from roadshow.session.events import ItemBiddingRequested
from tests.support import shows
from trading.bidding.commands import DeclareNoReserve, ScheduleBidding
from trading.bidding.events import (
    BiddingCancelled,
    BiddingClosed,
    DealConfirmed,
    FreeBiddingOpened,
    LobbyOpened,
)
from trading.bidding.floors import terms_out_of_bounds
from trading.bidding.terms import bad_field
from trading.dispatch import BIDDING as BIDDINGS
from trading.values import BidderNumber, Fen

CAUSE = Cause("roadshow.decisions", 2, 77)
BIDDING_ID = "s1.i1.1"


def heard(*events: object, aggregate: str = BIDDING_ID, **changes: object) -> Heard:
    happenings = tuple(Happening(aggregate, event) for event in events)
    known = {
        "cause": CAUSE, "at_ms": 5_000, "aggregate": aggregate, "actor": "", "command_type": "",
        "command_id": "", "refused": False, "code": "", "happenings": happenings,
    }  # fmt: skip
    return Heard(**{**known, **changes})  # type: ignore[arg-type]


def requested(offer: LiveOffer | None = None) -> ItemBiddingRequested:
    eligible = (
        EligibleBidder(number=BidderNumber("101")),
        EligibleBidder(number=BidderNumber("102")),
    )
    wanted = offer or shows.offer()
    return ItemBiddingRequested("i1", BIDDING_ID, 1, wanted, eligible, 65_000, 125_000, "standard")


def commands(acts: list[handover.Act]) -> list[Asking]:
    return [act for act in acts if isinstance(act, Asking)]


def test_an_item_that_asks_for_a_bidding_gets_it_scheduled_under_the_terms_of_its_offer() -> None:
    offer = shows.offer(ceiling_price_fen=Fen(900_000_000), extension_ms=30_000, steps_max=7)
    (act,) = commands(react(heard(requested(offer), aggregate="s1")))
    schedule = act.command.body
    assert isinstance(schedule, ScheduleBidding)
    assert (act.family, act.command.root, act.command.actor) == (BIDDING, BIDDING_ID, HANDOVER)
    terms = schedule.terms
    assert (terms.mode, terms.profile, terms.lot) == ("live_timed", "standard", offer.lot)
    assert terms_out_of_bounds(terms) is None
    assert terms.two_person_window_ms == 600_000
    assert (terms.opens_at_ms, terms.extension_ms, terms.steps_max) == (65_000, 30_000, 7)
    assert (terms.start_price_fen, terms.ceiling_price_fen) == (200_000_000, 900_000_000)
    assert [one.number for one in schedule.eligible] == ["101", "102"]
    assert bad_field(schedule, 5_000) is None


def test_in_a_demo_the_second_of_two_people_has_less_time() -> None:
    asked = replace(requested(shows.offer()), profile="demo")
    assert handover.terms_of(asked).two_person_window_ms == 20_000


def test_every_field_that_offer_and_terms_share_is_carried_over() -> None:
    offer = shows.offer()
    terms = handover.terms_of(requested(offer))
    apart = {"reserve", "lobby_ms", "increments", "raised_increments"}
    for name in set(LiveOffer.__slots__) - apart:
        assert getattr(terms, name) == getattr(offer, name), name


@pytest.mark.parametrize(
    ("reserve", "sealed", "declared"),
    [("undeclared", False, False), ("none_declared", False, True), ("sealed", True, False)],
)
def test_a_reserve_is_announced_as_the_offer_says(
    reserve: str, sealed: bool, declared: bool
) -> None:
    acts = commands(react(heard(requested(shows.offer(reserve=reserve)), aggregate="s1")))
    assert acts[0].command.body.terms.reserve_sealed is sealed
    assert [type(act.command.body) for act in acts[1:]] == [DeclareNoReserve] * declared


CLOSED = BiddingClosed(sold=True)
DEAL = DealConfirmed("D1", BidderNumber("101"), Fen(300), "highest_bid")


@pytest.mark.parametrize(
    ("events", "wanted"),
    [
        ((LobbyOpened(1),), []),
        (
            (FreeBiddingOpened(9_000),),
            [RecordBiddingOpened(item_id="i1", bidding_id=BIDDING_ID)],
        ),
        (
            (CLOSED, DEAL),
            [
                RecordBiddingClosed(
                    item_id="i1", bidding_id=BIDDING_ID, outcome="sold", price_fen=Fen(300),
                    winner=BidderNumber("101"), deal_no="D1",
                )
            ],
        ),
        (
            (BiddingClosed(sold=False, reason="no_bid"),),
            [
                RecordBiddingClosed(
                    item_id="i1", bidding_id=BIDDING_ID, outcome="unsold", reason="no_bid"
                )
            ],
        ),
        (
            (BiddingCancelled("fire"),),
            [
                RecordBiddingClosed(
                    item_id="i1", bidding_id=BIDDING_ID, outcome="cancelled", reason="fire"
                )
            ],
        ),
    ],
)  # fmt: skip
def test_what_becomes_of_a_bidding_is_recorded_on_its_item(
    events: tuple[object, ...], wanted: list[object]
) -> None:
    acts = commands(react(heard(*events)))
    assert [act.command.body for act in acts] == wanted
    assert all((act.family, act.command.root) == (ROADSHOW, "s1") for act in acts)
    assert all(act.command.acting_role == "system" for act in acts)
    assert react(heard(*events, aggregate="B-17")) == [], "a bidding of no session is nobody's"


@pytest.mark.parametrize(
    ("command", "code", "wanted"),
    [
        ("schedule_bidding", "BAD_TERMS", RecordBiddingRefused),
        ("schedule_bidding", "ALREADY_SCHEDULED", RecordBiddingRefused),
        ("schedule_bidding", "HALTED", RecordBiddingRefused),
        ("declare_no_reserve", "WRONG_PHASE", DeadLetter),
        ("declare_no_reserve", "UNKNOWN_BIDDING", None),
        ("record_bidding_closed", "UNKNOWN_SESSION", DeadLetter),
        ("record_bidding_closed", "ALREADY_DONE", None),
    ],
)
def test_a_refused_command_of_ours_is_told_to_the_item_or_else_to_the_desk(
    command: str, code: str, wanted: type | None
) -> None:
    acts = react(heard(actor=HANDOVER, command_type=command, refused=True, code=code))
    found = [act.command.body if isinstance(act, Asking) else act for act in acts]
    assert [type(one) for one in found] == ([] if wanted is None else [wanted])
    assert all(one.code == code for one in found)


def test_what_others_are_refused_is_none_of_our_business() -> None:
    assert react(heard(actor="a-1", command_type="schedule_bidding", refused=True, code="X")) == []


@pytest.mark.parametrize(
    ("bidding_id", "place"),
    [
        ("s1.i1.1", ("s1", "i1")),
        ("s.2.i-1.12", ("s.2", "i-1")),
        ("demo-1-1", None),
        ("s1.i1", None),
        ("s1..1", None),
        ("s1.i1.x", None),
    ],
)
def test_a_biddings_id_names_its_place_on_stage(
    bidding_id: str, place: tuple[str, str] | None
) -> None:
    assert place_of(bidding_id) == place


def test_ids_are_derived_from_the_decision_and_the_purpose_and_nothing_else() -> None:
    first, again = (react(heard(requested(), aggregate="s1")) for _ in range(2))
    assert first == again
    names = [("a",), ("b",), ("a", "b"), ("ab",)]
    causes = [CAUSE, Cause(CAUSE.topic, 2, 78), Cause(CAUSE.topic, 3, 77), Cause("x", 2, 77)]
    ids = {derived_id(cause, *name) for cause in causes for name in names}
    assert len(ids) == len(names) * len(causes)
    assert all(len(one) == 32 and one.isalnum() for one in ids)
    assert COMMAND_ID.startswith("^[A-Za-z0-9_-]{22,64}")


def test_what_is_asked_for_can_be_read_by_the_family_that_is_asked() -> None:
    acts = react(heard(requested(shows.offer(reserve="none_declared")), aggregate="s1"))
    acts += react(heard(CLOSED, DEAL))
    for act in commands(acts):
        messages = BIDDINGS.messages if act.family == BIDDING else SHOWS.messages
        assert decode_command(messages, encode_command(act.command)) == act.command


def test_a_refusal_names_the_aggregate_it_was_said_to_not_one_that_was_suspended_beside_it() -> (
    None
):
    known = merged(handover.BIDDING_EVENTS)
    other = Entry("B-1", 4, 4, [msgspec.Raw(encode_event(FreeBiddingOpened(5)))])
    entry = Entry(BIDDING_ID, 0, 0, [], Refusal("BAD_TERMS", {}, {}))
    asked = Asked(3, "id", "schedule_bidding", HANDOVER, "system")
    decision = Decision(asked, 10, 0, 0, "refused", [other, entry], 1, "", "")
    found = hear(known, "bidding.decisions", 1, 9, decision)
    assert found is not None
    assert (found.aggregate, found.code, found.refused) == (BIDDING_ID, "BAD_TERMS", True)
    assert [one.aggregate for one in found.happenings] == ["B-1"]
