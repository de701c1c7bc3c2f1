"""Terms that cannot be kept are refused by the name of their field."""

import pytest

from tests.support.builders import (
    DESK,
    OPENS_AT_MS,
    SCHEDULED_AT_MS,
    Play,
    bands,
    eligible,
    terms,
    wan,
)
from trading.bidding.commands import Eligible, ScheduleBidding
from trading.bidding.terms import BANDS_MAX, CHECKS, DURATION_MS_MAX, ELIGIBLE_MAX, bad_field
from trading.values import BidderNumber, Fen

BAD: list[tuple[str, dict[str, object]]] = [
    ("lot", {"lot": ""}),
    ("mode", {"mode": "dutch"}),
    ("start_price_fen", {"start_price_fen": 0}),
    ("start_price_fen", {"start_price_fen": -100}),
    ("start_price_fen", {"start_price_fen": 150}),
    ("start_price_fen", {"start_price_fen": 10**12 + 100}),
    ("increments", {"increments": ()}),
    ("increments", {"increments": bands((0, 10), (0, 20))}),
    ("increments", {"increments": bands((300, 10))}),
    ("increments", {"increments": bands((0, 0))}),
    ("increments", {"increments": bands((0.00005, 10))}),
    ("increments", {"increments": bands((500, 10), (400, 20))}),
    ("increments", {"increments": bands(*((float(i), 1.0) for i in range(BANDS_MAX + 1)))}),
    ("profile", {"profile": "secret"}),
    ("ceiling_price_fen", {"ceiling_price_fen": wan(190)}),
    ("ceiling_price_fen", {"ceiling_price_fen": wan(205)}),
    ("ceiling_price_fen", {"ceiling_price_fen": 0}),
    ("lobby_ms", {"lobby_ms": -1}),
    ("free_ms", {"free_ms": -1}),
    ("extension_ms", {"extension_ms": 0, "profile": "test"}),
    ("extension_ms", {"extension_ms": 10_000, "profile": "standard"}),
    ("collect_ms", {"collect_ms": 0}),
    ("tie_break_ms", {"tie_break_ms": 0}),
    ("reveal_window_ms", {"reveal_window_ms": 0}),
    ("reserve_deadline_ms", {"reserve_deadline_ms": -1}),
    ("priority_mode", {"priority_mode": "perhaps"}),
    ("priority_window_ms", {"priority_window_ms": DURATION_MS_MAX + 1}),
    ("free_bid_confirm_ms", {"free_bid_confirm_ms": 0}),
    ("steps_max", {"steps_max": 0}),
    ("min_gap_ms", {"min_gap_ms": -1}),
    ("stall_threshold_ms", {"stall_threshold_ms": 0}),
    ("resume_notice_ms", {"resume_notice_ms": -1}),
    ("suspend_review_ms", {"suspend_review_ms": 0}),
    ("raise_increment_after_extensions", {"raise_increment_after_extensions": -1}),
    ("raised_increments", {"raised_increments": bands((0, 20))}),
    ("raised_increments", {"mode": "live_timed", "raised_increments": bands((900, 20))}),
    ("envelope_replacements_max", {"envelope_replacements_max": -1}),
    ("two_person_window_ms", {"two_person_window_ms": 0}),
    ("public_delay_ms", {"public_delay_ms": -1}),
    ("opens_at_ms", {"opens_at_ms": SCHEDULED_AT_MS}),
    ("opens_at_ms", {"opens_at_ms": 10**15}),
]
GOOD: list[dict[str, object]] = [
    {},
    {"mode": "one_shot", "increments": ()},
    {"mode": "one_shot", "increments": (), "ceiling_price_fen": wan(333)},
    {"mode": "live_timed", "raised_increments": bands((0, 20), (500, 50))},
    {"ceiling_price_fen": wan(300)},
    {"ceiling_price_fen": wan(200)},
    {"ceiling_price_fen": wan(132), "start_price_fen": wan(90), "increments": bands(
        (0, 3), (100, 5), (400, 10))},
    {"extension_ms": 2_000, "profile": "demo"},
    {"extension_ms": 10_001},
    {"free_ms": 0},
]  # fmt: skip


@pytest.mark.parametrize(("field", "changes"), BAD)
def test_a_field_that_cannot_stand_is_named(field: str, changes: dict[str, object]) -> None:
    command = ScheduleBidding(terms=terms(**changes), eligible=eligible("A", "B"))
    rejection = Play().ask(DESK, command).rejection
    assert rejection is not None
    assert (rejection.code, rejection.params) == ("BAD_TERMS", {"field": field})


@pytest.mark.parametrize("changes", GOOD)
def test_terms_that_can_be_kept_stand(changes: dict[str, object]) -> None:
    command = ScheduleBidding(terms=terms(**changes), eligible=eligible("A", "B"))
    assert bad_field(command, SCHEDULED_AT_MS) is None


def test_every_check_objects_somewhere() -> None:
    assert {name for name, _ in CHECKS} <= {field for field, _ in BAD}


@pytest.mark.parametrize(
    "bidders",
    [
        (),
        eligible("A"),
        eligible("A", "A"),
        eligible("A", "no blanks"),
        eligible("A", "x" * 65),
        (*eligible("A"), Eligible(number=BidderNumber(""))),
        (*eligible("A"), Eligible(number=BidderNumber("B"), exclusion_group="g" * 65)),
        (*eligible("A"), Eligible(number=BidderNumber("P1"), priority_rank=1)),
        eligible(*(str(number) for number in range(ELIGIBLE_MAX + 1))),
    ],
)
def test_who_may_bid_must_be_told_well(bidders: tuple[Eligible, ...]) -> None:
    command = ScheduleBidding(terms=terms(), eligible=bidders)
    assert bad_field(command, SCHEDULED_AT_MS) == "eligible"


@pytest.mark.parametrize("rank", [0, 101])
def test_a_rank_has_bounds(rank: int) -> None:
    holder = Eligible(number=BidderNumber("P"), priority_rank=rank)
    command = ScheduleBidding(
        terms=terms(priority_mode="in_session_match"), eligible=(*eligible("A"), holder)
    )
    assert bad_field(command, SCHEDULED_AT_MS) == "eligible"


def test_one_may_bid_alone_where_that_was_announced() -> None:
    command = ScheduleBidding(terms=terms(single_bidder_allowed=True), eligible=eligible("A"))
    assert bad_field(command, OPENS_AT_MS - 1) is None


def test_a_ceiling_at_the_cap_is_found_on_the_grid() -> None:
    changes: dict[str, object] = {"ceiling_price_fen": Fen(10**12), "increments": bands((0, 10))}
    command = ScheduleBidding(terms=terms(**changes), eligible=eligible("A", "B"))
    assert bad_field(command, SCHEDULED_AT_MS) is None
