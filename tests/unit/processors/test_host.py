"""The host of a partition, on counters: what a record is answered, and what counts."""

import hashlib
import itertools
import json
from typing import Any

import pytest

from infra.chain import STALE_RUN_MAX, Broken, Verdict
from infra.codec import Command, Tick, encode_command, encode_tick
from infra.topics import DECISION_RECORD_BYTES_MAX, partition_of
from processors.deciding import OPEN_COUNT_MAX
from processors.freeze import Unfit, freeze, thaw
from processors.host import CommandRecord, PartitionHost, UnknownOutcome, WrongOffset
from tests.support.toy_rules import THRESHOLD_MS, Add, Fail, Open, Talk, ToyRules

START_MS = 1_800_000_000_000
HOUR_MS = 3_600_000
NAMES = (f"toy-{number}" for number in itertools.count())
TOYS = list(itertools.islice((name for name in NAMES if partition_of(name, 4) == 0), 900))


def new_host(log_id: str = "log") -> PartitionHost:
    return PartitionHost(ToyRules(), log_id, "toy.commands", 0, 4)


class Lab:
    """A host with its log, driven by hand."""

    def __init__(self) -> None:
        self.host = new_host()
        self.records: list[CommandRecord] = []
        self.values: list[bytes] = []
        self._ids = itertools.count()

    def new_id(self) -> str:
        return f"toy-{next(self._ids):020}"

    def put(self, key: bytes | None, value: bytes | None, at_ms: int) -> dict[str, Any] | None:
        record = CommandRecord(len(self.records), at_ms, key, value)
        self.records.append(record)
        batch = self.host.decide([record])
        self.host.appended(len(self.values))
        self.values += batch.values
        return json.loads(batch.values[0]) if batch.values else None

    def tick(self, at_ms: int, heard_ms: int | None = None) -> dict[str, Any] | None:
        tick = Tick(self.new_id(), "clock-1", at_ms if heard_ms is None else heard_ms)
        return self.put(None, encode_tick(tick), at_ms)

    def ask(
        self,
        body: Any,
        at_ms: int,
        toy: str = TOYS[0],
        command_id: str = "",
        valid_until_ms: int | None = None,
    ) -> dict[str, Any]:
        command = Command(
            command_id or self.new_id(), body.type, "A1", "bidder", toy, toy, body,
            valid_until_ms=valid_until_ms,
        )  # fmt: skip
        decision = self.put(toy.encode(), encode_command(command), at_ms)
        assert decision is not None
        return decision


def code(decision: dict[str, Any]) -> str:
    assert decision["outcome"] == "refused"
    found: str = decision["entries"][-1]["rejection"]["code"]
    return found


def types(decision: dict[str, Any] | None) -> list[str]:
    assert decision is not None
    return [event["type"] for entry in decision["entries"] for event in entry["events"]]


def test_a_command_is_decided_and_its_entry_counts_events() -> None:
    lab = Lab()
    first, second = lab.ask(Add(2), START_MS), lab.ask(Add(3), START_MS)
    assert [first["entries"][0][name] for name in ("seq", "public_seq")] == [0, 1]
    assert [second["entries"][0][name] for name in ("seq", "public_seq")] == [1, 2]
    assert second["prev"] == hashlib.sha256(lab.values[0]).hexdigest()


def test_a_refusal_raises_no_seq_and_says_what_it_was_judged_on() -> None:
    lab = Lab()
    lab.ask(Add(2), START_MS)
    refused = lab.ask(Add(101), START_MS)
    entry = refused["entries"][0]
    assert entry["rejection"] == {
        "code": "TOO_MUCH", "params": {"amount_max": 100}, "judged": {"total": 2},
    }  # fmt: skip
    assert lab.ask(Add(1), START_MS)["entries"][0]["seq"] == 1


