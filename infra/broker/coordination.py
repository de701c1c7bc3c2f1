"""The calls of consumer groups: coordinator, join, sync, heartbeat, leave, offsets, describe.

Members live in memory; generations and committed offsets are durable before anyone is told of them.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from infra.broker.admin import NODE
from infra.broker.commits import CommitFailedError
from infra.broker.errors import Error
from infra.broker.groups import Group
from infra.broker.log import Log
from infra.broker.members import Joined, Joining, State, Synced, Ticket
from infra.broker.wire import Message, Request, Values

POLL_SECONDS = 0.05
STALL_MS = 1_000
_TRANSACTION = 1
_ID_REQUIRED_FROM = 4
_MEMBERS_FROM = 3
_MANY_FROM = {"FindCoordinator": 4, "OffsetFetch": 8}
_KEEP_GENERATION = "INSERT OR REPLACE INTO generation VALUES (?, ?, ?)"
_KEEP_OFFSET = "INSERT OR REPLACE INTO committed VALUES (?, ?, ?, ?, ?, ?)"

Committed = tuple[int, int, str | None]


class Coordinator:
    """All groups of the broker."""

    def __init__(self, log: Log, now_ms: Callable[[], int]) -> None:
        self._log = log
        self._now_ms = now_ms
        self.groups: dict[str, Group] = {}
        self._offsets: dict[str, dict[tuple[str, int], Committed]] = {}
        self._waiting: dict[Ticket, asyncio.Future[Joined | Synced]] = {}
        self._kept: dict[str, int] = {}
        self._passing: set[asyncio.Task[None]] = set()
        self._polled_ms = now_ms()
        self._reading_first = False
        log.on_reload.append(self._load)
        self._load()

    def handlers(self, client_host: str) -> dict[str, Callable[[Request], Awaitable[Values]]]:
        """The calls served here, for a connection from `client_host`."""
        return {
            "JoinGroup": lambda request: self._join(request, client_host),
            "SyncGroup": self._sync,
            "Heartbeat": self._heartbeat,
            "LeaveGroup": self._leave,
            "OffsetCommit": self._commit_offsets,
            "OffsetFetch": self._fetch_offsets,
            "ListGroups": self._list,
            "DescribeGroups": self._describe,
            "DeleteGroups": self._delete,
        }

    async def run(self) -> None:
        """Let time pass for the groups, for ever."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self.poll()

    def poll(self) -> None:
        """Let time pass; after a stall of the disk, first read who gave a sign of life."""
        before_ms, self._polled_ms = self._polled_ms, self._now_ms()
        self._reading_first = (
            not self._reading_first and self._polled_ms - before_ms > STALL_MS
        )  # once: where every turn is slow, time passes all the same
        if self._reading_first:
            return
        for group in list(self.groups.values()):
            group.poll(self._polled_ms)
            self._pass_on(group)

    async def find(self, request: Request, host: str, port: int) -> Values:
        """This node coordinates every group, and no transaction."""
        transaction = request.message.key_type == _TRANSACTION
        error = Error.TRANSACTIONAL_ID_AUTHORIZATION_FAILED if transaction else Error.NONE
        text = "this broker serves no transactions" if transaction else None
        place: Values = {"node_id": NODE, "host": host, "port": port}
        place |= {"error_code": error, "error_message": text}
        if request.version < _MANY_FROM["FindCoordinator"]:
            return place
        return {"coordinators": [{"key": key, **place} for key in request.message.coordinator_keys]}

    # -- membership ----------------------------------------------------------------------------

    async def _join(self, request: Request, client_host: str) -> Values:
        message = request.message
        joining = Joining(
            message.member_id,
            message.group_instance_id,
            request.client_id,
            client_host,
            message.session_timeout_ms,
            message.rebalance_timeout_ms,
            message.protocol_type,
            tuple((protocol.name, bytes(protocol.metadata)) for protocol in message.protocols),
            id_required=request.version >= _ID_REQUIRED_FROM,
        )
        if not message.group_id:
            joined = Joined(Error.INVALID_GROUP_ID, joining.member_id)
        else:
            group = self._group(message.group_id)
            answer = await self._answer(group, group.join(self._now_ms(), joining))
            joined = (
                answer if isinstance(answer, Joined) else Joined(answer.error, joining.member_id)
            )
        return {
            "error_code": joined.error,
            "generation_id": joined.generation,
            "protocol_type": message.protocol_type,
            "protocol_name": joined.protocol,
            "leader": joined.leader,
            "member_id": joined.member_id,
            "members": [
                {"member_id": member_id, "group_instance_id": instance_id, "metadata": metadata}
                for member_id, instance_id, metadata in joined.members
            ],
        }

    async def _sync(self, request: Request) -> Values:
        message = request.message
        group = self._known_group(message.group_id)
        assignments = {a.member_id: bytes(a.assignment) for a in message.assignments}
        answer = await self._answer(group, group.sync(self._now_ms(), *_who(message), assignments))
        return {
            "error_code": answer.error,
            "protocol_type": group.protocol_type,
            "protocol_name": group.protocol,
            "assignment": answer.assignment if isinstance(answer, Synced) else b"",
        }

    async def _heartbeat(self, request: Request) -> Values:
        group = self._known_group(request.message.group_id)
        return {"error_code": group.heartbeat(self._now_ms(), *_who(request.message))}

    async def _leave(self, request: Request) -> Values:
        message = request.message
        group = self._known_group(message.group_id)
        several = request.version >= _MEMBERS_FROM
        gone = [
            {
                "member_id": member.member_id,
                "group_instance_id": member.group_instance_id,
                "error_code": group.leave(
                    self._now_ms(), member.member_id, member.group_instance_id
                ),
            }
            for member in (message.members if several else [message])
        ]
        self._pass_on(group)
        return {"members": gone} if several else {"error_code": gone[0]["error_code"]}

    async def _answer(self, group: Group, ticket: Ticket) -> Joined | Synced:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting[ticket] = waiting
        self._pass_on(group)
        try:
            answer: Joined | Synced = await waiting
        except asyncio.CancelledError:  # its connection is closed
            group.withdraw(self._now_ms(), ticket)
            self._pass_on(group)
            raise
        finally:
            self._waiting.pop(ticket, None)
        return answer

    def _pass_on(self, group: Group) -> None:
        """Hand out what the group has answered, a new generation only once it is durable."""
        answers = group.take_answers()
        if self._kept.get(group.name, 0) != group.generation:
            self._kept[group.name] = group.generation
            row = (group.name, group.generation, group.protocol_type)
            self._log.committer.add_latest(("generation", group.name), (_KEEP_GENERATION, row))
        elif not any(isinstance(t.answer, Joined) and t.answer.error == 0 for t in answers):
            self._hand_out(answers)
            return
        task = asyncio.create_task(self._hand_out_durable(answers))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _hand_out_durable(self, answers: list[Ticket]) -> None:
        try:
            await self._log.committer.settled()
        except CommitFailedError:
            for ticket in answers:
                member_id = ticket.answer.member_id if isinstance(ticket.answer, Joined) else ""
                ticket.answer = Joined(Error.COORDINATOR_NOT_AVAILABLE, member_id)
        self._hand_out(answers)

    def _hand_out(self, answers: Iterable[Ticket]) -> None:
        for ticket in answers:
            waiting = self._waiting.pop(ticket, None)
            if waiting is not None and not waiting.done() and ticket.answer is not None:
                waiting.set_result(ticket.answer)

    # -- offsets -------------------------------------------------------------------------------

    async def _commit_offsets(self, request: Request) -> Values:
        message = request.message
        error = self._check_commit(message)
        topics, rows = [], []
        for topic in message.topics:
            parts = []
            for part in topic.partitions:
                known = self._log.partition(topic.name, part.partition_index) is not None
                code = error or (Error.NONE if known else Error.UNKNOWN_TOPIC_OR_PARTITION)
                parts.append({"partition_index": part.partition_index, "error_code": code})
                if code is Error.NONE:
                    kept = (part.committed_offset, part.committed_leader_epoch)
                    place = (message.group_id, topic.name, part.partition_index)
                    rows.append((*place, *kept, part.committed_metadata))
            topics.append({"name": topic.name, "partitions": parts})
        if rows and not await self._keep_offsets(rows):
            for row in [part for topic in topics for part in topic["partitions"]]:
                row["error_code"] = row["error_code"] or Error.COORDINATOR_NOT_AVAILABLE
        return {"topics": topics}

    async def _keep_offsets(self, rows: list[tuple[Any, ...]]) -> bool:
        """Whether they are durable; only then are they shown."""
        for row in rows:
            self._log.committer.add_latest(row[:3], (_KEEP_OFFSET, row))
        try:
            await self._log.committer.settled()
        except CommitFailedError:
            return False
        for name, topic, number, *kept in rows:
            self._offsets.setdefault(name, {})[topic, number] = tuple(kept)
        return True

    def _check_commit(self, message: Message) -> Error:
        if not message.group_id:
            return Error.INVALID_GROUP_ID
        who = (message.member_id, message.group_instance_id, message.generation_id_or_member_epoch)
        return self._known_group(message.group_id).check_commit(self._now_ms(), *who)

    async def _fetch_offsets(self, request: Request) -> Values:
        message = request.message
        if request.version < _MANY_FROM["OffsetFetch"]:
            return {"topics": self._offset_rows(message)}
        groups = [{"group_id": g.group_id, "topics": self._offset_rows(g)} for g in message.groups]
        return {"groups": groups}

    def _offset_rows(self, asked: Message) -> list[Values]:
        kept = self._offsets.get(asked.group_id, {})
        wanted: dict[str, list[int]] = {}
        if asked.topics is None:
            for name, number in sorted(kept):
                wanted.setdefault(name, []).append(number)
        else:
            wanted = {topic.name: topic.partition_indexes for topic in asked.topics}
        return [
            {
                "name": name,
                "partitions": [
                    _offset_row(number, kept.get((name, number), (-1, -1, "")))
                    for number in numbers
                ],
            }
            for name, numbers in wanted.items()
        ]

    # -- looking on ----------------------------------------------------------------------------

    async def _list(self, request: Request) -> Values:
        states = request.message.states_filter
        groups = [
            {
                "group_id": group.name,
                "protocol_type": group.protocol_type,
                "group_state": group.state.value,
            }
            for group in self._known()
            if not states or group.state.value in states
        ]
        return {"groups": groups}

    async def _describe(self, request: Request) -> Values:
        known = {group.name: group for group in self._known()}
        return {"groups": [_described(name, known.get(name)) for name in request.message.groups]}

    async def _delete(self, request: Request) -> Values:
        known = {group.name: group for group in self._known()}
        results: dict[str, Error] = {}
        for name in request.message.groups_names:
            group = known.get(name)
            results[name] = Error.NONE if group is not None else Error.GROUP_ID_NOT_FOUND
            if group is not None and group.state is not State.EMPTY:
                results[name] = Error.NON_EMPTY_GROUP
            elif group is not None:
                self._offsets.pop(name, None)
                self._log.committer.add([("DELETE FROM committed WHERE name = ?", (name,))])
        try:
            await self._log.committer.settled()
        except CommitFailedError:
            results = {n: e or Error.COORDINATOR_NOT_AVAILABLE for n, e in results.items()}
        return {"results": [{"group_id": n, "error_code": e} for n, e in results.items()]}

    def _known(self) -> list[Group]:
        """Groups with members or offsets; a generation alone is kept against zombies only."""
        return [self._known_group(n) for n in sorted(self._offsets)] + [
            g for n, g in sorted(self.groups.items()) if g.members and n not in self._offsets
        ]

    def _known_group(self, name: str) -> Group:
        """The group, or an empty one that is not kept: only a join makes a group."""
        return self.groups.get(name) or Group(name, _new_id)

    def _group(self, name: str) -> Group:
        if name not in self.groups:
            self.groups[name] = Group(name, _new_id)
        return self.groups[name]

    def _load(self) -> None:
        rows = self._log.storage.rows
        self._kept = {}
        for name, number, protocol_type in rows("SELECT * FROM generation"):
            group = self._group(name)
            group.generation = max(group.generation, number)
            group.protocol_type = group.protocol_type or protocol_type
            self._kept[name] = number
        self._offsets = {}
        for name, topic, number, offset, epoch, metadata in rows("SELECT * FROM committed"):
            self._offsets.setdefault(name, {})[topic, number] = (offset, epoch, metadata)


def _new_id() -> str:
    return secrets.token_hex(16)


def _who(message: Message) -> tuple[str, str | None, int]:
    return message.member_id, message.group_instance_id, message.generation_id


def _offset_row(number: int, kept: Committed) -> Values:
    offset, epoch, metadata = kept
    return {
        "partition_index": number,
        "committed_offset": offset,
        "committed_leader_epoch": epoch,
        "metadata": metadata,
    }


def _described(name: str, group: Group | None) -> Values:
    if group is None:
        return {"group_id": name, "group_state": "Dead"}
    return {
        "group_id": name,
        "group_state": group.state.value,
        "protocol_type": group.protocol_type,
        "protocol_data": group.protocol,
        "members": [
            {
                "member_id": member.member_id,
                "group_instance_id": member.joining.instance_id,
                "client_id": member.joining.client_id,
                "client_host": member.joining.client_host,
                "member_metadata": dict(member.joining.protocols).get(group.protocol, b""),
                "member_assignment": member.assignment,
            }
            for member in group.members.values()
        ],
    }
