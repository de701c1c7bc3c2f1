"""A naive bidding, written from domain part 4 and from nothing else: lists, and everything anew.

It knows `dynamic` and `live_timed` with free and limited period, bands, ceiling (the first has it,
or lots among all who bid it), proxy limits, matching in session and the close by a tick. Money in
fen, time in milliseconds.
"""

from dataclasses import dataclass, field

from trading.bidding.commands import Eligible, Terms


@dataclass
class Bid:
    """A bid that was taken, by whom and when."""

    bidder: str
    amount_fen: int
    at_ms: int


@dataclass
class NaiveBidding:
    """One bidding from the opening of its free period on."""

    terms: Terms
    eligible: tuple[Eligible, ...]
    opened_at_ms: int
    bids: list[Bid] = field(default_factory=list)
    limits: list[tuple[str, int]] = field(default_factory=list)  # as they were set
    ends_at_ms: int | None = None  # of the limited period, once it runs
    closed: bool = False
    draw_window_ms: int | None = None  # where lots at the ceiling were announced
    level: list[str] = field(default_factory=list)  # who is at the ceiling then

    @property
    def free_ends_at_ms(self) -> int:
        return self.opened_at_ms + self.terms.free_ms

    @property
    def price_fen(self) -> int | None:
        return self.bids[-1].amount_fen if self.bids else None

    @property
    def leader(self) -> str | None:
        return self.bids[-1].bidder if self.bids else None

    @property
    def base_fen(self) -> int:
        return self.terms.start_price_fen if self.price_fen is None else self.price_fen

    @property
    def increment_fen(self) -> int:
        return self._increment_at(self.base_fen)

    @property
    def min_next_fen(self) -> int:
        if self.price_fen is None:
            return self.terms.start_price_fen
        return self._cut(self.price_fen + self.increment_fen)

    def _increment_at(self, price_fen: int) -> int:
        return [b.increment_fen for b in self.terms.increments if b.from_fen <= price_fen][-1]

    def _cut(self, amount_fen: int) -> int:
        """The cut comes first: what is above the ceiling is the ceiling."""
        ceiling_fen = self.terms.ceiling_price_fen
        return amount_fen if ceiling_fen is None else min(amount_fen, ceiling_fen)

    def move_to(self, at_ms: int) -> None:
        """StartLimited: by the first record after the free period, bids or not."""
        if self.ends_at_ms is None and at_ms >= self.free_ends_at_ms:  # not at the ceiling yet
            self.ends_at_ms = self.free_ends_at_ms + self.terms.extension_ms

    def tick(self, at_ms: int) -> None:
        """EX-7: only a tick closes."""
        self.move_to(at_ms)
        if self.ends_at_ms is not None and at_ms >= self.ends_at_ms:
            self.closed = True

    def bid(self, bidder: str, amount_fen: int, at_ms: int, *, confirm: bool) -> str | None:
        """4.3, in order; the code of the refusal, None where the bid was taken."""
        self.move_to(at_ms)
        taken_fen = self._cut(amount_fen)
        sure = confirm or amount_fen > taken_fen
        code = self._open_to(bidder, at_ms) or self._amount_fits(taken_fen)
        if code is None:
            code = self._in_measure(bidder, taken_fen, at_ms, confirm=sure)
        if code is not None:
            return code
        if self.level:
            self.level.append(bidder)
            return None
        able = [one for one in self._able() if one[1] != bidder]
        drawn = self.draw_window_ms is not None and taken_fen == self.terms.ceiling_price_fen
        if able and able[0][0] == taken_fen and not drawn:
            self._take(able[0][1], taken_fen, at_ms)
            self._answer(at_ms)
            return "BELOW_MIN_NEXT"
        self._take(bidder, taken_fen, at_ms)
        self._answer(at_ms)
        return None

    def _open_to(self, bidder: str, at_ms: int) -> str | None:
        if self.closed or (self.ends_at_ms is not None and at_ms >= self.ends_at_ms):
            return "TOO_LATE"
        return None if bidder in [one.number for one in self.eligible] else "NOT_ELIGIBLE"

    def _amount_fits(self, amount_fen: int) -> str | None:
        if amount_fen <= 0 or amount_fen % 100 or amount_fen > 10**12:
            return "BAD_AMOUNT"
        if amount_fen < self.terms.start_price_fen:
            return "BELOW_START"
        if amount_fen < self.min_next_fen:
            return "BELOW_MIN_NEXT"
        if amount_fen == self.terms.ceiling_price_fen:
            return None  # a ceiling always lies on the grid
        return "NOT_ON_GRID" if (amount_fen - self.base_fen) % self.increment_fen else None

    def _in_measure(self, bidder: str, amount_fen: int, at_ms: int, *, confirm: bool) -> str | None:
        terms = self.terms
        if bidder == self.leader and not terms.allow_leader_raise:
            return "ALREADY_LEADING"
        if amount_fen > self.base_fen + terms.steps_max * self.increment_fen and not confirm:
            return "NEEDS_CONFIRMATION"
        if self.price_fen is not None and self.price_fen == terms.ceiling_price_fen:
            if self.draw_window_ms is None:
                return "CEILING_REACHED"
            if bidder in self.level:
                return "ALREADY_LEADING"
        mine = [one.at_ms for one in self.bids if one.bidder == bidder]
        return "TOO_FAST" if mine and at_ms - mine[-1] < terms.min_gap_ms else None

    def limit(self, bidder: str, limit_fen: int, at_ms: int) -> str | None:
        """委托出价, by one who has none yet and does not lead."""
        self.move_to(at_ms)
        code = self._open_to(bidder, at_ms)
        if code is None and (limit_fen <= 0 or limit_fen % 100 or limit_fen > 10**12):
            code = "BAD_AMOUNT"
        if code is None and limit_fen < self.terms.start_price_fen:
            code = "BELOW_START"
        if code is None and limit_fen < self.min_next_fen:
            code = "BELOW_MIN_NEXT"
        if code is None and self.price_fen is not None:
            code = "CEILING_REACHED" if self.price_fen == self.terms.ceiling_price_fen else None
        if code is not None:
            return code
        self.limits.append((bidder, limit_fen))
        self._answer(at_ms)
        return None

    def _able(self) -> list[tuple[int, str, int]]:
        """Who can still lead: the limit on the grid of now, whose, and as it was set."""
        if self.price_fen is not None and self.price_fen == self.terms.ceiling_price_fen:
            return []
        found = []
        for name, limit_fen in self.limits:
            floored_fen = self._cut(limit_fen)
            if floored_fen == limit_fen != self.terms.ceiling_price_fen:
                floored_fen -= (limit_fen - self.base_fen) % self.increment_fen
            if floored_fen >= self.min_next_fen:
                found.append((floored_fen, name, limit_fen))
        return sorted(found, key=lambda one: -one[0])

    def _answer(self, at_ms: int) -> None:
        """The system bids for the limits until none that could lead is left."""
        while (able := self._able()) and any(name != self.leader for _, name, _ in able):
            best_fen, best, as_set_fen = able[0]
            if len(able) == 1:
                self._take(best, self.min_next_fen, at_ms)
                continue
            second_fen, second, _ = able[1]
            after_fen = self._cut(second_fen + self._increment_at(second_fen))
            if second_fen == best_fen:
                self._take(best, best_fen, at_ms)
            elif after_fen <= as_set_fen:
                self._take(second, second_fen, at_ms)
                self._take(best, after_fen, at_ms)
            else:
                self._take(best, self._cut(second_fen + self.increment_fen), at_ms)

    def match(self, bidder: str, at_ms: int) -> str | None:
        """4.5 场内行权: the holder leads at the current price, if nobody of his rank holds it."""
        self.move_to(at_ms)
        code = self._open_to(bidder, at_ms)
        if code is not None:
            return code
        if self.price_fen is None:
            return "NOTHING_TO_MATCH"
        if bidder in (self.level or [self.leader or ""]):
            return "ALREADY_LEADING"
        mine = self._rank(bidder)
        at_top = self.level or [self.leader or ""]
        theirs = [self._rank(one) for one in at_top]
        if mine is not None and any(rank is not None and rank <= mine for rank in theirs):
            return "PRIORITY_OUTRANKED"
        if self.level:
            self.level.append(bidder)
            return None
        self._take(bidder, self.price_fen, at_ms)
        self._answer(at_ms)
        return None

    def lots_among(self) -> list[str]:
        """Who draws lots once it is closed; empty where the winner is known without."""
        ranks = [self._rank(one) for one in self.level]
        held = len(self.level) < 2 or any(rank is not None for rank in ranks)
        return [] if held else self.level

    def winner(self) -> str | None:
        """Who has it where no lots are drawn: of holders at the ceiling the best rank's first."""
        held = [(rank, i) for i, one in enumerate(self.level) if (rank := self._rank(one))]
        return self.level[min(held)[1]] if held else self.leader

    def _rank(self, bidder: str) -> int | None:
        return next((one.priority_rank for one in self.eligible if one.number == bidder), None)

    def _take(self, bidder: str, amount_fen: int, at_ms: int) -> None:
        self.bids.append(Bid(bidder, amount_fen, at_ms))
        if self.ends_at_ms is not None:  # EX-1, EX-3
            self.ends_at_ms = max(self.ends_at_ms, at_ms + self.terms.extension_ms)
        if self.draw_window_ms is not None and amount_fen == self.terms.ceiling_price_fen:
            until_ms = self.free_ends_at_ms if self.ends_at_ms is None else self.ends_at_ms
            self.ends_at_ms = max(until_ms, at_ms + self.draw_window_ms)
            reach = [name for name, fen in self.limits if fen >= amount_fen and name != bidder]
            self.level = [bidder, *reach]