def test_the_same_again_is_repeated_and_another_body_refused() -> None:
    lab = Lab()
    lab.ask(Add(2), START_MS, command_id="x" * 22)
    again = lab.ask(Add(2), START_MS + 5, command_id="x" * 22, valid_until_ms=START_MS + 99)
    assert (again["outcome"], again["of"], again["entries"]) == ("repeated", 0, [])
    assert code(lab.ask(Add(3), START_MS, command_id="x" * 22)) == "ID_REUSED"


def test_an_expired_command_is_refused_for_ever() -> None:
    lab = Lab()
    late = lab.ask(Add(2), START_MS, command_id="x" * 22, valid_until_ms=START_MS - 1)
    assert code(late) == "EXPIRED"
    again = lab.ask(Add(2), START_MS, command_id="x" * 22, valid_until_ms=START_MS + 9)
    assert again["outcome"] == "repeated"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "UNREADABLE"),
        (b"{", "UNREADABLE"),
        (b"\xff", "UNREADABLE"),
        (b"x" * 70_000, "UNREADABLE"),
        (b'{"schema":2}', "UNSUPPORTED_VERSION"),
    ],
)
def test_poison_is_refused_and_blocks_nothing(value: bytes | None, expected: str) -> None:
    lab = Lab()
    decision = lab.put(b"whoever", value, START_MS)
    assert decision is not None
    assert code(decision) == expected
    assert lab.ask(Add(1), START_MS)["outcome"] == "decided"


def test_a_key_of_elsewhere_is_the_wrong_partition() -> None:
    lab = Lab()
    command = Command("x" * 22, "add", "A1", "bidder", TOYS[0], TOYS[0], Add(1))
    decision = lab.put(b"toy", encode_command(command), START_MS)
    assert decision is not None
    assert code(decision) == "WRONG_PARTITION"
    assert "digest" not in decision["command"]


def test_idle_ticks_are_silent_but_for_one_an_hour() -> None:
    lab = Lab()
    assert lab.tick(START_MS) is not None
    assert lab.tick(START_MS + 1_000) is None
    assert lab.tick(START_MS + HOUR_MS - 1) is None
    decision = lab.tick(START_MS + HOUR_MS)
    assert decision is not None
    assert "next_due_ms" not in decision


def test_silent_ticks_are_in_the_next_decision() -> None:
    lab, other = Lab(), Lab()
    for each in (lab, other):
        each.tick(START_MS)
    lab.tick(START_MS + 2_000)
    decision = lab.ask(Add(1), START_MS + 1_500)
    assert (decision["at_ms"], decision["raw_ms"]) == (START_MS + 2_000, START_MS + 1_500)
    assert decision["tick_ms"] == START_MS + 2_000
    assert decision["input"] != other.ask(Add(1), START_MS + 1_500)["input"]


def test_timers_fire_on_ticks_and_open_wants_ticks() -> None:
    lab = Lab()
    planned = lab.ask(Open(START_MS + 5_000, START_MS + 20_000), START_MS)
    assert planned["next_due_ms"] == START_MS + 5_000
    opened = lab.tick(START_MS + 5_000)
    assert types(opened) == ["opened"]
    assert opened is not None
    assert opened["next_due_ms"] == START_MS + 5_000


def test_a_gap_suspends_by_whatever_record_comes() -> None:
    lab = Lab()
    lab.ask(Open(START_MS, START_MS + 90_000), START_MS)
    lab.tick(START_MS + 1_000)
    assert types(lab.ask(Add(1), START_MS + 1_000 + THRESHOLD_MS)) == ["added"]
    late = lab.ask(Add(1), START_MS + 1_001 + THRESHOLD_MS)
    assert types(late) == ["closed", "added"]
    assert late["entries"][0]["events"][0]["reason"] == "system_stall:89000"


def test_a_clock_that_jumps_back_suspends_too() -> None:
    lab = Lab()
    lab.ask(Open(START_MS, START_MS + 90_000), START_MS)
    lab.tick(START_MS + 20_000)
    assert types(lab.tick(START_MS + 9_999)) == ["closed"]


