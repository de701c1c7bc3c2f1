"""Consumer groups (the classic protocol), without I/O: calls and time in, answers out.

    EMPTY --join--> PREPARING --all joined, or time up--> COMPLETING --leader's sync--> STABLE
    a join, leave or lost member in COMPLETING or STABLE --> PREPARING; nobody left --> EMPTY

A caller gets a `Ticket` for each join and sync; `take_answers()` hands out those that are answered.
Whoever runs a group must make a new `generation` durable before it passes a join's answer on: after
a crash a zombie of an older generation must not be mistaken for a member of the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from infra.broker.errors import Error
from infra.broker.members import Joined, Joining, Member, State, Synced, Ticket, common, vote

INITIAL_DELAY_MS = 100
SESSION_TIMEOUT_MS_MAX = 1_800_000
MEMBERS_MAX = 1_000


@dataclass(slots=True)
class Group:
    """One group."""

    name: str
    new_id: Callable[[], str]
    generation: int = 0
    protocol_type: str = ""
    state: State = State.EMPTY
    protocol: str = ""
    leader: str = ""
    members: dict[str, Member] = field(default_factory=dict)
    statics: dict[str, str] = field(default_factory=dict)
    _invited: dict[str, int] = field(default_factory=dict)
    _phase_ends_ms: int = 0
    _not_before_ms: int = 0
    _answers: list[Ticket] = field(default_factory=list)

    # -- calls ---------------------------------------------------------------------------------

    def join(self, now_ms: int, joining: Joining) -> Ticket:
        """A member asks to be in the next generation."""
        ticket = Ticket()
        refusal = self._refuse(joining)
        if refusal is not None:
            self._give(ticket, Joined(refusal, joining.member_id))
        elif joining.member_id in self.members:
            self._join_again(now_ms, self.members[joining.member_id], joining, ticket)
        elif joining.instance_id is not None and joining.instance_id in self.statics:
            self._replace(now_ms, joining, ticket)
        elif not joining.member_id and joining.instance_id is None and joining.id_required:
            member_id = self._fresh_id(joining)
            self._invited[member_id] = now_ms + joining.session_timeout_ms
            self._give(ticket, Joined(Error.MEMBER_ID_REQUIRED, member_id))
        else:
            self._admit(now_ms, joining, ticket)
        return ticket

    def sync(
        self,
        now_ms: int,
        member_id: str,
        instance_id: str | None,
        generation: int,
        assignments: Mapping[str, bytes],
    ) -> Ticket:
        """A member asks for its assignment; the leader brings everybody's."""
        ticket = Ticket()
        error = self.check(member_id, instance_id, generation)
        if error is Error.NONE and self.state is State.PREPARING:
            error = Error.REBALANCE_IN_PROGRESS
        if error is not Error.NONE:
            self._give(ticket, Synced(error))
            return ticket
        member = self.members[member_id]
        self._heard(now_ms, member)
        if self.state is State.STABLE:
            self._give(ticket, Synced(Error.NONE, member.assignment))
            return ticket
        member.sync = ticket
        if member_id == self.leader:
            self._distribute(now_ms, assignments)
        return ticket

    def heartbeat(
        self, now_ms: int, member_id: str, instance_id: str | None, generation: int
    ) -> Error:
        """A sign of life; the answer tells a member to join again."""
        error = self.check(member_id, instance_id, generation)
        if error is Error.NONE:
            self._heard(now_ms, self.members[member_id])
            if self.state is State.PREPARING:
                return Error.REBALANCE_IN_PROGRESS
        return error

    def leave(self, now_ms: int, member_id: str, instance_id: str | None) -> Error:
        """A member goes; a static one is named by its instance id alone."""
        if instance_id is not None:
            known = self.statics.get(instance_id)
            if known is None:
                return Error.UNKNOWN_MEMBER_ID
            if member_id and member_id != known:
                return Error.FENCED_INSTANCE_ID
            member_id = known
        if self._invited.pop(member_id, None) is not None:
            return Error.NONE
        if member_id not in self.members:
            return Error.UNKNOWN_MEMBER_ID
        self._remove(member_id)
        self._rebalance(now_ms)
        return Error.NONE

    def withdraw(self, now_ms: int, ticket: Ticket) -> None:
        """The caller waiting for this ticket is gone: a dynamic member leaves with it at once.

        A static member keeps its place, and has a session timeout from now on to come back.
        """
        for member in self.members.values():
            if ticket in (member.join, member.sync):
                break
        else:
            return
        member.join = None if member.join is ticket else member.join
        member.sync = None if member.sync is ticket else member.sync
        self._heard(now_ms, member)
        if not member.static:
            self._remove(member.member_id)
            self._rebalance(now_ms)

    def check_commit(
        self, now_ms: int, member_id: str, instance_id: str | None, generation: int
    ) -> Error:
        """Whether this member may commit; without a generation only while the group is empty."""
        if generation < 0 and not member_id:
            return Error.NONE if self.state is State.EMPTY else Error.UNKNOWN_MEMBER_ID
        error = self.check(member_id, instance_id, generation)
        if error is Error.NONE:
            self._heard(now_ms, self.members[member_id])
            if self.state is State.COMPLETING:
                return Error.REBALANCE_IN_PROGRESS
        return error

    def check(self, member_id: str, instance_id: str | None, generation: int) -> Error:
        """Whether the caller is a member of this generation."""
        if instance_id is not None and instance_id in self.statics:
            if self.statics[instance_id] != member_id:
                return Error.FENCED_INSTANCE_ID
        elif instance_id is not None:
            return Error.UNKNOWN_MEMBER_ID
        if member_id not in self.members:
            return Error.UNKNOWN_MEMBER_ID
        return Error.NONE if generation == self.generation else Error.ILLEGAL_GENERATION

    # -- time and answers ----------------------------------------------------------------------

    def poll(self, now_ms: int) -> None:
        """Let time pass: give up silent members, end a phase whose time is up."""
        for member_id in [m for m, deadline in self._invited.items() if deadline <= now_ms]:
            del self._invited[member_id]
        silent = [m for m in self.members.values() if not m.waiting and m.deadline_ms <= now_ms]
        for member in silent:
            self._remove(member.member_id)
        if silent:
            self._rebalance(now_ms)
        if self.state is State.PREPARING:
            self._complete_join(now_ms)
        elif self.state is State.COMPLETING and now_ms >= self._phase_ends_ms:
            for member in [m for m in self.members.values() if m.sync is None and not m.static]:
                self._remove(member.member_id)
            self._rebalance(now_ms)

    def take_answers(self) -> list[Ticket]:
        """The tickets answered since the last call."""
        answers, self._answers = self._answers, []
        return answers

    # -- inside --------------------------------------------------------------------------------

    def _refuse(self, joining: Joining) -> Error | None:
        if not 0 < joining.session_timeout_ms <= SESSION_TIMEOUT_MS_MAX:
            return Error.INVALID_SESSION_TIMEOUT
        if joining.member_id:
            kept = self.statics.get(joining.instance_id or "", joining.member_id)
            if kept != joining.member_id:
                return Error.FENCED_INSTANCE_ID
            if joining.member_id not in {*self.members, *self._invited}:
                return Error.UNKNOWN_MEMBER_ID
        if len(self.members) >= MEMBERS_MAX:
            return Error.COORDINATOR_NOT_AVAILABLE
        kept = self.statics.get(joining.instance_id or "", joining.member_id)
        others = [m for m in self.members.values() if m.member_id != kept]
        return None if _fits(joining, others) else Error.INCONSISTENT_GROUP_PROTOCOL

    def _fresh_id(self, joining: Joining) -> str:
        return f"{joining.instance_id or joining.client_id}-{self.new_id()}"

    def _admit(self, now_ms: int, joining: Joining, ticket: Ticket) -> None:
        self._invited.pop(joining.member_id, None)
        member_id = joining.member_id or self._fresh_id(joining)
        member = Member(member_id, joining, now_ms + joining.session_timeout_ms, join=ticket)
        self.members[member_id] = member
        if joining.instance_id is not None:
            self.statics[joining.instance_id] = member_id
        self._rebalance(now_ms)

    def _join_again(self, now_ms: int, member: Member, joining: Joining, ticket: Ticket) -> None:
        unchanged = member.joining.protocols == joining.protocols
        member.joining = joining
        self._heard(now_ms, member)
        settled = self.state is State.COMPLETING or (
            self.state is State.STABLE and member.member_id != self.leader
        )
        if settled and unchanged:
            self._give(ticket, self._joined(member))
            return
        if member.join is not None:
            self._give(member.join, Joined(Error.UNKNOWN_MEMBER_ID, member.member_id))
        member.join = ticket
        self._rebalance(now_ms)

    def _replace(self, now_ms: int, joining: Joining, ticket: Ticket) -> None:
        """A static member is back under a new id: the old id is fenced, the assignment stays."""
        old = self.members[self.statics[str(joining.instance_id)]]
        unchanged = old.joining.protocols == joining.protocols
        was_leader = old.member_id == self.leader
        for waiting, answer in (
            (old.join, Joined(Error.FENCED_INSTANCE_ID, old.member_id)),
            (old.sync, Synced(Error.FENCED_INSTANCE_ID)),
        ):
            if waiting is not None:
                self._give(waiting, answer)
        member_id = self._fresh_id(joining)
        deadline_ms = now_ms + joining.session_timeout_ms
        member = Member(member_id, joining, deadline_ms, old.assignment)
        self.members = {
            m.member_id: m for m in (member if m is old else m for m in self.members.values())
        }
        self.statics[str(joining.instance_id)] = member_id
        if was_leader:
            self.leader = member_id
        if self.state is State.STABLE and unchanged:
            # told another leader, it asks for its assignment and assigns nothing
            leader = old.member_id if was_leader else self.leader
            self._give(
                ticket, Joined(Error.NONE, member_id, self.generation, self.protocol, leader)
            )
            return
        member.join = ticket
        self._rebalance(now_ms)

    def _remove(self, member_id: str) -> None:
        member = self.members.pop(member_id)
        if member.joining.instance_id is not None:
            self.statics.pop(member.joining.instance_id, None)
        for waiting, answer in (
            (member.join, Joined(Error.UNKNOWN_MEMBER_ID, member_id)),
            (member.sync, Synced(Error.UNKNOWN_MEMBER_ID)),
        ):
            if waiting is not None:
                self._give(waiting, answer)

    def _rebalance(self, now_ms: int) -> None:
        if self.state is not State.PREPARING:
            for member in self.members.values():
                if member.sync is not None:
                    self._give(member.sync, Synced(Error.REBALANCE_IN_PROGRESS))
                    member.sync = None
            fresh = self.state is State.EMPTY
            self._not_before_ms = now_ms + INITIAL_DELAY_MS if fresh else now_ms
            self.state = State.PREPARING
            self._phase_ends_ms = now_ms + self._patience_ms()
        self._complete_join(now_ms)

    def _patience_ms(self) -> int:
        return max(
            (
                m.joining.rebalance_timeout_ms
                if m.joining.rebalance_timeout_ms > 0
                else m.joining.session_timeout_ms
                for m in self.members.values()
            ),
            default=0,
        )

    def _complete_join(self, now_ms: int) -> None:
        late = [m for m in self.members.values() if m.join is None]
        if self.members and (
            (late and now_ms < self._phase_ends_ms) or now_ms < self._not_before_ms
        ):
            return
        for member in late:
            if not member.static:
                self._remove(member.member_id)
        if all(m.join is None for m in self.members.values()) and self.members:
            self._phase_ends_ms = (
                now_ms + self._patience_ms()
            )  # only absent static members: wait on
            return
        self.generation += 1
        if not self.members:
            self.state, self.protocol, self.leader = State.EMPTY, "", ""
            return
        self._open_generation(now_ms)

    def _open_generation(self, now_ms: int) -> None:
        members = list(self.members.values())
        present = [m for m in members if m.join is not None]
        self.state = State.COMPLETING
        self._phase_ends_ms = now_ms + self._patience_ms()
        self.protocol_type = present[0].joining.protocol_type
        self.protocol = vote([m.joining.protocols for m in members])
        if self.leader not in {m.member_id for m in present}:
            self.leader = present[0].member_id
        for member in present:
            ticket, member.join = member.join, None
            self._heard(now_ms, member)
            if ticket is not None:
                self._give(ticket, self._joined(member))

    def _joined(self, member: Member) -> Joined:
        told: tuple[tuple[str, str | None, bytes], ...] = ()
        if member.member_id == self.leader:
            told = tuple(
                (
                    m.member_id,
                    m.joining.instance_id,
                    dict(m.joining.protocols).get(self.protocol, b""),
                )
                for m in self.members.values()
            )
        place = (self.generation, self.protocol, self.leader)
        return Joined(Error.NONE, member.member_id, *place, told)

    def _distribute(self, now_ms: int, assignments: Mapping[str, bytes]) -> None:
        self.state = State.STABLE
        for member in self.members.values():
            member.assignment = assignments.get(member.member_id, b"")
            if member.sync is not None:
                self._heard(now_ms, member)
                self._give(member.sync, Synced(Error.NONE, member.assignment))
                member.sync = None

    def _heard(self, now_ms: int, member: Member) -> None:
        member.deadline_ms = now_ms + member.joining.session_timeout_ms

    def _give(self, ticket: Ticket, answer: Joined | Synced) -> None:
        ticket.answer = answer
        self._answers.append(ticket)


def _fits(joining: Joining, others: Sequence[Member]) -> bool:
    if not joining.protocol_type:
        return False
    if any(m.joining.protocol_type != joining.protocol_type for m in others):
        return False
    return bool(common([joining.protocols, *(m.joining.protocols for m in others)]))
