"""The synthetic bidders: seeded, bounded by what they think it is worth, sometimes wrong."""

from producers.crowd import floors_of
from producers.dice import Dice
from producers.investors import Investor, next_act
from producers.lots import LOTS, schedule
from trading.bidding.commands import MatchPrice, PlaceBid, SetProxyLimit
from trading.bidding.state import Bidding
from trading.dispatch import BIDDING
from trading.outcome import By
from trading.values import BiddingId

OPENS_MS = 1_000_000
FALLEN = [104, 784, 421, 284, 375]


def opened(seed: int, index: int) -> tuple[list[Investor], Bidding]:
    """A bidding of the demo in its free period."""
    floor = floors_of(seed, 0, OPENS_MS)[index]
    numbers = tuple(investor.number for investor in floor.investors)
    holder = numbers[0] if floor.lot.special == "priority" else None
    terms = schedule(floor.lot, numbers, holder, OPENS_MS)
    state: Bidding | None = None
    first = BIDDING.decide(None, terms, By("desk-1", "desk_officer"), 0)
    assert first.rejection is None
    events = list(first.events)
    while events:
        state = BIDDING.evolve(state, BiddingId("demo"), events.pop(0))
        if not events and (due := BIDDING.due_ms(state)) is not None and due <= OPENS_MS:
            events = list(BIDDING.fire(state, due))
    assert state is not None
    return floor.investors, state


def play(seed: int, index: int) -> tuple[Bidding, list[str], set[type]]:
    """Two hundred acts a second apart: the state, the refusals, the kinds of acts."""
    investors, state = opened(seed, index)
    dice, codes, kinds = Dice(seed), [], set()
    valuations = {investor.number: investor.valuation_fen for investor in investors}
    for second in range(200):
        investor = dice.choose(investors)
        act = next_act(investor, state, dice)
        if act is None:
            continue
        kinds.add(type(act))
        at_ms = OPENS_MS + second * 30
        outcome = BIDDING.decide(state, act, By(investor.number, investor.role), at_ms)
        if outcome.rejection is not None:
            codes.append(str(outcome.rejection.code))
        for event in outcome.events:
            state = BIDDING.evolve(state, BiddingId("demo"), event)
        if state.leader is not None and state.price_fen is not None:
            assert state.price_fen <= valuations[state.leader]
    return state, codes, kinds


def test_the_same_seed_is_the_same_crowd() -> None:
    first, again, other = (floors_of(seed, 0, 1) for seed in (7, 7, 8))
    assert [floor.investors for floor in first] == [floor.investors for floor in again]
    assert [floor.investors for floor in first] != [floor.investors for floor in other]


def test_about_forty_bidders_bear_distinct_numbers_without_a_4_at_the_end() -> None:
    floors = floors_of(1, 0, 1)
    assert len(floors) == 3
    assert sum(len(floor.investors) for floor in floors) == 39
    for floor in floors:
        numbers = [investor.number for investor in floor.investors]
        assert len(set(numbers)) == len(numbers)
        assert not any(number.endswith("4") for number in numbers)


def test_nobody_leads_above_what_he_thinks_it_is_worth() -> None:
    for seed in range(5):
        state, _, _ = play(seed, 0)
        assert state.price_fen is not None


def test_a_crowd_bids_by_hand_and_by_proxy_matches_and_errs() -> None:
    kinds: set[type] = set()
    codes: set[str] = set()
    for seed in range(8):
        for index in range(3):
            _, refused, acts = play(seed, index)
            kinds |= acts
            codes |= set(refused)
    assert kinds == {PlaceBid, SetProxyLimit, MatchPrice}
    assert {"BELOW_MIN_NEXT", "NOT_ON_GRID", "NEEDS_CONFIRMATION", "BAD_AMOUNT"} <= codes


def test_every_lot_can_be_announced() -> None:
    for round_index in range(4):
        for floor in floors_of(3, round_index, OPENS_MS):
            numbers = tuple(investor.number for investor in floor.investors)
            holder = numbers[0] if floor.lot.special == "priority" else None
            terms = schedule(floor.lot, numbers, holder, OPENS_MS)
            assert BIDDING.decide(None, terms, By("desk-1", "desk_officer"), 0).rejection is None
    assert len({lot.name for lot in LOTS}) == len(LOTS)


def test_dice_fall_the_same_everywhere() -> None:
    dice = Dice(1, "a")
    assert [dice.below(1_000) for _ in range(5)] == FALLEN
