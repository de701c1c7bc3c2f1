"""All biddings: what each decision means for their rooms, and what goes out on which channel.

Rule 1: one decision is one publication of a room, holding all its public events; its offset is the
room's `public_seq`.
Rule 2: what only one bidder may know goes out on his own channel and nowhere else; its offset is
the decision's, plus one. Where a position may not be told (gateway/feed/positions.py) it goes out
without one, by a key.
Rule 3: the public is told when `public_delay_ms` has passed, in the same order.
"""

from collections.abc import Iterator
from typing import Any, Final

from gateway import channels
from gateway.feed.folded import Answer, Change, Known, Step
from gateway.feed.positions import Positions
from gateway.feed.publication import Publication, Sink
from gateway.feed.rooms import Heard, Room
from gateway.views import bidding as view
from gateway.views.outcome import entry_of, told_of, view_outcome
from infra.codec import Decision, Entry, decode_event
from trading.dispatch import BIDDING

CLOCK_AFTER_END_MS: Final = 3_600_000
AS_BIDDER: Final = ("bidder", "priority_holder")


class Biddings:
    """The rooms, by bidding."""

    def __init__(self, sink: Sink) -> None:
        """`sink` is given every publication."""
        self._sink = sink
        self.positions = Positions()
        self._rooms: dict[str, Room] = {}
        self._delayed: dict[str, Room] = {}
        self._versions = 0
        self._changed: set[str] = set()  # rows of the market that are new

    def find(self, bidding_id: str) -> Room | None:
        """Return the room of a bidding."""
        return self._rooms.get(bidding_id)

    def delay_of(self, bidding_id: str) -> int | None:
        """Return how much later the public sees a bidding, and all that tells of it."""
        room = self._rooms.get(bidding_id)
        return None if room is None or room.inside.bidding is None else room.delay_ms

    def room(self, bidding_id: str, partition: int) -> Room:
        """Return the room of a bidding, a new one where there is none."""
        room = self._rooms.get(bidding_id)
        if room is None:
            room = self._rooms[bidding_id] = Room(bidding_id, partition, self.positions)
        return room

    def all(self) -> Iterator[Room]:
        """Every room, in the order of arrival."""
        return iter(self._rooms.values())

    def adopt(self, bidding_id: str, partition: int, known: Known) -> None:
        """Begin with what a snapshot says of a bidding."""
        if known.state is not None:
            self.room(bidding_id, partition).adopt(known)

    def forget(self, partition: int) -> None:
        """Begin a partition before everything after all."""
        gone = [name for name, room in self._rooms.items() if room.partition == partition]
        for bidding_id in gone:
            del self._rooms[bidding_id]
        self.positions.forget(partition)

    def take_changed(self) -> set[str]:
        """Return whose row of the market is new, and forget it."""
        changed, self._changed = self._changed, set()
        return changed

    def take(self, step: Step, now_ms: int, *, silent: bool = False) -> None:
        """Take a decision. `silent`: too old to be told as news."""
        for change in step.changes:
            if change.aggregate and change.after.state is not None:
                self._take(step, change, now_ms, silent=silent)

    def _take(self, step: Step, change: Change, now_ms: int, *, silent: bool) -> None:
        room = self.room(change.aggregate, step.partition)
        at_ms = step.decision.at_ms if change.is_public else room.inside.at_ms
        rows = room.inside.take(change.after, change.events, at_ms)
        room.split()
        room.note_phase()
        self.positions.pass_by(step.partition, step.offset)
        room.note_act(change.events, step.decision.command.offset)
        self._note_answer(room, step, change)
        if change.is_public:
            self._changed.add(room.bidding_id)
            if silent and at_ms + room.delay_ms <= now_ms:
                if room.outside is not room.inside:
                    room.outside.take(change.after, change.events, at_ms)
                    room.note_phase()
            else:
                data = publication(room, step, change, rows)
                self._tell_room(room, change, data, now_ms, silent=silent)
        if silent:
            room.since = change.after.public_seq
        else:
            self._tell_bidders(room, step, change)
            self._tell_aside(room, step)

    # the room, and the public

    def _tell_room(
        self, room: Room, change: Change, data: dict[str, Any], now_ms: int, *, silent: bool
    ) -> None:
        if not silent:
            name = channels.room(room.bidding_id)
            self._sink(Publication(name, data, offset=change.after.public_seq))
        if room.outside is room.inside:
            self._tell_public(room, data)
            return
        room.pending.append((data["at_ms"] + room.delay_ms, change, data))
        self._delayed[room.bidding_id] = room
        self.release(now_ms)

    def release(self, now_ms: int) -> None:
        """Tell the public what its time has come for; call it often."""
        for room in list(self._delayed.values()):
            while room.pending and room.pending[0][0] <= now_ms:
                _, change, data = room.pending.popleft()
                room.outside.take(change.after, change.events, data["at_ms"])
                room.note_phase()
                self._tell_public(room, data)
            if not room.pending:
                del self._delayed[room.bidding_id]

    def _tell_public(self, room: Room, data: dict[str, Any]) -> None:
        self._changed.add(room.bidding_id)
        name = channels.public_room(room.bidding_id)
        self._sink(Publication(name, data, offset=data["public_seq"]))

    # one bidder, and those aside

    def _note_answer(self, room: Room, step: Step, change: Change) -> None:
        asked = step.decision.command
        if asked.actor is None or asked.acting_role not in AS_BIDDER:
            return
        entry = change.entry
        if entry.rejection is not None:
            at_ms = step.decision.at_ms
            room.inside.history.refuse(
                asked.actor, entry.rejection.code, entry.rejection.params, at_ms
            )
        if is_answer(step.decision, change.entry):
            room.hear(asked.actor, heard(step, change))

    def _tell_bidders(self, room: Room, step: Step, change: Change) -> None:
        bidding = room.inside.bidding
        assert bidding is not None, "a room is shown once there is a bidding"
        asked = step.decision.command
        told = (
            asked.actor
            if asked.acting_role in AS_BIDDER and is_answer(step.decision, change.entry)
            else None
        )
        price_fen = bidding.price_fen
        if told is not None:
            outcome = room.outcome(told, room.outcomes[told][-1])
            data = {
                **room.own(told),
                "kind": "outcome", "outcome": outcome, "standing": outcome["standing"],
                "price_fen": price_fen,
            }  # fmt: skip
            self._send(room, channels.bidder(room.bidding_id, told), step, data)
        for number, kind in {**_by_limit(change), **dict(_moved(change))}.items():
            if number != told:
                own = room.own(number)
                data = {
                    "kind": kind, "standing": own["standing"], "price_fen": price_fen,
                    "proxy_bids": own["proxy_bids"],
                }  # fmt: skip
                self._send(room, channels.bidder(room.bidding_id, number), step, data)

    def _tell_aside(self, room: Room, step: Step) -> None:
        for kind in channels.ASIDE:
            state = room.aside_state(kind)
            if state is not None and room.aside.get(kind) != state:
                before, room.aside[kind] = room.aside.get(kind, {}), state
                moved = {name: value for name, value in state.items() if name != "rejected"}
                data = {"at_ms": step.decision.at_ms, "state": moved}
                if state.get("rejected") and state["rejected"] != before.get("rejected"):
                    data["rejected"] = state["rejected"][:1]
                self._send(room, channels.aside(kind, room.bidding_id), step, data)

    def _send(self, room: Room, name: str, step: Step, data: dict[str, Any]) -> None:
        if room.tells_offsets:
            self._sink(Publication(name, data, offset=step.offset + 1))
            return
        self._versions += 1
        outcome = data.get("outcome")
        of_bidder = "standing" if "kind" in data else "state"
        key = of_bidder if outcome is None else f"outcome:{outcome['command_id']}"
        keyed = {**data, "key": key}
        self._sink(Publication(name, keyed, key=key, version=self._versions))

    def outcome(self, answer: Answer, bidding_id: str, actor: str) -> dict[str, Any]:
        """Return what became of a command on a bidding, as its actor is told it."""
        room = self._rooms.get(bidding_id)
        entry = entry_of(answer.decision, bidding_id)
        bidding = None if room is None else room.inside.bidding
        number = actor if bidding is not None and actor in bidding.facts.register else None
        shown = []
        if entry is not None and is_answer(answer.decision, entry):
            events = (decode_event(BIDDING.messages, raw) for raw in told_of(entry))
            seen = (view.view_own_event(event, number) for event in events)
            shown = [event for event in seen if event is not None]
        found = view_outcome(
            answer.decision, entry, shown, partition=answer.partition,
            decision_offset=answer.offset, decision_hash=answer.hash,
            with_positions=self.positions.are_told(answer.partition, bidding_id),
        )  # fmt: skip
        if bidding is None or number is None:
            return {**found, "standing": "none"}
        return {**found, "standing": view.standing_of(bidding, number)}

    # every second

    def tick(self, now_ms: int, *, degraded: bool) -> None:
        """Give every room that is not long over its heartbeat."""
        for room in self._rooms.values():
            bidding = room.inside.bidding
            if bidding is None:
                continue
            ended_ms = bidding.facts.ended_at_ms
            if view.is_over(bidding) and now_ms - ended_ms > CLOCK_AFTER_END_MS:
                room.rest()
                continue
            self._beat(channels.room(room.bidding_id), room.inside.clock(now_ms, degraded=degraded))
            if room.outside.bidding is not None:
                later = room.outside.clock(now_ms - room.delay_ms, degraded=degraded)
                self._beat(channels.public_room(room.bidding_id), later)

    def _beat(self, name: str, data: dict[str, Any]) -> None:
        self._versions += 1
        self._sink(Publication(name, data, key="clock", version=self._versions))