def test_ticks_that_nobody_heard_suspend_near_the_end() -> None:
    lab = Lab()
    lab.ask(Open(START_MS, START_MS + 30_000), START_MS)
    for second in range(20):
        lab.tick(START_MS + second * 1_000, heard_ms=START_MS + 9_000)
    unseen = lab.tick(START_MS + 20_000, heard_ms=START_MS + 9_000)
    assert unseen is not None
    assert unseen["entries"][0]["events"][0]["reason"] == "decider_stall:21000"


def test_a_fault_halts_one_aggregate_and_no_other() -> None:
    lab = Lab()
    lab.ask(Add(1), START_MS)
    halted = lab.ask(Fail(), START_MS)
    assert types(halted) == ["halted"]
    assert code(halted) == "HALTED"
    assert code(lab.ask(Add(1), START_MS)) == "HALTED"
    assert lab.ask(Add(1), START_MS, toy=TOYS[1])["outcome"] == "decided"


def test_a_decision_that_would_be_too_large_is_refused() -> None:
    lab = Lab()
    assert code(lab.ask(Talk(300), START_MS)) == "DECISION_TOO_LARGE"
    assert len(lab.ask(Talk(200), START_MS)["entries"][0]["events"]) == 200


def test_no_more_open_than_one_record_can_suspend() -> None:
    lab = Lab()
    for toy in TOYS:
        lab.ask(Open(START_MS, START_MS + 60_000), START_MS, toy=toy)
    opened = 0
    for second in range(6):
        opened += len(types(lab.tick(START_MS + second * 1_000)))
    assert opened == OPEN_COUNT_MAX
    suspended = lab.tick(START_MS + 90_000)
    assert types(suspended).count("closed") == OPEN_COUNT_MAX
    assert len(lab.values[-1]) <= 256 * 1024


def test_a_record_that_is_not_the_next_stops() -> None:
    with pytest.raises(WrongOffset):
        new_host().decide([CommandRecord(1, START_MS, None, b"")])


def test_another_offset_than_expected_is_an_unknown_outcome() -> None:
    host = new_host()
    host.decide([CommandRecord(0, START_MS, None, b"")])
    with pytest.raises(UnknownOutcome):
        host.appended(1)


def test_after_an_unknown_outcome_what_landed_counts() -> None:
    lab = Lab()
    lab.ask(Add(1), START_MS)
    host = new_host()
    batch = host.decide(lab.records)
    host.rollback()
    assert host.next_command_offset == 0
    assert host.fold(0, batch.values[0]) is Verdict.COUNTED
    assert host.next_command_offset == 1
    assert host.fold(1, batch.values[0]) is Verdict.STALE


def test_a_stale_run_is_passed_over_and_a_stranger_is_a_break() -> None:
    lab, zombie, stranger = Lab(), Lab(), Lab()
    for at in range(4):
        zombie.ask(Add(1), START_MS + at)
    lab.host.fold(0, zombie.values[0])
    lab.host.fold(1, zombie.values[1])
    stale = [lab.host.fold(2 + at, zombie.values[at]) for at in (0, 1)]
    assert stale == [Verdict.STALE, Verdict.STALE]
    assert lab.host.fold(4, zombie.values[2]) is Verdict.COUNTED
    for at in range(9):
        stranger.ask(Add(9), START_MS + at)
    with pytest.raises(Broken):
        lab.host.fold(5, stranger.values[8])


def test_what_follows_a_stale_record_is_stale_but_not_for_ever() -> None:
    ahead, zombie, host = Lab(), Lab(), new_host()
    ahead.ask(Add(1), START_MS)
    ahead.put(None, b"{", START_MS)
    for at in range(STALE_RUN_MAX + 2):
        zombie.ask(Add(1), START_MS, command_id=f"{at:022}")
    host.fold(0, ahead.values[0])
    host.fold(1, ahead.values[1])
    stale = restarted(zombie.values)
    for at, value in enumerate(stale[:STALE_RUN_MAX]):
        assert host.fold(2 + at, value) is Verdict.STALE
    with pytest.raises(Broken, match="too many"):
        host.fold(2 + STALE_RUN_MAX, stale[STALE_RUN_MAX])


