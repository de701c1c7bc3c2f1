"""All sessions: what each decision means for those who watch, and for those who run them.

Rule 1: one decision with public events is one publication of `roadshow:{id}`; its offset is the
session's `public_seq`. It carries what has changed since the last one.
Rule 2: before a session is published nothing of it goes out.
Rule 3: votes and counts are conflated: they never go out as critical, and never cost an offset.
Rule 4: how a bidding ended is told to the public as late as the bidding itself is, and all that
comes after it, in its order. Nothing else of a session is delayed.
Rule 5: what only the staff sees goes out on `roadshow.staff:{id}`, whose offset is the decision's,
plus one.
"""

from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias

from gateway import channels
from gateway.feed.families import RULES
from gateway.feed.folded import Answer, Change, Known, Step
from gateway.feed.publication import Publication, Sink
from gateway.views import show as view
from gateway.views.outcome import entry_of, told_of, view_outcome
from infra.codec import decode_event
from roadshow.interest.state import shown_count
from roadshow.question.state import SHOWN
from roadshow.session.events import ItemBiddingClosed
from roadshow.session.state import Session, active_item, running_ends_at_ms

CLOCKED: Final = ("live", "paused", "wrapping_up")

DelayOf: TypeAlias = Callable[[str], int | None]
"""How much later the public sees a bidding, in milliseconds; None for one that nobody knows."""


class Stage:
    """Everything the gateway tells about one session."""

    __slots__ = (
        "at_ms", "known", "outside", "partition", "pending", "session_id", "since", "staff_told",
        "told",
    )  # fmt: skip

    def __init__(self, session_id: str, partition: int) -> None:
        """Nothing has been told."""
        self.session_id = session_id
        self.partition = partition
        self.known = Known()
        self.outside = Known()  # as the public has it
        self.pending: deque[tuple[int, Step, Change]] = deque()  # to be told from then on
        self.at_ms = 0
        self.since = 0  # the public_seq after which everything went out
        self.told: dict[str, Any] = {}
        self.staff_told: dict[str, Any] = {}

    @property
    def show(self) -> view.Show:
        """The session with its parts, as those who run it have it."""
        found: view.Show = self.known.state.show
        return found

    @property
    def shown(self) -> view.Show | None:
        """The session as all have it; None where they may not know of it."""
        found: view.Show | None = None if self.outside.state is None else self.outside.state.show
        return found if found is not None and view.is_shown(found) else None

    @property
    def shown_phase(self) -> str | None:
        """Its phase as all have it."""
        return None if self.shown is None else self.shown.session.phase

    def state(self, *, staff: bool = False) -> dict[str, Any] | None:
        """Return the whole state; None where it may not be known yet."""
        known, show = (self.known, self.show) if staff else (self.outside, self.shown)
        if show is None:
            return None
        return view.view_show(show, public_seq=known.public_seq, at_ms=self.at_ms, staff=staff)

    def clock(
        self, server_time_ms: int, *, degraded: bool, staff: bool = False
    ) -> dict[str, Any] | None:
        """Return the heartbeat of a session; None where it may not be known yet."""
        known, show = (self.known, self.show) if staff else (self.outside, self.shown)
        if show is None:
            return None
        session = show.session
        item = active_item(session)
        return {
            "key": "clock",
            "server_time_ms": server_time_ms,
            "ends_at_ms": running_ends_at_ms(session),
            "phase": session.phase,
            "item_phase": None if item is None else item.phase,
            "public_seq": known.public_seq,
            "degraded": degraded,
        }

    def is_on(self, *, staff: bool) -> bool:
        """Whether it runs, or is shown and has not ended: then its clock is told."""
        show = self.show if staff else self.shown
        if show is None:
            return False
        session = show.session
        ahead = self.shown is not None and session.ended_at_ms is None
        return session.phase in CLOCKED or ahead

    def counts(self) -> dict[str, dict[str, Any]]:
        """Return the newest votes and counts, by key."""
        show = self.show
        votes = {
            f"upvotes:{one.question_id}": {"upvotes": one.upvotes}
            for one in show.questions.questions.values()
            if one.phase in SHOWN and not one.private and one.voters
        }
        counted = {
            f"interests:{item_id}": {"count": count}
            for item_id in show.session.items
            if (count := shown_count(show.interests, item_id)) is not None
        }
        return {key: {"key": key, **value} for key, value in (votes | counted).items()}

    def market_row(self) -> dict[str, Any] | None:
        """Return what the market shows of it."""
        show = self.shown
        if show is None or show.session.plan.access == "invited":
            return None
        session = show.session
        return {
            "key": self.session_id,
            "root": self.session_id,
            "kind": "session",
            "title": session.plan.title,
            "phase": session.phase,
            "price_fen": None,
            "ends_at_ms": running_ends_at_ms(session),
            "opens_at_ms": session.plan.starts_at_ms,
            "place": session.plan.place,
            "item": _on_stage(session),
            "heat": None,
        }


