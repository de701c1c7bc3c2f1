"""All sessions: what each decision means for those who watch, and for those who run them.

Rule 1: one decision with public events is one publication of `roadshow:{id}`; its offset is the
session's `public_seq`. It carries what has changed since the last one.
Rule 2: before a session is published nothing of it goes out.
Rule 3: votes and counts are conflated: they never go out as critical, and never cost an offset.
Rule 4: what only the staff sees goes out on `roadshow.staff:{id}`, whose offset is the decision's,
plus one.
"""

from collections.abc import Iterator
from typing import Any, Final

from gateway import channels
from gateway.feed.families import RULES
from gateway.feed.folded import Answer, Change, Known, Step
from gateway.feed.publication import Publication, Sink
from gateway.views import show as view
from gateway.views.outcome import entry_of, told_of, view_outcome
from infra.codec import decode_event
from roadshow.interest.state import shown_count
from roadshow.question.state import SHOWN
from roadshow.session.state import Session, active_item, running_ends_at_ms

CLOCKED: Final = ("live", "paused", "wrapping_up")


class Stage:
    """Everything the gateway tells about one session."""

    __slots__ = ("at_ms", "known", "partition", "session_id", "since", "staff_told", "told")

    def __init__(self, session_id: str, partition: int) -> None:
        """Nothing has been told."""
        self.session_id = session_id
        self.partition = partition
        self.known = Known()
        self.at_ms = 0
        self.since = 0  # the public_seq after which everything went out
        self.told: dict[str, Any] = {}
        self.staff_told: dict[str, Any] = {}

    @property
    def show(self) -> view.Show:
        """The session with its parts."""
        found: view.Show = self.known.state.show
        return found

    @property
    def is_shown(self) -> bool:
        """Whether all may know of it."""
        return view.is_shown(self.show)

    def state(self, *, staff: bool = False) -> dict[str, Any] | None:
        """Return the whole state; None where it may not be known yet."""
        if not staff and not self.is_shown:
            return None
        public_seq = self.known.public_seq
        return view.view_show(self.show, public_seq=public_seq, at_ms=self.at_ms, staff=staff)

    def clock(self, server_time_ms: int, *, degraded: bool) -> dict[str, Any]:
        """Return the heartbeat of a session."""
        session = self.show.session
        item = active_item(session)
        return {
            "key": "clock",
            "server_time_ms": server_time_ms,
            "ends_at_ms": running_ends_at_ms(session),
            "phase": session.phase,
            "item_phase": None if item is None else item.phase,
            "public_seq": self.known.public_seq,
            "degraded": degraded,
        }

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
        session = self.show.session
        if not self.is_shown or session.plan.access == "invited":
            return None
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

    def __init__(self, sink: Sink) -> None:
        """`sink` is given every publication."""
        self._sink = sink
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

    def take(self, step: Step, *, silent: bool = False) -> None:
        """Take a decision. `silent`: too old to be told as news."""
        for change in step.changes:
            if change.aggregate and change.after.state is not None and change.entry.events:
                self._take(step, change, silent=silent)

    def _take(self, step: Step, change: Change, *, silent: bool) -> None:
        stage = self._stage(change.aggregate, step.partition, change.after)
        if stage is None:
            return
        if change.is_public:
            stage.at_ms = step.decision.at_ms
            self._changed.add(stage.session_id)
        if change.is_public and stage.is_shown and not silent:
            self._tell(stage, step, change)
        elif change.is_public:
            stage.since = change.after.public_seq
            stage.told = stage.state() or {}
        if not silent:
            self._tell_staff(stage, step, change)
            self._tell_counts(stage, change)

    def _tell(self, stage: Stage, step: Step, change: Change) -> None:
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
            session = stage.show.session
            if session.phase in CLOCKED or (stage.is_shown and session.ended_at_ms is None):
                data = stage.clock(now_ms, degraded=degraded)
                for name in (channels.show(stage.session_id), channels.staff(stage.session_id)):
                    self._keyed(name, "clock", data)

    def _keyed(self, name: str, key: str, data: dict[str, Any]) -> None:
        self._versions += 1
        self._sink(Publication(name, data, key=key, version=self._versions))


_COUNTED: Final = {"question_upvoted": "upvotes", "interest_registered": "interests"}
_COUNTED_BY: Final = {"question_upvoted": "question_id", "interest_registered": "item_id"}
