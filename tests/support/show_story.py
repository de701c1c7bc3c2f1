"""A session told as an aligned table, as its host would read it.

Columns, two spaces or more apart: time, who, what, answer, and what is then to be seen.
Rule 1: between two rows time is heard of every second, unless the row says `silence` before them.
Rule 2: the runner is a host in small: what a gap suspends, then timers or a phase change, then the
guards.
Rule 3: amounts are in 万元.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from roadshow.dispatch import ROADSHOW
from roadshow.interest.commands import RegisterInterest
from roadshow.question import commands as question
from roadshow.session import commands as cmd
from roadshow.session.state import running_ends_at_ms
from tests.support.builders import wan
from tests.support.shows import (
    ANN,
    BEN,
    BROKER,
    CONTROL,
    DESK,
    EVE,
    HOST,
    PRESENTER,
    REVIEWER,
    SESSION_ID,
    STAGE,
    SUPERVISOR,
    SYSTEM,
    ShowPlay,
    attest,
)
from tests.support.story import clock, clock_ms
from trading.outcome import By, Rejection
from trading.values import BidderNumber

PEOPLE: Mapping[str, By] = {
    "desk": DESK,
    "reviewer": REVIEWER,
    "host": HOST,
    "stage": STAGE,
    "control": CONTROL,
    "supervisor": SUPERVISOR,
    "broker": BROKER,
    "presenter": PRESENTER,
    "handover": SYSTEM,
    "Ann": ANN,
    "Ben": BEN,
    "Eve": EVE,
    "Cid": By("a-cid", "investor"),
}


def tell_show(play: ShowPlay, story: str, last_tick: str = "10:00:00") -> "ShowTeller":
    """Play the story row by row; every row's answer and sight must be as told."""
    teller = ShowTeller(play, clock_ms(last_tick))
    for row in filter(None, map(str.strip, story.splitlines())):
        teller.row(*re.split(r"\s{2,}", row))
    return teller


@dataclass
class ShowTeller:
    """The host in small."""

    play: ShowPlay
    last_tick_ms: int
    silent: bool = False

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
            told = self._command(PEOPLE[who], what, at_ms)
            assert told == answer, (time, who, what, told)
        self.silent = False
        for glimpse in sight.split(", ") if sight else ():
            assert glimpse in self.seen(), (time, who, what, glimpse, self.seen())

    def seen(self) -> tuple[str, ...]:
        """What a row may say is then to be seen."""
        now, show = self.play.now, self.play.show
        items = now.items.values()
        asked = show.questions.questions.values()
        return (
            now.phase,
            "" if now.pause is None else now.pause.reason,
            f"ends {at_clock(running_ends_at_ms(now))}",
            *(f"{item.item_id} {item.phase}" for item in items),
            *(f"{item.item_id} at {at_clock(item.starts_at_ms)}" for item in items),
            *(f"{item.item_id} back: {item.bidding.refusal}" for item in items),
            *(f"{item.item_id} {r.outcome}" for item in items if (r := item.bidding.result)),
            *(f"{each.question_id} {each.phase} +{each.upvotes}" for each in asked),
        )

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
        root, gap_ms = self.play.root, at_ms - self.last_tick_ms
        assert root is not None
        if not ROADSHOW.is_open(root) or gap_ms <= ROADSHOW.threshold_ms(root):
            return
        ends_at_ms = ROADSHOW.period_ends_at_ms(root)
        remaining_ms = 0 if ends_at_ms is None else ends_at_ms - self.last_tick_ms
        self.play.happens(*ROADSHOW.suspend(root, "system_stall", at_ms, remaining_ms))

    def _command(self, by: By, what: str, at_ms: int) -> str:
        verb, *words = what.split()
        self._gap(at_ms)
        rejection = self.play.ask(by, VERBS[verb](words), at_ms).rejection
        return "ok" if rejection is None else told_of(rejection)


def at_clock(at_ms: int | None) -> str:
    """To the second."""
    return clock(at_ms).removesuffix(".000")


