"""One command record to one decision record, in the order of rule 6 of docs/log-protocol.md."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from infra.chain import hash_decision, next_input
from infra.codec import (
    CLOCK_TICK,
    Asked,
    Command,
    Decision,
    Refusal,
    RefusalCode,
    Refused,
    Tick,
    encode_decision,
    encode_event,
    read_command,
)
from infra.topics import DECISION_BYTES_MAX, partition_of
from processors.draft import Draft
from processors.idempotence import key_of
from processors.standing import HALTED, Standing
from trading.outcome import By, Rules

HOUR_MS: Final = 3_600_000
OPEN_COUNT_MAX: Final = 800
FIRED_BYTES_MAX: Final = DECISION_BYTES_MAX * 3 // 4
EVENTS_BYTES_MAX: Final = DECISION_BYTES_MAX - 8_192
PHASE_CHANGES_MAX: Final = 4
STALL: Final = "system_stall"
UNSEEN: Final = "decider_stall"

SetOff = Callable[[Any, int], tuple[object, ...]]


class WrongOffset(Exception):
    """A command record is not the next one: stop, and restore (rule 3)."""


class CommandRecord(msgspec.Struct, frozen=True, gc=False):
    """A record of a command topic; `timestamp_ms` is the broker's append stamp."""

    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None


class Written(msgspec.Struct, frozen=True, gc=False):
    """A decision with its bytes and their hash."""

    value: bytes
    decision: Decision
    hash: bytes


