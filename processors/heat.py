"""The heat of agenda items: what people do for an item, counted in hopping windows, and ranked.

Rule 1: only what the public view may see: a bid is counted `public_delay_ms` later, an interest
from the third of an item on, an envelope never, a refused act never.
Rule 2: only windows that are over are read, so that nothing is seen before its time.
Rule 3: a cell remembers the newest decision it has counted of each source, so that a repeated
delivery changes nothing.
Rule 4: whole numbers only. Popularity is a list of its own and never touches the experts' (SC-8).
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from processors.directory import Directory, Listed
from processors.handover import place_of
from processors.reacting import Heard, messages_of
from roadshow.interest.events import InterestRegistered
from roadshow.question.events import QuestionQueued, QuestionUpvoted
from roadshow.session.events import (
    AgendaItemAdded,
    ItemCompleted,
    ItemDeferred,
    ItemSkipped,
    ItemWithdrawn,
    PitchStarted,
    SessionEnded,
)
from trading.bidding.events import BidAccepted, PriorityMatched
from trading.outcome import Messages

WINDOW_SECONDS: Final = 30
STEP_SECONDS: Final = 5
KEPT_SECONDS: Final = 120
INTERESTS_SHOWN_MIN: Final = 3
POINTS: Final[Mapping[str, int]] = {"interest": 10, "question": 5, "upvote": 2, "bid": 3}
POINTS_PER_PRESENT: Final = 1
SOURCES_MAX: Final = 8

ROADSHOW_EVENTS: Final[Messages] = messages_of(
    AgendaItemAdded, PitchStarted, ItemCompleted, ItemSkipped, ItemDeferred, ItemWithdrawn,
    SessionEnded, InterestRegistered, QuestionQueued, QuestionUpvoted,
)  # fmt: skip
BIDDING_EVENTS: Final[Messages] = messages_of(BidAccepted, PriorityMatched)


class Beat(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one decision adds to a session's heat, at the time from which the public may see it.

    source, offset: the decision. counts: item → kind → how many. added: items of the agenda.
    stage: the item on stage from now on, "" for none. over: the session has ended.
    """

    session_id: str
    source: str
    offset: int
    at_ms: int
    counts: dict[str, dict[str, int]] = {}
    added: tuple[str, ...] = ()
    stage: str | None = None
    over: bool = False


class Cell(msgspec.Struct, frozen=True, omit_defaults=True):
    """One item in one window. seen: source → offset of the newest decision counted."""

    counts: dict[str, int] = {}
    present: int = 0
    seen: dict[str, int] = {}


class Standing(msgspec.Struct, frozen=True, omit_defaults=True):
    """A session: its items in order, who is on stage, interests so far. seen: as in a cell."""

    items: tuple[str, ...] = ()
    stage: str = ""
    interests: dict[str, int] = {}
    seen: dict[str, int] = {}


class Ranked(msgspec.Struct, frozen=True):
    """An item's place. change: places gained since the last ranking; equals share a rank."""

    item_id: str
    score: int
    rank: int
    change: int


def beats_of(heard: Heard, directory: Directory) -> list[Beat]:
    """Return what a decision adds, per session; the directory is as after it, or later."""
    drafts: dict[str, _Draft] = {}
    for happening in heard.happenings:
        handler = _HANDLERS.get(type(happening.event))
        place = place_of(happening.aggregate)
        session_id = happening.aggregate if place is None else place.session_id
        listed = directory.session(session_id)
        if handler is not None and listed is not None:
            draft = drafts.setdefault(session_id, _Draft(listed))
            handler(draft, happening.aggregate, happening.event)
    cause = heard.cause
    source = f"{cause.topic}/{cause.partition}"
    return [
        Beat(
            session_id, source, cause.offset, heard.at_ms + draft.delay_ms, draft.counts,
            tuple(draft.added), draft.stage, draft.over,
        )
        for session_id, draft in drafts.items()
        if not draft.is_empty
    ]  # fmt: skip


class _Draft:
    """What one decision adds to one session."""

    def __init__(self, listed: Listed) -> None:
        self.listed = listed
        self.counts: dict[str, dict[str, int]] = {}
        self.added: list[str] = []
        self.stage: str | None = None
        self.over = False
        self.delay_ms = 0

    @property
    def is_empty(self) -> bool:
        return not (self.counts or self.added or self.over or self.stage is not None)

    def count(self, item_id: str, kind: str) -> None:
        if item_id in self.listed.items:
            kinds = self.counts.setdefault(item_id, {})
            kinds[kind] = kinds.get(kind, 0) + 1


def _bid(draft: _Draft, bidding_id: str, _event: object) -> None:
    place = place_of(bidding_id)
    delay_ms = draft.listed.delays_ms.get(bidding_id)
    if place is not None and delay_ms is not None:  # else the stage never asked for this bidding
        draft.count(place.item_id, "bid")
        draft.delay_ms = max(draft.delay_ms, delay_ms)


