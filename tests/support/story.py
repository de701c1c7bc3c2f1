"""A bidding told as an aligned table, as an exchange officer would read it.

Columns, two spaces or more apart: time, who, what, answer, and what is then to be seen.
Rule 1: between two rows time is heard of every second, unless the row says `silence` before them.
Rule 2: the runner is a host in small: what a gap suspends, then timers or a phase change, then
repeats, then the guards.
Rule 3: amounts are in 万元; a letter is a bidder, `P1` a priority holder of rank 1.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.support.builders import (
    BIDDING_ID,
    CONTROL,
    DESK,
    ISSUER,
    SALT,
    SELLER,
    SUPERVISOR,
    SYSTEM,
    Play,
    bidder,
    scheduled,
    wan,
)
from trading.bidding import commands as cmd
from trading.bidding.sealed import commitment_of
from trading.dispatch import BIDDING
from trading.outcome import By, Rejection
from trading.values import BidderNumber, Fen

DAY_MS = 1_789_948_800_000  # a midnight
STAFF: Mapping[str, By] = {
    "desk": DESK,
    "issuer": ISSUER,
    "seller": SELLER,
    "system": SYSTEM,
    "control": CONTROL,
    "supervisor": SUPERVISOR,
}


def clock_ms(text: str) -> int:
    """`10:04:59.999` of the day of the story."""
    hours, minutes, seconds = text.split(":")
    return DAY_MS + (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def clock(at_ms: int | None) -> str:
    """The other way round; `-` where nothing ends."""
    if at_ms is None:
        return "-"
    left_ms = at_ms - DAY_MS
    minutes, ms = divmod(left_ms, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms / 1000:06.3f}"


NINE_59 = {"opens_at_ms": clock_ms("09:59:00")}


def at_ten(*numbers: str, **changes: object) -> Play:
    """A bidding whose limited period starts at 10:00:00.000 (E = 300 s)."""
    play = scheduled(*(numbers or ("A", "B", "C")), **{**NINE_59, **changes})
    play.tick(clock_ms("09:44:00"))
    play.tick(clock_ms("09:59:00"))
    assert play.now.phase == "free_bidding"
    return play


def sealed_at_ten(*numbers: str, **changes: object) -> Play:
    """A sealed bidding that collects from 09:59 to 10:00."""
    changes = {"mode": "one_shot", "start_price_fen": wan(80), **NINE_59, **changes}
    play = scheduled(*(numbers or ("A", "B", "C")), **changes)
    play.tick(clock_ms("09:44:00"))
    play.tick(clock_ms("09:59:00"))
    return play


def tell(play: Play, story: str, last_tick: str) -> "Teller":
    """Play the story row by row; every row's answer and sight must be as told."""
    teller = Teller(play, clock_ms(last_tick))
    for row in filter(None, map(str.strip, story.splitlines())):
        teller.row(*re.split(r"\s{2,}", row))
    return teller


@dataclass
class Teller:
    """The host in small."""

    play: Play
    last_tick_ms: int
    silent: bool = False
    answers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def row(self, time: str, who: str, what: str = "", answer: str = "", sight: str = "") -> None:
        """One row."""
        at_ms = clock_ms(time)
        if who == "silence":
            self._ticks_until(at_ms)
            self.silent = True
            return
        if not self.silent:
            self._ticks_until(at_ms)
        if who == "tick":
            self.tick(at_ms)
        else:
            told = self._command(STAFF[who] if who in STAFF else bidder(who), what, at_ms)
            assert told == answer, (time, who, what, told)
        self.silent = False
        for glimpse in sight.split(", ") if sight else ():
            assert glimpse in self.seen(), (time, who, what, glimpse, self.seen())

    def seen(self) -> tuple[str, ...]:
        """What a row may say is then to be seen."""
        now = self.play.now
        price = "-" if now.price_fen is None else f"{now.price_fen / wan(1):g}"
        return (now.phase, f"{now.leader or '-'} {price}", f"ends {clock(now.ends_at_ms)}")

    def tick(self, at_ms: int) -> None:
        """A tick enters the log."""
        self._gap(at_ms)
        self.play.tick(at_ms)
        self.last_tick_ms = at_ms

    def _ticks_until(self, at_ms: int) -> None:
        next_ms = self.last_tick_ms - self.last_tick_ms % 1000 + 1000
        for tick_ms in range(next_ms, at_ms, 1000):
            self.tick(tick_ms)

    def _gap(self, at_ms: int) -> None:
        now, gap_ms = self.play.now, at_ms - self.last_tick_ms
        ends_at_ms = BIDDING.period_ends_at_ms(now)
        if ends_at_ms is not None and gap_ms > BIDDING.threshold_ms(now):
            remaining_ms = ends_at_ms - self.last_tick_ms
            self.play.happens(*BIDDING.suspend(now, "system_stall", at_ms, remaining_ms))

    def _command(self, by: By, what: str, at_ms: int) -> str:
        verb, *words = what.split()
        identity = next((word for word in words if word.startswith("#")), "")
        words = [word for word in words if word != identity]
        self._gap(at_ms)
        self.play.happens(*BIDDING.phase_change(self.play.now, at_ms))
        if identity and (by.actor, identity) in self.answers:
            return "again " + self.answers[by.actor, identity]
        outcome = self.play.ask(by, VERBS[verb](by.actor, words), at_ms)
        told = "accepted" if outcome.rejection is None else told_of(outcome.rejection)
        self.answers[by.actor, identity] = told
        return told


