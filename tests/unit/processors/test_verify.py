"""Every planted change, drop, swap and insert is named; what is as it must be is proven."""

from __future__ import annotations

import msgspec
import pytest

from infra.chain import hash_decision
from infra.codec import Command, Tick, decode_decision, encode_decision
from infra.topics import BIDDING as TOPICS
from processors.host import CommandRecord
from processors.verify import DecisionRecord, Difference, Result, Verifier, check_head
from tests.support.written import (
    LOG_ID,
    Written,
    asks,
    command,
    host,
    renumbered_commands,
    renumbered_decisions,
    verify,
    write,
)
from trading.bidding.commands import TerminateBidding
from trading.dispatch import BIDDING

BIDS = 12


@pytest.fixture(scope="module", name="log")
def _log() -> Written:
    return write(asks(BIDS))


def _decision_of(log: Written, command_offset: int) -> int:
    """The first decision that covers a command."""
    offsets = [decode_decision(one.value or b"").command.offset for one in log.decisions]
    return next(index for index, offset in enumerate(offsets) if offset >= command_offset)


def _difference(commands: list[CommandRecord], decisions: list[DecisionRecord]) -> Difference:
    report = verify(commands, decisions)
    assert report.result is Result.DIFFERS
    assert report.difference is not None
    return report.difference


def _verifier() -> Verifier:
    return Verifier(BIDDING, LOG_ID, TOPICS.commands, 0, 1)


def _forged(record: DecisionRecord) -> DecisionRecord:
    decision = decode_decision(record.value or b"")
    decision.at_ms += 1
    return record._replace(value=encode_decision(decision))


def test_an_honest_log_is_proven(log: Written) -> None:
    report = verify(log.commands, log.decisions)
    assert report.result is Result.PROVEN
    assert report.counted_count == len(log.decisions)
    assert report.silent_count + report.counted_count <= len(log.commands)


@pytest.mark.parametrize("chunk", [1, 2, 1_000])
def test_how_the_records_are_fed_changes_nothing(log: Written, chunk: int) -> None:
    assert verify(log.commands, log.decisions, chunk=chunk).result is Result.PROVEN


def test_a_changed_decision_is_named(log: Written) -> None:
    for index in range(len(log.decisions)):
        forged = list(log.decisions)
        forged[index] = _forged(forged[index])
        found = _difference(log.commands, forged)
        assert found.decision_offset == index
        assert found.what == "at_ms"


def test_a_damaged_decision_is_named(log: Written) -> None:
    verifier = _verifier()
    verifier.feed_decisions(log.decisions[:5])
    verifier.feed_commands(log.commands)
    verifier.decision_is_damaged(5)
    report = verifier.finish()
    assert report.result is Result.DIFFERS
    assert report.difference is not None
    assert report.difference.decision_offset == 5
    assert report.counted_count == 5


def test_a_damaged_command_is_named_and_nothing_is_said_of_what_follows(log: Written) -> None:
    verifier = _verifier()
    verifier.feed_decisions(log.decisions)
    verifier.feed_commands(log.commands[:5])
    verifier.command_is_damaged(5)
    report = verifier.finish()
    assert report.result is Result.DIFFERS
    assert report.difference is not None
    assert (report.difference.decision_offset, report.difference.command_offset) == (None, 5)


def test_a_dropped_decision_is_named_by_the_one_that_does_not_follow(log: Written) -> None:
    for index in range(len(log.decisions) - 1):
        forged = log.decisions[:index] + log.decisions[index + 1 :]
        after = decode_decision(log.decisions[index + 1].value or b"").command.offset
        assert _difference(log.commands, forged).command_offset == after
        renumbered = _difference(log.commands, renumbered_decisions(forged))
        assert renumbered.decision_offset == index
        assert renumbered.command_offset == after


def test_swapped_decisions_are_named(log: Written) -> None:
    for index in range(len(log.decisions) - 1):
        forged = list(log.decisions)
        forged[index : index + 2] = [forged[index + 1], forged[index]]
        found = _difference(log.commands, renumbered_decisions(forged))
        assert found.decision_offset == index


def test_an_inserted_decision_is_named(log: Written) -> None:
    for index in range(len(log.decisions)):
        forged = list(log.decisions)
        forged.insert(index, _forged(forged[index]))
        found = _difference(log.commands, renumbered_decisions(forged))
        assert found.decision_offset == index