def _question(draft: _Draft, _session_id: str, event: QuestionQueued) -> None:
    draft.count(draft.listed.questions.get(event.question_id, ""), "question")


def _upvote(draft: _Draft, _session_id: str, event: QuestionUpvoted) -> None:
    draft.count(draft.listed.questions.get(event.question_id, ""), "upvote")


def _interest(draft: _Draft, _session_id: str, event: InterestRegistered) -> None:
    draft.count(event.item_id, "interest")


def _added(draft: _Draft, _session_id: str, event: AgendaItemAdded) -> None:
    draft.added.append(event.item.item_id)


def _staged(draft: _Draft, _session_id: str, event: PitchStarted) -> None:
    draft.stage = event.item_id


def _left_stage(draft: _Draft, _session_id: str, _event: object) -> None:
    draft.stage = ""


def _over(draft: _Draft, _session_id: str, _event: object) -> None:
    draft.over = True


_HANDLERS: Final[Mapping[type, Callable[[_Draft, str, Any], None]]] = {
    BidAccepted: _bid,
    PriorityMatched: _bid,
    QuestionQueued: _question,
    QuestionUpvoted: _upvote,
    InterestRegistered: _interest,
    AgendaItemAdded: _added,
    PitchStarted: _staged,
    ItemCompleted: _left_stage,
    ItemSkipped: _left_stage,
    ItemDeferred: _left_stage,
    ItemWithdrawn: _left_stage,
    SessionEnded: _over,
}


def add(cell: Cell | None, beat: Beat, item_id: str) -> Cell | None:
    """Return a cell with a beat counted; None where it has been, or holds nothing for the item."""
    counts = beat.counts.get(item_id)
    before = cell or Cell()
    if counts is None or before.seen.get(beat.source, -1) >= beat.offset:
        return None
    added = {kind: before.counts.get(kind, 0) + count for kind, count in counts.items()}
    return Cell({**before.counts, **added}, before.present, _seen(before.seen, beat))


def be_present(cell: Cell | None, present: int) -> Cell | None:
    """Return a cell that has seen so many people present; None where it has seen as many."""
    before = cell or Cell()
    return None if present <= before.present else Cell(before.counts, present, before.seen)


def stand(standing: Standing | None, beat: Beat) -> Standing | None:
    """Return a session after a beat; None where it was counted already."""
    before = standing or Standing()
    if before.seen.get(beat.source, -1) >= beat.offset:
        return None
    interests = dict(before.interests)
    for item_id, counts in beat.counts.items():
        if "interest" in counts:
            interests[item_id] = interests.get(item_id, 0) + counts["interest"]
    items = before.items + tuple(one for one in beat.added if one not in before.items)
    stage = before.stage if beat.stage is None else beat.stage
    return Standing(items, stage, interests, _seen(before.seen, beat))


def _seen(seen: Mapping[str, int], beat: Beat) -> dict[str, int]:
    kept = {source: offset for source, offset in seen.items() if source != beat.source}
    for oldest in list(kept)[: max(0, len(kept) + 1 - SOURCES_MAX)]:
        del kept[oldest]
    return {**kept, beat.source: beat.offset}


def score(cell: Cell | None, *, interests_shown: bool) -> int:
    """Return the points of an item in a window."""
    if cell is None:
        return 0
    points = sum(
        POINTS.get(kind, 0) * count
        for kind, count in cell.counts.items()
        if kind != "interest" or interests_shown
    )
    return points + POINTS_PER_PRESENT * cell.present


def rank(
    standing: Standing, cells: Mapping[str, Cell | None], before: Iterable[Ranked]
) -> tuple[Ranked, ...]:
    """Return the items by score, highest first; equals in the agenda's order share a rank."""
    ranks_before = {one.item_id: one.rank for one in before}
    scores = {
        item_id: score(
            cells.get(item_id),
            interests_shown=standing.interests.get(item_id, 0) >= INTERESTS_SHOWN_MIN,
        )
        for item_id in standing.items
    }
    ordered = sorted(standing.items, key=lambda item_id: -scores[item_id])
    ranked: list[Ranked] = []
    for index, item_id in enumerate(ordered):
        same = index > 0 and scores[ordered[index - 1]] == scores[item_id]
        place = ranked[-1].rank if same else index + 1
        ranked.append(
            Ranked(item_id, scores[item_id], place, ranks_before.get(item_id, place) - place)
        )
    return tuple(ranked)


def last_window_start(now_ms: int) -> int:
    """Return the start, in seconds, of the newest window that is over."""
    return (now_ms // 1_000 - WINDOW_SECONDS) // STEP_SECONDS * STEP_SECONDS


def window_starts(at_ms: int) -> range:
    """Return the starts, in seconds, of the windows that an instant lies in."""
    newest = at_ms // 1_000 // STEP_SECONDS * STEP_SECONDS
    return range(newest - WINDOW_SECONDS + STEP_SECONDS, newest + 1, STEP_SECONDS)