def restarted(values: list[bytes]) -> list[bytes]:
    """The same run as a zombie of older rules would write it: no twin of one that counted."""
    prev = json.loads(values[0])["prev"]
    again = []
    for value in values:
        decision = json.loads(value)
        decision["prev"], decision["rules"] = prev, 0
        again.append(json.dumps(decision, separators=(",", ":")).encode())
        prev = hashlib.sha256(again[-1]).hexdigest()
    return again


def test_two_answers_on_one_head_are_a_break() -> None:
    lab = Lab()
    lab.ask(Add(1), START_MS)
    forged = lab.values[0].replace(b'"amount":1', b'"amount":2')
    with pytest.raises(Broken):
        lab.host.fold(1, forged)


def test_a_record_that_is_no_decision_changes_nothing_between_two_that_count() -> None:
    lab = Lab()
    lab.ask(Add(1), START_MS)
    lab.ask(Add(1), START_MS, command_id="y" * 22)
    host = new_host()
    assert host.fold(0, lab.values[0]) is Verdict.COUNTED
    for offset, value in enumerate((None, b"", b"{}", b"[1]"), 1):
        assert host.fold(offset, value) is Verdict.NOISE
    assert host.fold(5, lab.values[1]) is Verdict.COUNTED
    assert host.read_offset == 5


def test_keys_too_large_for_a_batch_are_answered_one_by_one_and_at_last_without() -> None:
    lab = Lab()
    rows = [
        CommandRecord(at, START_MS, b"k" * size, b"{")
        for at, size in enumerate((500_000, 500_000, DECISION_RECORD_BYTES_MAX))
    ]
    sizes = []
    while rows:
        batch = lab.host.decide(rows)
        sizes.append([0 if key is None else len(key) for key in batch.keys])
        lab.host.appended(lab.host.read_offset + 1)
        rows = rows[batch.taken :]
    assert sizes == [[500_000], [500_000], [0]]


def test_a_frozen_host_thaws_to_the_same_bytes() -> None:
    lab = Lab()
    lab.ask(Open(START_MS, START_MS + 30_000), START_MS)
    lab.tick(START_MS + 1_000)
    lab.ask(Add(1), START_MS + 1_000, command_id="x" * 22)
    thawed = new_host()
    thaw(thawed, freeze(lab.host))
    assert thawed.position == lab.host.position
    rows = [
        CommandRecord(3, START_MS + 1_500, None, b"{"),
        CommandRecord(4, START_MS + 50_000, None, b"{"),
    ]
    assert thawed.decide(rows).values == lab.host.decide(rows).values


def test_a_snapshot_that_does_not_fit_is_refused() -> None:
    lab = Lab()
    lab.ask(Add(1), START_MS)
    data = freeze(lab.host)
    with pytest.raises(Unfit):
        thaw(new_host("another"), data)
    with pytest.raises(Unfit):
        thaw(new_host(), data[:-1] + bytes([data[-1] ^ 1]))


def newer_host() -> PartitionHost:
    rules = ToyRules()
    rules.version += 1
    return PartitionHost(rules, "log", "toy.commands", 0, 4)


def test_a_worker_older_than_the_rules_of_the_head_refuses_the_partition() -> None:
    newer, older = newer_host(), new_host()
    key = TOYS[0].encode()
    command = Command("x" * 22, "add", "A1", "bidder", TOYS[0], TOYS[0], Add(1))
    [value] = newer.decide([CommandRecord(0, START_MS, key, encode_command(command))]).values
    with pytest.raises(Broken, match="newer than ours"):
        older.fold(0, value)


def test_a_worker_newer_than_the_rules_of_the_head_goes_on_from_it() -> None:
    lab = Lab()
    lab.ask(Add(1), START_MS)
    newer = newer_host()
    assert newer.fold(0, lab.values[0]) is Verdict.COUNTED
    with pytest.raises(Unfit):
        thaw(newer_host(), freeze(lab.host))