def publication(
    room: Room, step: Step, change: Change, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """Return what a room is told of a decision."""
    bidding = room.inside.bidding
    assert bidding is not None, "a room is shown once there is a bidding"
    seen = (view.view_event(event) for event in change.events)
    state = room.inside.moving()
    if view.changes_terms(change.events):
        state["terms"] = view.view_terms(bidding)
    return {
        "public_seq": change.after.public_seq,
        "at_ms": step.decision.at_ms,
        "events": [event for event in seen if event is not None],
        "state": state,
        "bids": rows,
        "receipt": {
            "partition": step.partition,
            "decision_offset": step.offset if room.tells_positions else None,
            "hash": step.hash,
        },
    }


def heard(step: Step, change: Change) -> Heard:
    """Return an answer with the standing it left its bidder in."""
    standing = view.standing_of(change.after.state, step.decision.command.actor or "")
    return Heard(step.decision, change.entry, change.events, step.offset, step.hash, standing)


def is_answer(decision: Decision, entry: Entry) -> bool:
    """Whether this entry is the one that the command addressed; nothing else comes after it."""
    if entry.rejection is not None:
        return True
    return decision.outcome == "decided" and entry is decision.entries[-1]


def _moved(change: Change) -> list[tuple[str, str]]:
    """Return who lost the lead and who has it now, while that means something."""
    before, after = change.before.state, change.after.state
    if before is None or not view.is_rising(after) or before.leader == after.leader:
        return []
    moved = [(after.leader, "you_lead")] if after.leader is not None else []
    return [*moved, (before.leader, "outbid")] if before.leader is not None else moved


def _by_limit(change: Change) -> dict[str, str]:
    """Return whose standing limit has just bid: he alone is told that it was not his hand (4.3)."""
    return {
        event.bidder: "limit_bid" for event in change.events if getattr(event, "is_proxy", False)
    }