def told_of(rejection: Rejection) -> str:
    """`BELOW_MIN_NEXT(210)`: the code, and its first figure, money in 万元."""
    for name, value in rejection.params.items():
        in_wan = name.endswith("_fen") and isinstance(value, int)
        return f"{rejection.code}({f'{int(value) / wan(1):g}' if in_wan else value})"
    return str(rejection.code)


def _bid(_actor: str, words: list[str]) -> object:
    phase_seen = next((word[5:] for word in words if word.startswith("seen=")), None)
    return cmd.PlaceBid(
        amount_fen=wan(float(words[0])),
        phase_seen=phase_seen,
        confirm_large="confirmed" in words,
    )


def _envelope(actor: str, words: list[str]) -> object:
    commitment = commitment_of(BIDDING_ID, actor, wan(float(words[0])), SALT)
    return cmd.SubmitSealedBid(commitment=commitment, ciphertext="opaque")


def _open(_actor: str, words: list[str]) -> object:
    told = [word.split("=") for word in words]
    return cmd.OpenEnvelopes(
        openings=tuple(
            cmd.Opening(number=BidderNumber(number), amount_fen=wan(float(amount)), salt=SALT)
            for number, amount in told
        )
    )


def _seal(_actor: str, words: list[str]) -> object:
    return cmd.SealReserve(commitment=commitment_of(BIDDING_ID, wan(float(words[0])), SALT))


VERBS: Mapping[str, Callable[[str, list[str]], object]] = {
    "bid": _bid,
    "limit": lambda _actor, words: cmd.SetProxyLimit(limit_fen=wan(float(words[0]))),
    "match": lambda _actor, _words: cmd.MatchPrice(),
    "exercise": lambda _actor, _words: cmd.ExercisePriority(),
    "waive": lambda _actor, _words: cmd.WaivePriority(),
    "draw": lambda _actor, words: cmd.DrawLots(randomness=words[0]),
    "announce": lambda _actor, words: cmd.AnnounceCeilingDraw(
        window_ms=round(float(words[0]) * 1000), source=" ".join(words[1:])
    ),
    "seal": _seal,
    "reveal": lambda _actor, words: cmd.RevealReserve(
        amount_fen=Fen(wan(float(words[0]))), salt=SALT
    ),
    "envelope": _envelope,
    "open": _open,
    "raise": lambda _actor, _words: cmd.RaiseIncrement(),
    "lower": lambda _actor, _words: cmd.LowerIncrement(),
    "suspend": lambda _actor, words: cmd.SuspendBidding(reason=" ".join(words)),
    "resume": lambda _actor, words: cmd.ResumeBidding(resumes_at_ms=clock_ms(words[0])),
    "terminate": lambda _actor, words: cmd.TerminateBidding(reason=" ".join(words)),
    "cancel": lambda _actor, words: cmd.CancelBidding(reason=" ".join(words)),
    "present": lambda _actor, _words: cmd.ConfirmPresence(),
    "exclude": lambda _actor, words: cmd.ExcludeBidder(number=BidderNumber(words[0]), reason="x"),
}