def test_an_inserted_copy_does_not_count_and_is_listed(log: Written) -> None:
    copied = renumbered_decisions([*log.decisions, log.decisions[-1]])
    report = verify(log.commands, copied)
    assert report.result is Result.PROVEN
    assert report.stale == [len(log.decisions)]


def test_a_changed_key_of_a_decision_is_named(log: Written) -> None:
    forged = list(log.decisions)
    forged[3] = forged[3]._replace(key=b"B-2")
    found = _difference(log.commands, forged)
    assert (found.decision_offset, found.what) == (3, "key")


@pytest.mark.parametrize("what", ["value", "key", "stamp"])
def test_a_changed_command_is_named_by_the_decision_that_covers_it(log: Written, what: str) -> None:
    last = decode_decision(log.decisions[-1].value or b"").command.offset
    for index in range(last + 1):
        forged = list(log.commands)
        one = forged[index]
        forged[index] = CommandRecord(
            one.offset,
            one.timestamp_ms + (what == "stamp"),
            b"B-2" if what == "key" else one.key,
            (one.value or b"") + (b" " if what == "value" else b""),
        )
        found = _difference(forged, log.decisions)
        assert found.decision_offset == _decision_of(log, index)
        assert "input" in found.what or "key" in found.what or "no decision" in found.what


def test_a_missing_command_is_named_by_the_first_decision_that_it_touches(log: Written) -> None:
    last = decode_decision(log.decisions[-1].value or b"").command.offset
    for index in range(last + 1):
        for missing in (1, 3):
            forged = log.commands[:index] + log.commands[index + missing :]
            report = verify(forged, log.decisions)
            found = report.difference
            assert found is not None
            assert found.decision_offset == _decision_of(log, index), index
            assert report.result is Result.DIFFERS
            if forged[index:]:
                assert found.what == f"command {index} is not in the log"


def test_a_command_missing_behind_the_last_decision_is_named(log: Written) -> None:
    decided = log.decisions[:-3]
    last = decode_decision(decided[-1].value or b"").command.offset
    forged = log.commands[: last + 2] + log.commands[last + 3 :]
    found = _difference(forged, decided)
    assert (found.decision_offset, found.command_offset) == (None, last + 2)
    assert found.what == f"command {last + 2} is not in the log"


def test_a_dropped_command_is_named(log: Written) -> None:
    last = decode_decision(log.decisions[-1].value or b"").command.offset
    for index in range(last):
        forged = log.commands[:index] + log.commands[index + 1 :]
        found = _difference(renumbered_commands(forged), log.decisions)
        assert found.decision_offset == _decision_of(log, index)


def test_swapped_commands_are_named(log: Written) -> None:
    last = decode_decision(log.decisions[-1].value or b"").command.offset
    for index in range(last):
        forged = list(log.commands)
        forged[index : index + 2] = [forged[index + 1], forged[index]]
        found = _difference(renumbered_commands(forged), log.decisions)
        assert found.decision_offset == _decision_of(log, index)


def test_an_inserted_command_is_named(log: Written) -> None:
    last = decode_decision(log.decisions[-1].value or b"").command.offset
    for index in range(last):
        forged = list(log.commands)
        forged.insert(index, forged[-1])
        found = _difference(renumbered_commands(forged), log.decisions)
        assert found.decision_offset == _decision_of(log, index)


def test_commands_that_end_too_early_are_named(log: Written) -> None:
    assert _difference(log.commands[:5], log.decisions).decision_offset is not None


def test_an_undecided_tail_is_listed(log: Written) -> None:
    report = verify(log.commands, log.decisions[:-2])
    assert report.result is Result.UNDECIDED
    assert report.undecided == [
        decode_decision(one.value or b"").command.offset for one in log.decisions[-2:]
    ]


def test_a_tail_that_was_cut_off_is_caught_by_a_head_from_a_receipt(log: Written) -> None:
    last = log.decisions[-1]
    head = (last.offset, hash_decision(last.value or b"").hex())
    assert verify(log.commands, log.decisions, head=head).result is Result.PROVEN
    assert verify(log.commands, log.decisions[:-1], head=head).result is Result.DIFFERS


def test_a_rewritten_suffix_is_caught_by_a_head_from_a_receipt(log: Written) -> None:
    other = write(asks(BIDS - 3))
    last = log.decisions[-1]
    head = (last.offset, hash_decision(last.value or b"").hex())
    assert verify(other.commands, other.decisions).result is Result.PROVEN
    assert verify(other.commands, other.decisions, head=head).result is Result.DIFFERS


