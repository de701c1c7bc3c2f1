"""A world of biddings of every mode, in which most of what the rules know is asked for.

`world.World` holds one mode against the law of time and ends; here it is breadth that counts.
"""

from dataclasses import replace
from typing import Any

from tests.simulation.world import (
    BIDDERS,
    EXTENSION_MS,
    IDS,
    THRESHOLD_MS,
    WAN_FEN,
    World,
)
from trading.bidding import commands as bid
from trading.bidding.sealed import commitment_of
from trading.values import Fen

SALT = "00112233445566778899aabbccddeeff"
SEALED_WAN, RESERVE_WAN = (12, 12, 12, 9), 11
HOLDERS = {"A3": 1, "A4": 2}
CONTROL, SUPERVISOR = ("control", "bid_controller"), ("overseer", "supervisor")

Asked = tuple[str, str, object]


class LotWorld(World):
    """Three biddings in one partition, each with terms of its own."""

    def begin(self) -> None:
        for bidding_id in IDS:
            schedule = self._schedule(bidding_id)
            if self.chance.random() < 0.5:
                unlawful = replace(schedule, terms=replace(schedule.terms, profile="standard"))
                self.ask(bidding_id, "officer", "desk_officer", unlawful)
            self.ask(bidding_id, "officer", "desk_officer", schedule)
            self.ask(bidding_id, "seller", "seller", self._reserve(bidding_id))
            drawn = bid.AnnounceCeilingDraw(window_ms=4_000, source="public lottery")
            if self.chance.random() < 0.7:
                self.ask(bidding_id, "officer", "desk_officer", drawn)

    def _schedule(self, bidding_id: str) -> bid.ScheduleBidding:
        chance = self.chance
        mode = chance.choice(("live_timed", "dynamic", "one_shot"))
        table = (bid.IncrementBand(from_fen=Fen(0), increment_fen=WAN_FEN),)
        higher = (bid.IncrementBand(from_fen=Fen(0), increment_fen=Fen(2 * WAN_FEN)),)
        priority_mode = chance.choice(("none", "none", "in_session_match", "post_session_ask"))
        same_rank = chance.random() < 0.5
        terms = bid.Terms(
            lot=bidding_id, mode=mode, profile="test", start_price_fen=Fen(10 * WAN_FEN),
            increments=() if mode == "one_shot" else table,
            raised_increments=higher if mode == "live_timed" else (),
            raise_increment_after_extensions=2,
            opens_at_ms=self.now_ms + chance.randint(2_500, 9_000), lobby_ms=1_000, free_ms=14_000,
            extension_ms=EXTENSION_MS, collect_ms=16_000, tie_break_ms=8_000,
            ceiling_price_fen=chance.choice((None, Fen(15 * WAN_FEN))),
            reserve_sealed=chance.random() < 0.4, reserve_deadline_ms=0, reveal_window_ms=9_000,
            priority_mode=priority_mode, priority_window_ms=9_000,
            allow_leader_raise=chance.random() < 0.3, single_bidder_allowed=True,
            free_bid_required=chance.random() < 0.4, free_bid_confirm_ms=3_000,
            stall_threshold_ms=THRESHOLD_MS, resume_notice_ms=1_000, suspend_review_ms=9_000,
            two_person_window_ms=2_000,
            envelope_replacements_max=1, min_gap_ms=100,
        )  # fmt: skip
        eligible = tuple(
            bid.Eligible(
                number=number,
                priority_rank=None if priority_mode == "none" else self._rank(number, same_rank),
            )
            for number in BIDDERS
        )
        return bid.ScheduleBidding(terms=terms, eligible=eligible)

    def _rank(self, number: str, same_rank: bool) -> int | None:
        rank = HOLDERS.get(number)
        return 1 if rank is not None and same_rank else rank

    def _reserve(self, bidding_id: str) -> object:
        if self.chance.random() < 0.3:
            return bid.DeclareNoReserve()
        sealed = commitment_of(bidding_id, RESERVE_WAN * WAN_FEN, SALT)
        return bid.SealReserve(commitment=sealed)

    def people(self) -> None:
        chance = self.chance
        bidding_id = chance.choice(self._running())
        fate = chance.random()
        if fate < 0.20:
            self._next_step(bidding_id)
        elif fate < 0.48:
            self._bid(bidding_id)
        elif fate < 0.68:
            self.ask(bidding_id, *self._of_a_bidder(bidding_id))
        elif fate < 0.74:
            self.ask_again()
        elif fate < 0.78:
            self.ask(bidding_id, *self._of_the_desk())
        elif fate < 0.80:
            self.ask(bidding_id, *CONTROL, bid.SuspendBidding(reason="asked"))
        elif fate < 0.84:
            self._resume(bidding_id)
        else:
            body = self._of_two(bidding_id)
            for actor, role in (CONTROL, SUPERVISOR):
                self.ask(bidding_id, actor, role, body)

    def _running(self) -> list[str]:
        """The biddings that somebody would still look at; all, where none is left."""
        states = {bidding_id: self.state_of(bidding_id) for bidding_id in IDS}
        over = ("closed_sold", "closed_unsold", "cancelled")
        left = [name for name, state in states.items() if state is None or state.phase not in over]
        return left or list(IDS)

    def _next_step(self, bidding_id: str) -> None:
        """What people who see the room do next, perhaps on what does not count."""
        state, chance = self.state_of(bidding_id), self.chance
        phase = "" if state is None else state.phase
        number = chance.choice(BIDDERS)
        if phase == "at_ceiling":
            body = bid.PlaceBid(amount_fen=state.price_fen, confirm_large=True)
            self.ask(bidding_id, number, "bidder", body)
        elif phase == "awaiting_draw":
            lots = bid.DrawLots(randomness=f"{chance.getrandbits(128):032x}")
            self.ask(bidding_id, *chance.choice((CONTROL, SUPERVISOR)), lots)
        elif phase == "opening":
            for actor, role in (CONTROL, SUPERVISOR):
                opened = bid.OpenEnvelopes(openings=tuple(self._box(bidding_id)))
                self.ask(bidding_id, actor, role, opened)
        elif phase == "awaiting_reserve":
            told = bid.RevealReserve(amount_fen=Fen(RESERVE_WAN * WAN_FEN), salt=SALT)
            self.ask(bidding_id, "seller", "seller", told)
        elif phase == "awaiting_priority":
            self.ask(bidding_id, number, "priority_holder", bid.ExercisePriority())
        elif phase == "suspended":
            self._resume(bidding_id)
        else:
            self._bid(bidding_id)

    def _of_a_bidder(self, bidding_id: str) -> Asked:
        chance = self.chance
        number = chance.choice(BIDDERS)
        amount_fen = Fen(chance.choice(SEALED_WAN) * WAN_FEN)
        sealed = commitment_of(bidding_id, number, amount_fen, SALT)
        told: tuple[tuple[str, object], ...] = (
            ("bidder", bid.SetProxyLimit(limit_fen=Fen(chance.randint(8, 24) * WAN_FEN))),
            ("bidder", bid.ConfirmPresence()),
            ("bidder", bid.SubmitSealedBid(commitment=sealed, ciphertext=str(amount_fen))),
            ("bidder", bid.SubmitSealedBid(commitment=sealed, ciphertext=str(amount_fen))),
            ("priority_holder", bid.MatchPrice()),
            ("priority_holder", chance.choice((bid.ExercisePriority, bid.WaivePriority))()),
        )
        role, body = chance.choice(told)
        if role == "priority_holder":
            number = chance.choice(BIDDERS[2:])
        return number, role, body

    def _of_the_desk(self) -> Asked:
        chance = self.chance
        told: tuple[Asked, ...] = (
            ("officer", "desk_officer", bid.ExcludeBidder(number=BIDDERS[0], reason="deposit")),
            ("officer", "desk_issuer", bid.CancelBidding(reason="title")),
            (*CONTROL, bid.RaiseIncrement()),
            (*CONTROL, bid.LowerIncrement()),
            (*CONTROL, bid.DrawLots(randomness=f"{chance.getrandbits(128):032x}")),
            (*SUPERVISOR, bid.DrawLots(randomness=f"{chance.getrandbits(128):032x}")),
            ("seller", "seller", bid.RevealReserve(
                amount_fen=Fen(RESERVE_WAN * WAN_FEN), salt=SALT)),
        )  # fmt: skip
        return chance.choice(told)

    def _of_two(self, bidding_id: str) -> object:
        """What takes two: an end of what is suspended, or the opening of what is in the box."""
        if self.chance.random() < 0.1:
            return bid.TerminateBidding(reason="leak")
        return bid.OpenEnvelopes(openings=tuple(self._box(bidding_id)))

    def _box(self, bidding_id: str) -> list[bid.Opening]:
        """What lies in the box, as far as a reader of the commands can know."""
        last: dict[str, Any] = {}
        for command in self._sent:
            if command.root == bidding_id and isinstance(command.body, bid.SubmitSealedBid):
                last[command.actor] = command.body
        state = self.state_of(bidding_id)
        box = [] if state is None else [envelope.number for envelope in state.facts.envelopes]
        return [
            bid.Opening(number=number, amount_fen=Fen(int(last[number].ciphertext)), salt=SALT)
            for number in box
            if number in last
        ]

    def state_of(self, bidding_id: str) -> Any:
        """The bidding as an owner sees it, perhaps one who is behind."""
        host = self.owners[0].host
        return None if host is None else host.standing.holdings.get(bidding_id).state
