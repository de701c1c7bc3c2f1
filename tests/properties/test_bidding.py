"""The rules for all inputs: beside a naive oracle, and by the invariants of domain 4.11."""

import json
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.builders import CONTROL, OPENS_AT_MS, SCHEDULED_AT_MS, bands, terms, wan
from tests.support.oracle import Bid, NaiveBidding
from trading.bidding.commands import (
    AnnounceCeilingDraw,
    ConfirmPresence,
    DrawLots,
    Eligible,
    MatchPrice,
    PlaceBid,
    ScheduleBidding,
    SetProxyLimit,
    Terms,
)
from trading.bidding.decide import decide
from trading.bidding.draw_events import DrawHeld
from trading.bidding.increments import min_next, on_stepwise_grid
from trading.dispatch import BIDDING
from trading.outcome import By, Outcome
from trading.values import BidderNumber, Fen

ORDINARY = ("A", "B", "C")
HOLDERS = ("P1", "P1b", "P2")
RANKS = {"P1": 1, "P1b": 1, "P2": 2}
STRANGER = "Z"
PUTS_OFF = ("limited_bidding_started", "bid_accepted", "priority_matched", "ceiling_reached")
TRIALS = settings(max_examples=150, deadline=None, derandomize=True)


class Move(NamedTuple):
    """After `after_ms`, `kind` by `bidder`."""

    after_ms: int
    kind: str
    bidder: str
    steps: int
    off_fen: int
    confirm: bool


def moves(*kinds: str, bidders: tuple[str, ...], least: int = 0) -> st.SearchStrategy[list[Move]]:
    one = st.builds(
        Move,
        st.sampled_from((1, 40, 499, 500, 700, 2_000, 9_999, 10_000, 30_000)),
        st.sampled_from(kinds),
        st.sampled_from(bidders),
        st.sampled_from((-3, -1, 0, 1, 1, 1, 2, 3, 7, 20, 21, 60)),
        st.sampled_from((0, 0, 0, 0, 0, 0, 1, 100, 50_000)),
        st.booleans(),
    )
    return st.lists(one, min_size=least, max_size=40)


class Driven:
    """The real rules in the order of the log's rule 6, with a tick before every move."""

    def __init__(self, about: Terms, bidders: tuple[str, ...], draw_ms: int | None = None) -> None:
        self.eligible = tuple(
            Eligible(number=BidderNumber(name), priority_rank=RANKS.get(name)) for name in bidders
        )
        self.state: Any = None
        self.events: list[tuple[int, Any]] = []
        opening = ScheduleBidding(terms=about, eligible=self.eligible)
        self.happen(decide(None, opening, By("desk", "desk_officer"), SCHEDULED_AT_MS).events, 0)
        if draw_ms is not None:
            announced = AnnounceCeilingDraw(window_ms=draw_ms, source="public lottery")
            assert self.ask(announced, By("desk", "desk_officer"), SCHEDULED_AT_MS).events
        self.tick(OPENS_AT_MS - about.lobby_ms)
        self.tick(OPENS_AT_MS)

    def happen(self, events: tuple[Any, ...], at_ms: int) -> None:
        for event in events:
            self.state = BIDDING.evolve(self.state, "b1", event)
            self.events.append((at_ms, event))

    def tick(self, at_ms: int) -> None:
        while (due_ms := BIDDING.due_ms(self.state)) is not None and due_ms <= at_ms:
            self.happen(BIDDING.fire(self.state, at_ms), at_ms)

    def ask(self, command: Any, who: By, at_ms: int) -> Outcome:
        self.happen(BIDDING.phase_change(self.state, at_ms), at_ms)
        outcome = BIDDING.decide(self.state, command, who, at_ms)
        self.happen(outcome.events, at_ms)
        return outcome