class Decider:
    """Decides the records of one partition, each from where the one before left it."""

    def __init__(self, standing: Standing, rules: Rules[Any]) -> None:
        """`standing` moves with every record; `rules` may be older than its own."""
        self._standing = standing
        self._rules = rules
        self._holdings = standing.holdings

    def decide(self, record: CommandRecord) -> Written | None:
        """Return the answer to a record, None for a silent tick; raises `WrongOffset`."""
        clock = self._standing.clock
        offset, raw_ms = record.offset, record.timestamp_ms
        key, value = record.key, record.value
        if offset != clock.next_offset:
            message = f"command {offset} came, {clock.next_offset} is next"
            raise WrongOffset(message)
        clock.next_offset = offset + 1
        clock.at_ms = max(clock.at_ms, raw_ms)
        clock.input = next_input(clock.input, offset, raw_ms, key, value)
        draft = Draft(offset, raw_ms, clock.at_ms)
        asked, digest = read_command(self._rules.messages, value)
        if self._holdings.open_count:
            self._suspend_the_stalled(draft, "" if isinstance(asked, Tick) else asked.aggregate)
        if isinstance(asked, Command):
            return self._answer_command(draft, asked, digest, key)
        if isinstance(asked, Tick):
            return self._answer_tick(draft, asked)
        return self._refuse(draft, _asking(offset, asked), asked.aggregate, asked.code)

    def _answer_tick(self, draft: Draft, tick: Tick) -> Written | None:
        clock = self._standing.clock
        clock.tick_offset, clock.tick_raw_ms = draft.offset, draft.raw_ms
        clock.tick_at_ms = draft.at_ms
        clock.heard_ms = max(clock.heard_ms, min(tick.heard_ms, draft.at_ms))
        self._suspend_the_unseen(draft)
        self._fire(draft)
        if not draft.entries and self._is_silent(draft.at_ms):
            return None
        asking = Asked(draft.offset, tick.command_id, CLOCK_TICK, tick.actor, "system")
        return self._write(draft, asking, "decided")

    def _is_silent(self, at_ms: int) -> bool:
        """Rule 1: nothing is open, nothing is due, and the last record is not an hour old."""
        if self._holdings.open_count or at_ms - self._standing.clock.decided_at_ms >= HOUR_MS:
            return False
        first = self._holdings.earliest()
        return first is None or first[0] > at_ms

    def _answer_command(
        self, draft: Draft, command: Command, digest: bytes, key: bytes | None
    ) -> Written:
        standing = self._standing
        asking = _asking(draft.offset, command)
        root = command.root
        at_home = key == root.encode() and command.aggregate == root
        if not at_home or partition_of(root, standing.partitions) != standing.partition:
            return self._refuse(draft, asking, "", RefusalCode.WRONG_PARTITION)
        self._change_phase(draft, root)
        asking.digest = digest.hex()
        answer_key = key_of(command.actor, command.command_id)
        before = standing.answers.find(answer_key)
        if before is not None and before.digest == digest:
            return self._write(draft, asking, "repeated", of=before.offset)
        if before is not None:
            return self._refuse(draft, asking, root, RefusalCode.ID_REUSED)
        standing.answers.add(answer_key, digest, draft.offset)
        valid_until_ms = command.valid_until_ms
        if valid_until_ms is not None and valid_until_ms < draft.at_ms:
            return self._refuse(draft, asking, root, RefusalCode.EXPIRED)
        return self._judge(draft, asking, command)

    def _judge(self, draft: Draft, asking: Asked, command: Command) -> Written:
        aggregate = command.aggregate
        held = self._holdings.get(aggregate)
        if held.halted:
            return self._refuse(draft, asking, aggregate, RefusalCode.HALTED)
        by = By(command.actor, command.acting_role)
        try:
            outcome = self._rules.decide(held.state, command.body, by, draft.at_ms)
            encoded = list(map(encode_event, outcome.events))
        except Exception as error:  # noqa: BLE001  # rule 10: whatever it is
            self._halt(draft, aggregate, error)
            return self._refuse(draft, asking, aggregate, RefusalCode.HALTED)
        if draft.size + sum(map(len, encoded)) > EVENTS_BYTES_MAX:
            return self._refuse(draft, asking, aggregate, RefusalCode.DECISION_TOO_LARGE)
        if encoded and not self._happen(draft, aggregate, outcome.events, encoded):
            return self._refuse(draft, asking, aggregate, RefusalCode.HALTED)
        rejection = outcome.rejection
        if rejection is not None:
            return self._refuse(
                draft, asking, aggregate, str(rejection.code), dict(rejection.params)
            )
        return self._write(draft, asking, "decided")

    # What a record sets off

    def _suspend_the_stalled(self, draft: Draft, addressed: str) -> None:
        """Rule 7a: no ticks, or a clock that jumped."""
        clock = self._standing.clock
        holdings = self._holdings
        quiet = abs(draft.raw_ms - clock.tick_raw_ms) <= holdings.threshold_min_ms
        if quiet and clock.opened_offset <= clock.tick_offset:
            return
        ids = holdings.open_ids()
        if addressed in ids:
            ids.remove(addressed)
            ids.insert(0, addressed)
        for aggregate in ids:
            held = holdings.get(aggregate)
            later = held.since_offset > clock.tick_offset
            base_raw_ms = held.since_raw_ms if later else clock.tick_raw_ms
            base_at_ms = held.since_at_ms if later else clock.tick_at_ms
            if abs(draft.raw_ms - base_raw_ms) > self._rules.threshold_ms(held.state):
                self._suspend(draft, aggregate, STALL, base_at_ms)

    def _suspend_the_unseen(self, draft: Draft) -> None:
        """Rule 7b: ticks, but nobody could see the price."""
        heard_ms = self._standing.clock.heard_ms
        for aggregate in self._holdings.open_ids():
            state = self._holdings.get(aggregate).state
            ends_at_ms = self._rules.period_ends_at_ms(state)
            if ends_at_ms is None:
                continue
            threshold_ms = self._rules.threshold_ms(state)
            near = draft.at_ms >= ends_at_ms - threshold_ms
            if near and min(draft.at_ms, ends_at_ms) - heard_ms > threshold_ms:
                self._suspend(draft, aggregate, UNSEEN, heard_ms)

    def _suspend(self, draft: Draft, aggregate: str, reason: str, since_ms: int) -> None:
        def suspend(state: Any, at_ms: int) -> tuple[object, ...]:
            ends_at_ms = self._rules.period_ends_at_ms(state)
            remaining_ms = 0 if ends_at_ms is None else max(0, ends_at_ms - since_ms)
            return self._rules.suspend(state, reason, at_ms, remaining_ms)

        self._set_off(draft, aggregate, suspend)

    def _change_phase(self, draft: Draft, aggregate: str) -> None:
        for _ in range(PHASE_CHANGES_MAX):
            due_ms = self._holdings.due_ms(aggregate)
            if due_ms is None or due_ms > draft.at_ms:
                return
            if not self._set_off(draft, aggregate, self._rules.phase_change):
                return

    def _fire(self, draft: Draft) -> None:
        """Timers by (due, aggregate), those they make due in the same tick (rule 6)."""
        passed: set[str] = set()
        while draft.size < FIRED_BYTES_MAX:
            aggregate = self._holdings.due_by(draft.at_ms, passed)
            if aggregate is None:
                return
            if not self._set_off(draft, aggregate, self._rules.fire):
                passed.add(aggregate)

    def _set_off(self, draft: Draft, aggregate: str, rule: SetOff) -> bool:
        """Let happen what the record sets off in an aggregate; False where nothing did."""
        state = self._holdings.get(aggregate).state
        try:
            events = rule(state, draft.at_ms)
            encoded = [encode_event(event) for event in events]
        except Exception as error:  # noqa: BLE001  # rule 10: whatever it is
            self._halt(draft, aggregate, error)
            return False
        return bool(events) and self._happen(draft, aggregate, events, encoded, bounded=True)

    # Events

    def _halt(self, draft: Draft, aggregate: str, error: Exception) -> None:
        before = self._holdings.get(aggregate)
        after = before.stopped(draft.public(aggregate))
        plain = msgspec.json.encode({"type": HALTED, "error": type(error).__name__})
        self._holdings.put(aggregate, after)
        draft.add(aggregate, before, after, [plain])

    def _happen(
        self,
        draft: Draft,
        aggregate: str,
        events: Sequence[object],
        encoded: list[bytes],
        *,
        bounded: bool = False,
    ) -> bool:
        """Put events into the aggregate; False where it halted or may not open yet (rule 4)."""
        before = self._holdings.get(aggregate)
        try:
            after = self._standing.evolved(before, aggregate, events, draft)
        except Exception as error:  # noqa: BLE001  # rule 10: whatever it is
            self._halt(draft, aggregate, error)
            return False
        opens = after.since_offset == draft.offset != before.since_offset
        if bounded and opens and self._holdings.open_count >= OPEN_COUNT_MAX:
            draft.uncount(aggregate)
            return False
        self._holdings.put(aggregate, after)
        draft.add(aggregate, before, after, encoded)
        return True

    # Writing

    def _refuse(
        self,
        draft: Draft,
        asking: Asked,
        aggregate: str,
        code: str,
        params: dict[str, int | str] | None = None,
    ) -> Written:
        held = self._holdings.get(aggregate)
        judged = {} if held.state is None or held.halted else dict(self._rules.judged(held.state))
        draft.refuse(aggregate, held, Refusal(str(code), params or {}, judged))
        return self._write(draft, asking, "refused")

    def _write(self, draft: Draft, asking: Asked, outcome: str, of: int | None = None) -> Written:
        clock = self._standing.clock
        at_ms, raw_ms = draft.at_ms, draft.raw_ms
        if self._holdings.open_count:
            next_due_ms: int | None = at_ms
        else:
            first = self._holdings.earliest()
            next_due_ms = None if first is None else first[0]
        decision = Decision(
            asking,
            at_ms,
            clock.tick_raw_ms,
            clock.heard_ms,
            outcome,
            list(draft.entries.values()),
            self._rules.version,
            clock.input.hex(),
            clock.head_hex,
            None if raw_ms == at_ms else raw_ms,
            of,
            next_due_ms,
        )
        value = encode_decision(decision)
        digest = hash_decision(value)
        clock.head_hex = digest.hex()
        clock.decided_at_ms = at_ms
        return Written(value, decision, digest)


def _asking(offset: int, asked: Command | Refused) -> Asked:
    return Asked(offset, asked.command_id, asked.type, asked.actor, asked.acting_role)