def _on_stage(session: Session) -> dict[str, Any] | None:
    """Return which item is on the stage; what becomes of it is for the rooms to tell."""
    item = active_item(session)
    if item is None:
        return None
    return {
        "title": item.facts.title,
        "index": list(session.items).index(item.item_id),
        "count": len(session.items),
    }


class Shows:
    """The sessions by id."""

    def __init__(self, sink: Sink, delay_of: DelayOf) -> None:
        """`sink` is given every publication; `delay_of` says how late the public sees a bidding."""
        self._sink = sink
        self._delay_of = delay_of
        self._delayed: dict[str, Stage] = {}
        self._stages: dict[str, Stage] = {}
        self._session_of: dict[str, str] = {}  # by bidding
        self._sellers: dict[str, tuple[str, ...]] = {}
        self._others: set[str] = set()  # cards
        self._versions = 0
        self._changed: set[str] = set()

    def find(self, session_id: str) -> Stage | None:
        """Return a session."""
        return self._stages.get(session_id)

    def all(self) -> Iterator[Stage]:
        """Every session, in the order of arrival."""
        return iter(self._stages.values())

    def knows(self, root: str) -> bool:
        """Whether the root is of this family."""
        return root in self._stages or root in self._others

    def session_of(self, root: str) -> Stage | None:
        """Return the session that a session's or a bidding's id belongs to."""
        return self._stages.get(self._session_of.get(root, root))

    def sellers_of(self, bidding_id: str) -> tuple[str, ...]:
        """Return who sells in the bidding of an item: organisation and accounts."""
        return self._sellers.get(bidding_id, ())

    def take_changed(self) -> set[str]:
        """Return whose row of the market is new, and forget it."""
        changed, self._changed = self._changed, set()
        return changed

    def adopt(self, aggregate: str, partition: int, known: Known) -> None:
        """Begin with what a snapshot says."""
        stage = self._stage(aggregate, partition, known)
        if stage is not None:
            stage.since = known.public_seq
            stage.outside = known
            stage.told = stage.state() or {}
            stage.staff_told = stage.state(staff=True) or {}

    def _stage(self, aggregate: str, partition: int, known: Known) -> Stage | None:
        if known.state is None or known.state.show is None:
            self._others.add(aggregate)
            return None
        stage = self._stages.get(aggregate)
        if stage is None:
            stage = self._stages[aggregate] = Stage(aggregate, partition)
        stage.known = known
        for item in stage.show.session.items.values():
            bidding_id = item.bidding.bidding_id
            if bidding_id and bidding_id not in self._session_of:
                self._session_of[bidding_id] = aggregate
                self._sellers[bidding_id] = (item.facts.holder_org, *item.facts.parties)
        return stage

    def take(self, step: Step, now_ms: int, *, silent: bool = False) -> None:
        """Take a decision. `silent`: too old to be told as news."""
        for change in step.changes:
            if change.aggregate and change.after.state is not None and change.entry.events:
                self._take(step, change, now_ms, silent=silent)

    def _take(self, step: Step, change: Change, now_ms: int, *, silent: bool) -> None:
        stage = self._stage(change.aggregate, step.partition, change.after)
        if stage is None:
            return
        if silent or not view.is_shown(stage.show):
            self._follow(stage, step, change)
        elif change.is_public:
            self._tell_in_time(stage, step, change, now_ms)
        elif not stage.pending:
            stage.outside = change.after
        if not silent:
            self._tell_staff(stage, step, change)
            self._tell_counts(stage, change)

    def _follow(self, stage: Stage, step: Step, change: Change) -> None:
        """Go on without a word."""
        stage.outside = change.after
        if change.is_public:
            stage.at_ms = step.decision.at_ms
            stage.since = change.after.public_seq
            stage.told = stage.state() or {}
            self._changed.add(stage.session_id)

    def _tell_in_time(self, stage: Stage, step: Step, change: Change, now_ms: int) -> None:
        delay_ms = self._delay_ms(stage, change)
        if not delay_ms and not stage.pending:
            self._tell(stage, step, change)
            return
        due_ms = step.decision.at_ms + delay_ms
        if stage.pending:
            due_ms = max(due_ms, stage.pending[-1][0])
        stage.pending.append((due_ms, step, change))
        self._delayed[stage.session_id] = stage
        self.release(now_ms)

    def _delay_ms(self, stage: Stage, change: Change) -> int:
        """How much later the public is told of it: as late as of a bidding that it tells of."""
        ended = [event for event in change.events if isinstance(event, ItemBiddingClosed)]
        return max((self._delay_after(stage, event) for event in ended), default=0)

    def _delay_after(self, stage: Stage, event: ItemBiddingClosed) -> int:
        known_ms = self._delay_of(event.bidding_id)
        if known_ms is not None:
            return known_ms
        offer = stage.show.session.items[event.item_id].facts.offer  # its terms are made of this
        return 0 if offer is None else offer.public_delay_ms

    def release(self, now_ms: int) -> None:
        """Tell the public what its time has come for; call it often."""
        for stage in list(self._delayed.values()):
            while stage.pending and stage.pending[0][0] <= now_ms:
                _, step, change = stage.pending.popleft()
                self._tell(stage, step, change)
            if not stage.pending:
                stage.outside = stage.known
                del self._delayed[stage.session_id]

    def _tell(self, stage: Stage, step: Step, change: Change) -> None:
        stage.outside = change.after
        stage.at_ms = step.decision.at_ms
        self._changed.add(stage.session_id)
        state = stage.state()
        assert state is not None, "it is shown"
        seen = (view.view_event(event) for event in change.events)
        data = {
            "public_seq": change.after.public_seq,
            "at_ms": step.decision.at_ms,
            "events": [event for event in seen if event is not None],
            **view.changes(stage.told, state),
            "receipt": {
                "partition": step.partition, "decision_offset": step.offset, "hash": step.hash,
            },
        }  # fmt: skip
        stage.told = state
        name = channels.show(stage.session_id)
        self._sink(Publication(name, data, offset=change.after.public_seq))

    def _tell_staff(self, stage: Stage, step: Step, change: Change) -> None:
        if all(event.type in _COUNTED for event in change.events):
            return
        state = stage.state(staff=True)
        assert state is not None, "the staff sees it always"
        seen = (view.view_event(event, "staff") for event in change.events)
        data = {  # no public_seq beside them: most of what only the staff sees raises none
            "at_ms": step.decision.at_ms,
            "events": [event for event in seen if event is not None],
            **view.changes(stage.staff_told, state),
        }
        data["state"]["public_seq"] = change.after.public_seq
        stage.staff_told = state
        self._sink(Publication(channels.staff(stage.session_id), data, offset=step.offset + 1))

    def _tell_counts(self, stage: Stage, change: Change) -> None:
        touched = {
            f"{_COUNTED[event.type]}:{getattr(event, _COUNTED_BY[event.type])}"
            for event in change.events
            if event.type in _COUNTED
        }
        if not touched:
            return
        counts = stage.counts()
        for key in touched & counts.keys():
            for name in (channels.show(stage.session_id), channels.staff(stage.session_id)):
                self._keyed(name, key, counts[key])

    def outcome(self, answer: Answer, root: str) -> dict[str, Any]:
        """Return what became of a command of this family or on an account, as its actor is told."""
        entry = entry_of(answer.decision, root)
        messages = RULES[answer.family].messages
        events = [] if entry is None else [decode_event(messages, raw) for raw in told_of(entry)]
        seen = (view.view_event(event, "own") for event in events)
        return view_outcome(
            answer.decision, entry, [event for event in seen if event is not None],
            partition=answer.partition, decision_offset=answer.offset, decision_hash=answer.hash,
        )  # fmt: skip

    def tick(self, now_ms: int, *, degraded: bool) -> None:
        """Give every session that runs its heartbeat, and every other that is shown too."""
        for stage in self._stages.values():
            for name, staff in (
                (channels.show(stage.session_id), False),
                (channels.staff(stage.session_id), True),
            ):
                data = stage.clock(now_ms, degraded=degraded, staff=staff)
                if data is not None and stage.is_on(staff=staff):
                    self._keyed(name, "clock", data)

    def _keyed(self, name: str, key: str, data: dict[str, Any]) -> None:
        self._versions += 1
        self._sink(Publication(name, data, key=key, version=self._versions))


_COUNTED: Final = {"question_upvoted": "upvotes", "interest_registered": "interests"}
_COUNTED_BY: Final = {"question_upvoted": "question_id", "interest_registered": "item_id"}