def play(
    about: Terms, story: list[Move], bidders: tuple[str, ...], draw_ms: int | None = None
) -> tuple[Driven, list[Outcome]]:
    """Play a story on the real rules and on the oracle; every answer and every figure agree."""
    real = Driven(about, bidders, draw_ms)
    naive = NaiveBidding(about, real.eligible, OPENS_AT_MS, draw_window_ms=draw_ms)
    outcomes = []
    at_ms = OPENS_AT_MS
    for move in story:
        at_ms += move.after_ms
        if move.kind == "tick":
            real.tick(at_ms)
            naive.tick(at_ms)
            continue
        outcome, expected = _ask_both(real, naive, move, at_ms)
        if outcome is None:
            continue
        outcomes.append(outcome)
        given_code = None if outcome.rejection is None else str(outcome.rejection.code)
        assert given_code == expected, move
        told = BIDDING.judged(real.state)
        if real.state.phase in ("free_bidding", "limited_bidding", "at_ceiling"):
            figures = (told.get("leader"), told.get("price_fen"))
            assert figures == (naive.leader, naive.price_fen), move
            assert list(real.state.facts.at_ceiling) == naive.level
        if naive.ends_at_ms is not None and not naive.closed:
            assert told["ends_at_ms"] == naive.ends_at_ms
    last_ms = max(at_ms, naive.ends_at_ms or naive.free_ends_at_ms) + 1_000_000
    real.tick(last_ms)
    naive.tick(last_ms)
    check_draw(real, naive, last_ms)
    check_outcome(real, naive)
    return real, outcomes


def _ask_both(
    real: Driven, naive: NaiveBidding, move: Move, at_ms: int
) -> tuple[Outcome | None, str | None]:
    who = By(move.bidder, "priority_holder" if move.bidder in RANKS else "bidder")
    base_fen = naive.price_fen or naive.terms.start_price_fen
    amount_fen = Fen(base_fen + move.steps * naive.increment_fen + move.off_fen)
    match move.kind:
        case "bid":
            body: Any = PlaceBid(amount_fen=amount_fen, confirm_large=move.confirm)
            expected = naive.bid(move.bidder, amount_fen, at_ms, confirm=move.confirm)
        case "limit":
            if move.bidder in [name for name, _ in naive.limits] or move.bidder == naive.leader:
                return None, None
            body = SetProxyLimit(limit_fen=amount_fen)
            expected = naive.limit(move.bidder, amount_fen, at_ms)
        case _:
            holder = move.bidder in RANKS
            if not holder:
                return None, None
            body = MatchPrice()
            expected = naive.match(move.bidder, at_ms)
    return real.ask(body, who, at_ms), expected


def check_draw(real: Driven, naive: NaiveBidding, at_ms: int) -> None:
    """Lots are awaited exactly where many are level; whoever has the event can draw them again."""
    among = naive.lots_among()
    assert (real.state.phase == "awaiting_draw") is bool(among)
    if not among:
        return
    randomness = f"{len(real.events):032x}"
    drawn = real.ask(DrawLots(randomness=randomness), CONTROL, at_ms).events[0]
    assert isinstance(drawn, DrawHeld)
    assert list(drawn.numbers) == among
    told = b"b1" + sha256(drawn.own.encode()).digest() + bytes.fromhex(drawn.randomness)
    assert drawn.seed == sha256(told).hexdigest()
    assert drawn.winner == among[int(drawn.seed, 16) % len(among)]
    naive.level = [drawn.winner]
    naive.bids.append(Bid(drawn.winner, naive.bids[-1].amount_fen, at_ms))


def check_outcome(real: Driven, naive: NaiveBidding) -> None:
    """EX-4 and I-3: closed once, sold to who led last, or unsold for want of a bid."""
    events = [event for _, event in real.events]
    closed = [event for event in events if event.type == "bidding_closed"]
    deals = [event for event in events if event.type == "deal_confirmed"]
    assert [event.sold for event in closed] == [naive.leader is not None]
    if naive.leader is None:
        assert not deals
        assert closed[0].reason == "no_bid"
    else:
        assert [(deal.winner, deal.price_fen) for deal in deals] == [
            (naive.winner(), naive.price_fen)
        ]


