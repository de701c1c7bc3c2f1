"""A session that goes from command to command, and what the gateway tells of each decision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gateway.feed.folded import Change, Known, Step
from gateway.feed.publication import Publication
from gateway.feed.shows import Shows
from infra.codec import Decision, Entry, Refusal, encode_event
from infra.codec.decisions import Asked
from infra.topics import ROADSHOW as TOPICS
from roadshow.dispatch import ROADSHOW
from tests.support.shows import SESSION_ID, ShowPlay
from trading.outcome import By, Outcome


@dataclass
class StageHall(ShowPlay):
    """`ShowPlay`, followed by the gateway's stage; one decision a command or tick."""

    heard: dict[str, list[Publication]] = field(default_factory=lambda: defaultdict(list))
    states: dict[int, dict[str, Any]] = field(default_factory=dict)
    known: Known = field(default_factory=Known)
    offset: int = 0
    shows: Shows = field(init=False)
    also: Callable[[Publication], None] | None = None  # who is told beside
    last: Step | None = None
    steps: list[Step] = field(default_factory=list[Step])
    delays: dict[str, int] = field(default_factory=dict[str, int])  # of biddings that are known

    def __post_init__(self) -> None:
        self.shows = Shows(self._sink, self.delays.get)

    def _sink(self, publication: Publication) -> None:
        self.heard[publication.channel].append(publication)
        if self.also is not None:
            self.also(publication)
        if publication.offset is not None and publication.channel == f"roadshow:{SESSION_ID}":
            self.states[publication.offset] = self.state()

    def do(self, by: By, *commands: object) -> StageHall:
        """Ask one after the other; none may be refused."""
        super().do(by, *commands)
        return self

    def ask(self, by: By, command: object, at_ms: int | None = None) -> Outcome:
        """Decide a command, fold it, and let the gateway tell it."""
        before = len(self.events)
        outcome = super().ask(by, command, at_ms)
        self._tell(by, getattr(command, "type", ""), self.events[before:], outcome)
        return outcome

    def tick(self, at_ms: int) -> tuple[Any, ...]:
        """Fire what is due, and let the gateway tell it."""
        fired = super().tick(at_ms)
        self.shows.release(at_ms)
        self._tell(By("chronograph-0", "system"), "clock_tick", list(fired), Outcome())
        return fired

    def _tell(self, by: By, kind: str, events: list[Any], outcome: Outcome) -> None:
        public = any(type(event) in ROADSHOW.messages.public for event in events)
        after = Known(
            self.root, self.known.seq + len(events), self.known.public_seq + public, halted=False
        )
        rejection = outcome.rejection
        refusal = None if rejection is None else Refusal(rejection.code, {}, {})
        raw = [msgspec.Raw(encode_event(event)) for event in events]
        entry = Entry(SESSION_ID, self.known.seq, after.public_seq, raw, refusal)
        asked = Asked(self.offset, f"command-{self.offset:020d}", kind, by.actor, by.role)
        said = "decided" if refusal is None else "refused"
        decision = Decision(asked, self.at_ms, self.at_ms, 0, said, [entry], 1, "", "")
        change = Change(SESSION_ID, self.known, after, tuple(events), entry)
        self.last = Step(TOPICS, 0, self.offset, decision, f"{self.offset:064x}", (change,))
        self.known, self.offset = after, self.offset + 1
        self.steps.append(self.last)
        self.shows.take(self.last, self.at_ms)

    def state(self, *, staff: bool = False) -> dict[str, Any]:
        """What a fresh subscriber is given."""
        stage = self.shows.find(SESSION_ID)
        assert stage is not None
        state = stage.state(staff=staff)
        assert state is not None
        return state

    def critical(self, channel: str = f"roadshow:{SESSION_ID}") -> list[dict[str, Any]]:
        """What was told with an offset, in order."""
        return [one.data for one in self.heard[channel] if one.offset is not None]


def fold(state: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
    """A state and a publication become the next state, as the page does it."""
    items = {one["item_id"]: one for one in [*state["items"], *told["items"]]}
    questions = {one["question_id"]: one for one in [*state["questions"], *told["questions"]]}
    for gone in told.get("questions_removed", ()):
        questions.pop(gone, None)
    return {
        **state,
        **told["state"],
        "public_seq": told.get("public_seq", state["public_seq"]),
        "at_ms": told["at_ms"],
        "items": sorted(items.values(), key=lambda one: one["index"]),
        "questions": list(questions.values()),
    }