def test_a_record_that_is_no_decision_does_not_count_and_is_listed(log: Written) -> None:
    for value in (None, b"", b"{}", b"\xff"):
        rest = [one._replace(offset=one.offset + 1) for one in log.decisions[4:]]
        between = [*log.decisions[:4], DecisionRecord(4, None, value), *rest]
        report = verify(log.commands, between)
        assert report.stale == [4]
        assert report.difference is None
        instead = [*log.decisions[:4], DecisionRecord(4, None, value), *log.decisions[5:]]
        assert _difference(log.commands, instead).decision_offset == 5


def test_a_halt_is_taken_as_given_and_listed(log: Written) -> None:
    last = log.decisions[-1]
    decision = decode_decision(last.value or b"")
    halted = msgspec.Raw(b'{"type":"halted","error":"ZeroDivisionError"}')
    for entry in decision.entries:
        entry.events = [halted]
    forged = [*log.decisions[:-1], last._replace(value=encode_decision(decision))]
    report = verify(log.commands, forged)
    if decision.entries:
        assert [halt.decision_offset for halt in report.halts] == [last.offset]
    assert report.result in (Result.PROVEN, Result.UNDECIDED)


def upgraded(asked: list[Command | Tick], at: int, versions: tuple[int, int]) -> Written:
    """A log of which the commands from `at` on were decided by another version of the rules."""
    commands = write(asked).commands
    one = host()
    decisions: list[DecisionRecord] = []
    for version, records in zip(versions, (commands[:at], commands[at:]), strict=True):
        one.answer_as(version)
        batch = one.decide(records)
        one.appended(len(decisions))
        told = zip(batch.keys, batch.values, strict=True)
        decisions += [
            DecisionRecord(len(decisions) + index, *row) for index, row in enumerate(told)
        ]
    return Written(commands, decisions)


def with_what_only_version_2_knows() -> list[Command | Tick]:
    """Two commands that version 1 answers otherwise, before and after the middle."""
    new = TerminateBidding(reason="asked too early")
    asked = asks(BIDS)
    asked.insert(6, command(900, "control-1", "bid_controller", new))
    return [*asked, command(901, "control-1", "bid_controller", new)]


@pytest.mark.parametrize("newer", [2, 3])
@pytest.mark.parametrize("at", [1, 9, 20, 31])
def test_a_log_over_an_upgrade_is_decided_by_the_rules_of_each_part(at: int, newer: int) -> None:
    made = upgraded(with_what_only_version_2_knows(), at, (1, newer))
    assert verify(made.commands, made.decisions).result is Result.PROVEN
    told = b"".join(one.value or b"" for one in made.decisions)
    assert (b"UNKNOWN_TYPE" in told) is (at > 6)
    assert b"WRONG_PHASE" in told


def test_rules_that_fall_are_named() -> None:
    made = upgraded(asks(BIDS), 9, (2, 1))
    found = _difference(made.commands, made.decisions)
    assert found.what == "its rules are older than those before it"


@pytest.mark.parametrize("version", [0, 99])
def test_rules_that_are_not_known_are_named(log: Written, version: int) -> None:
    last = log.decisions[-1]
    decision = decode_decision(last.value or b"")
    decision.rules = version
    forged = [*log.decisions[:-1], last._replace(value=encode_decision(decision))]
    found = _difference(log.commands, forged)
    assert found.decision_offset == last.offset
    assert "rules" in found.what


def test_an_answer_of_other_rules_than_it_says_is_named() -> None:
    made = upgraded(with_what_only_version_2_knows(), 40, (1, 2))
    forged = []
    for record in made.decisions:
        decision = decode_decision(record.value or b"")
        decision.rules = 2
        forged.append(record._replace(value=encode_decision(decision)))
    found = _difference(made.commands, forged)
    assert found.decision_offset is not None


def test_a_head_is_read_as_partition_offset_and_hash() -> None:
    digest = hash_decision(b"x").hex()
    assert check_head(f"3:17:{digest}") == (3, (17, digest))
    for text in ("3:17", f"a:1:{digest}", "3:17:ff", "3:17:zz"):
        with pytest.raises(ValueError, match=r".+"):
            check_head(text)