def check_invariants(real: Driven, about: Terms) -> None:
    """I-1, I-2, I-4, I-6, I-7, and that folding the events gives the state again."""
    price_fen, ends_at_ms = 0, 0
    for at_ms, event in real.events:
        if event.type == "bid_accepted":
            assert event.amount_fen > price_fen  # I-1
            price_fen = event.amount_fen
        if event.type == "priority_matched":
            assert event.amount_fen == price_fen  # I-1, the exception
        if event.type == "ceiling_joined":
            assert event.amount_fen == price_fen
            assert at_ms < ends_at_ms
        if event.type in PUTS_OFF:
            assert event.ends_at_ms >= ends_at_ms  # I-2
            ends_at_ms = event.ends_at_ms
        if event.type in ("bid_accepted", "priority_matched"):
            assert at_ms < ends_at_ms  # I-6
        if event.type == "deal_confirmed":
            assert event.price_fen >= about.start_price_fen  # I-7
    folded: Any = None
    for _, event in real.events:
        folded = BIDDING.evolve(folded, "b1", event)
    assert folded == real.state


@TRIALS
@given(moves("bid", "bid", "bid", "tick", bidders=(*ORDINARY, STRANGER)), st.sampled_from((0, 500)))
def test_manual_bids_agree_with_the_oracle(story: list[Move], min_gap_ms: int) -> None:
    about = terms(min_gap_ms=min_gap_ms, free_ms=20_000, extension_ms=15_000)
    real, outcomes = play(about, story, ORDINARY)
    check_invariants(real, about)
    for outcome in outcomes:
        assert outcome.events or outcome.rejection is not None  # I-8
        if outcome.rejection is not None:  # MonolithDKP#306: a refused bid extends nothing
            assert not outcome.events


@TRIALS
@given(moves("bid", "bid", "tick", bidders=ORDINARY))
def test_bands_and_ceiling_agree_with_the_oracle(story: list[Move]) -> None:
    about = terms(
        increments=bands((0, 10), (250, 25), (400, 50)),
        ceiling_price_fen=wan(500),
        min_gap_ms=0,
        free_ms=20_000,
        extension_ms=15_000,
        allow_leader_raise=True,
    )
    real, _ = play(about, story, ORDINARY)
    check_invariants(real, about)


@TRIALS
@given(
    st.one_of(
        moves("bid", "bid", "bid", "limit", bidders=ORDINARY, least=15),
        moves("bid", "bid", "limit", "match", "tick", bidders=(*ORDINARY, "P1", "P2")),
    ),
    st.sampled_from((1_000, 15_000, 90_000)),
    st.sampled_from((200, 210, 230, 350)),
)
def test_a_ceiling_with_lots_agrees_with_the_oracle(
    story: list[Move], window_ms: int, ceiling_wan: int
) -> None:
    about = terms(
        profile="test",
        ceiling_price_fen=wan(ceiling_wan),
        priority_mode="in_session_match",
        min_gap_ms=0,
        free_ms=20_000,
        extension_ms=15_000,
    )
    real, _ = play(about, story, (*ORDINARY, "P1", "P2"), window_ms)
    check_invariants(real, about)


@TRIALS
@given(moves("bid", "limit", "limit", "tick", bidders=ORDINARY))
def test_proxy_limits_agree_with_the_oracle(story: list[Move]) -> None:
    about = terms(min_gap_ms=0, free_ms=20_000, extension_ms=15_000)
    real, _ = play(about, story, ORDINARY)
    check_invariants(real, about)


@TRIALS
@given(
    moves("bid", "limit", "limit", "tick", bidders=(*ORDINARY, "D"), least=6),
    st.sampled_from(
        (
            bands((0, 10), (230, 25), (400, 50)),
            bands((0, 50), (260, 20), (330, 10)),
            bands((0, 10), (220, 70), (300, 5)),
        )
    ),
    st.sampled_from((None, 200, 340, 400, 500)),
)
def test_limits_over_bands_agree_with_the_oracle(
    story: list[Move], increments: Any, ceiling_wan: int | None
) -> None:
    ceiling_fen = None if ceiling_wan is None else wan(ceiling_wan)
    about = terms(
        increments=increments, min_gap_ms=0, free_ms=20_000, extension_ms=15_000, steps_max=99,
    )  # fmt: skip
    if ceiling_fen is not None and on_stepwise_grid(about, ceiling_fen):
        about = replace(about, ceiling_price_fen=ceiling_fen)
    real, _ = play(about, story, (*ORDINARY, "D"))
    check_invariants(real, about)
    for proxy in real.state.facts.proxies:  # nobody's maximum was left behind
        if proxy.number != real.state.leader:
            assert proxy.limit_fen < min_next(real.state, real.state.price_fen) or (
                real.state.price_fen == about.ceiling_price_fen
            )