def told_of(rejection: Rejection) -> str:
    """`GATE_CLOSED(rehearsal_passed)`: the code, and its first figure; of a time the clock."""
    for name, value in rejection.params.items():
        shown = at_clock(int(value)) if name.endswith("_ms") else value
        return f"{rejection.code}({shown})"
    return str(rejection.code)


def _of_item(command: Callable[..., object]) -> Callable[[list[str]], object]:
    return lambda words: command(item_id=words[0])


def _with_reason(command: Callable[..., object]) -> Callable[[list[str]], object]:
    return lambda words: command(item_id=words[0], reason=" ".join(words[1:]))


def _of_bidding(words: list[str]) -> dict[str, Any]:
    return {"item_id": words[0].split(".")[0], "bidding_id": f"{SESSION_ID}.{words[0]}"}


def _closed(words: list[str]) -> object:
    """`closed i1.1 sold 230 102`, `closed i1.1 unsold no_bid`."""
    named = _of_bidding(words)
    if words[1] != "sold":
        return cmd.RecordBiddingClosed(**named, outcome=words[1], reason=words[2])
    return cmd.RecordBiddingClosed(
        **named,
        outcome="sold",
        price_fen=wan(float(words[2])),
        winner=BidderNumber(words[3]),
        deal_no=f"{SESSION_ID}.{words[0]}-D1",
    )


def _rehearsal(words: list[str]) -> object:
    names = ("sound", "slides", "network", "bid_drill")
    return cmd.RunRehearsal(**{name: f"-{name}" not in words for name in names})


VERBS: Mapping[str, Callable[[list[str]], object]] = {
    "publish": lambda _words: cmd.PublishSession(),
    "register": lambda _words: cmd.RegisterAttendee(),
    "check_in": lambda _words: cmd.CheckIn(),
    "rehearse": _rehearsal,
    "waive": lambda words: cmd.WaiveRehearsal(reason=" ".join(words)),
    "live": lambda _words: cmd.GoLive(),
    "pause": lambda words: cmd.PauseSession(reason=" ".join(words)),
    "resume": lambda _words: cmd.ResumeSession(),
    "end": lambda _words: cmd.EndSession(),
    "report": lambda _words: cmd.ReportSession(),
    "on_deck": _of_item(cmd.CallOnDeck),
    "pitch": _of_item(cmd.StartPitch),
    "more": _of_item(cmd.GrantMoreTime),
    "qa": _of_item(cmd.StartQa),
    "comments": _of_item(cmd.StartComments),
    "interest": _of_item(cmd.CallInterest),
    "call": _of_item(cmd.CallBidding),
    "attest": lambda words: attest(words[0], words[1:]),
    "supervise": _of_item(cmd.ConfirmSupervision),
    "open": _of_item(cmd.OpenItemBidding),
    "opened": lambda words: cmd.RecordBiddingOpened(**_of_bidding(words)),
    "refused": lambda words: cmd.RecordBiddingRefused(**_of_bidding(words), code=words[1]),
    "closed": _closed,
    "complete": _of_item(cmd.CompleteItem),
    "skip": _with_reason(cmd.SkipItem),
    "defer": _with_reason(cmd.DeferItem),
    "withdraw": _with_reason(cmd.WithdrawItem),
    "ask": lambda words: question.AskQuestion(item_id=words[0], text=" ".join(words[1:])),
    "privately": lambda words: question.AskQuestion(
        item_id=words[0], text=" ".join(words[1:]), private=True
    ),
    "queue": lambda words: question.QueueQuestion(question_id=words[0]),
    "merge": lambda words: question.MergeQuestion(
        question_id=words[0], into_question_id=words[1], reason="the same"
    ),
    "hide": lambda words: question.HideQuestion(question_id=words[0], reason=" ".join(words[1:])),
    "upvote": lambda words: question.UpvoteQuestion(question_id=words[0]),
    "air": lambda words: question.PutQuestionOnAir(question_id=words[0]),
    "answer": lambda words: question.AnswerQuestion(question_id=words[0], text=" ".join(words[1:])),
    "put_off": lambda words: question.DeferQuestion(
        question_id=words[0], reason=" ".join(words[1:])
    ),
    "interested": lambda words: RegisterInterest(item_id=words[0], kind=words[1]),
}