@TRIALS
@given(moves("bid", "bid", "match", "match", "tick", bidders=(*ORDINARY, *HOLDERS)))
def test_matching_agrees_with_the_oracle(story: list[Move]) -> None:
    about = terms(
        priority_mode="in_session_match", min_gap_ms=0, free_ms=20_000, extension_ms=15_000
    )
    real, _ = play(about, story, (*ORDINARY, *HOLDERS))
    check_invariants(real, about)


@TRIALS
@given(moves("bid", "limit", "present", "present", "tick", bidders=ORDINARY, least=8))
def test_in_the_limited_period_nobody_leads_who_has_not_confirmed(story: list[Move]) -> None:
    about = terms(free_bid_required=True, min_gap_ms=0, free_ms=20_000, extension_ms=15_000)
    real = Driven(about, ORDINARY)
    at_ms = OPENS_AT_MS + 19_000
    for name, steps in (("A", 9), ("B", 5), ("C", 15)):  # all have bid in free, and may confirm
        limit_fen = Fen(about.start_price_fen + steps * wan(10))
        assert real.ask(SetProxyLimit(limit_fen=limit_fen), By(name, "bidder"), at_ms).events
    for move in story:
        at_ms += move.after_ms
        base_fen = real.state.price_fen or about.start_price_fen
        amount_fen = Fen(base_fen + max(move.steps, 0) * wan(10))
        bodies: dict[str, Any] = {
            "bid": PlaceBid(amount_fen=amount_fen, confirm_large=True),
            "limit": SetProxyLimit(limit_fen=Fen(amount_fen + wan(50))),
            "present": ConfirmPresence(),
        }
        real.tick(at_ms)
        if move.kind in bodies:
            real.ask(bodies[move.kind], By(move.bidder, "bidder"), at_ms)
    limited, confirmed = False, set[str]()
    for _, event in real.events:  # EX-5, for automatic bids too
        limited = limited or event.type == "limited_bidding_started"
        if event.type == "bidder_present" and limited:
            confirmed.add(event.actor)
        if event.type == "bid_accepted" and limited:
            assert event.bidder in confirmed
    check_invariants(real, about)


@TRIALS
@given(st.lists(st.integers(0, 40), min_size=2, max_size=6))
def test_proxies_are_a_sealed_second_price_and_one_step(steps: list[int]) -> None:
    names = tuple(f"N{index}" for index in range(len(steps)))
    real = Driven(terms(min_gap_ms=0, steps_max=99), names)
    taken: dict[str, int] = {}
    for name, step in zip(names, steps, strict=True):
        limit = SetProxyLimit(limit_fen=Fen(wan(200) + step * wan(10)))
        if real.ask(limit, By(name, "bidder"), OPENS_AT_MS + 1).rejection is None:
            taken[name] = step
    first, *rest = sorted(taken.values(), reverse=True)
    price_steps = min(rest[0] + 1, first) if rest else 0
    told = BIDDING.judged(real.state)
    assert told["leader"] == next(name for name, step in taken.items() if step == first)
    assert told["price_fen"] == wan(200) + price_steps * wan(10)
    for name, step in zip(names, steps, strict=True):
        assert name in taken or step <= price_steps  # refused only where it could not lead


@TRIALS
@given(moves("bid", "limit", "tick", bidders=ORDINARY))
def test_no_event_names_a_person(story: list[Move]) -> None:
    real, _ = play(terms(min_gap_ms=0, free_ms=20_000, extension_ms=15_000), story, ORDINARY)
    real.ask(PlaceBid(amount_fen=wan(1)), CONTROL, OPENS_AT_MS)
    for _, event in real.events:  # I-4: nobody but numbers, and no field to put a name into
        fields = json.loads(msgspec.json.encode(event))
        assert not {"account", "name", "organisation"} & set(fields)
        for key in {"bidder", "leader", "winner"} & set(fields):
            assert fields[key] in (*ORDINARY, None)
