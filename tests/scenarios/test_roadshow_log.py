"""A session on the log of protocol.md: decided by the real host, folded, frozen, thawed."""

import json
from itertools import pairwise
from typing import Any

import pytest

from infra.frozen import Unfit
from processors.freeze import freeze, thaw
from roadshow.interest.commands import RegisterInterest
from roadshow.question.commands import AskQuestion, QueueQuestion
from roadshow.scoring.commands import GiveScore
from roadshow.session import commands as cmd
from tests.support.cards import NOMINATION
from tests.support.people import BROKER as NOMINATOR
from tests.support.show_log import ShowLog, show_host
from tests.support.shows import (
    ANN,
    CONTROL,
    DESK,
    EVE,
    HOST,
    PLANNED_AT_MS,
    REHEARSAL,
    STAGE,
    STARTS_AT_MS,
    SUPERVISOR,
    SYSTEM,
    attest,
    item,
    offer,
    plan,
    sold,
)

ONE = {"item_id": "i1"}


def a_session() -> ShowLog:
    """From the plan to the deal, with a card beside it."""
    log = ShowLog(PLANNED_AT_MS)
    told = [log.ask(NOMINATOR, NOMINATION, root="c1")]
    short = plan(scored=True, experts_min=1, profile="test", shift_min_ms=1_000)
    told += [
        log.ask(DESK, cmd.PlanSession(plan=short)),
        log.ask(DESK, cmd.AddAgendaItem(item=item("i1", offer=offer()))),
        log.ask(DESK, cmd.AddAgendaItem(item=item("i2"))),
        log.ask(DESK, cmd.InviteExpert(expert=EVE.actor, specialty="technical")),
        log.ask(DESK, cmd.PublishSession()),
        log.ask(STAGE, REHEARSAL),
        log.ask(ANN, cmd.RegisterAttendee()),
        log.ask(ANN, cmd.CheckIn()),
    ]
    log.at_ms = STARTS_AT_MS
    log.tick_until(STARTS_AT_MS + 1)
    told += [
        log.ask(HOST, cmd.GoLive()),
        log.ask(HOST, cmd.CallOnDeck(**ONE)),
        log.ask(HOST, cmd.StartPitch(**ONE)),
        log.ask(ANN, AskQuestion(item_id="i1", text="什么海况？")),
        log.ask(STAGE, QueueQuestion(question_id="Q1")),
        log.ask(EVE, GiveScore(**ONE, tenths=(900, 800, 700, 600, 500))),
    ]
    log.tick_until(STARTS_AT_MS + 485_000)
    told += [
        log.ask(HOST, cmd.StartQa(**ONE)),
        log.ask(HOST, cmd.CallInterest(**ONE)),
        log.ask(ANN, RegisterInterest(item_id="i1", kind="buy", message="半价？")),
        log.ask(DESK, attest()),
        log.ask(SUPERVISOR, cmd.ConfirmSupervision(**ONE)),
        log.ask(HOST, cmd.CallBidding(**ONE)),
        log.ask(CONTROL, cmd.OpenItemBidding(**ONE)),
    ]
    log.tick_until(STARTS_AT_MS + 545_000)
    told += [
        log.ask(SYSTEM, cmd.RecordBiddingOpened(**ONE, bidding_id="s1.i1.1")),
        log.ask(SYSTEM, sold()),
        log.ask(HOST, cmd.CompleteItem(**ONE)),
    ]
    assert [each["outcome"] for each in told] == ["decided"] * len(told)
    assert log.ask(HOST, cmd.CompleteItem(**ONE))["outcome"] == "refused"
    log.tick_until(STARTS_AT_MS + 700_000)
    return log


@pytest.fixture(scope="module")
def log() -> ShowLog:
    return a_session()


def test_nothing_halts_and_the_deal_stands(log: ShowLog) -> None:
    assert not [value for value in log.decisions if b'"halted"' in value]
    show = log.root().show
    assert show is not None
    result = show.session.items["i1"].bidding.result
    assert result is not None
    assert result.outcome == "sold"
    assert show.scores.items["i1"].phase == "locked"


def test_folding_the_decisions_gives_the_whole_state(log: ShowLog) -> None:
    other = show_host()
    for offset, value in enumerate(log.decisions):
        other.fold(offset, value)
    assert other.standing.holdings.get("s1") == log.host.standing.holdings.get("s1")
    assert other.standing.holdings.get("c1") == log.host.standing.holdings.get("c1")
    assert freeze(other) == freeze(log.host)


def test_a_frozen_partition_thaws_and_decides_the_same_bytes(log: ShowLog) -> None:
    other = show_host()
    thaw(other, freeze(log.host))
    assert other.standing.holdings.get("s1").state == log.root()
    assert other.standing.holdings.get("c1").state == log.root("c1")


def test_restored_anywhere_it_answers_the_same(log: ShowLog) -> None:
    """Rule 3: what a decision uses is in what came before it, wherever one starts."""
    at = [index for index, value in enumerate(log.decisions) if b'"clock_tick"' not in value]
    commands = log.commands
    for index in at[::3]:
        other = show_host()
        for offset, value in enumerate(log.decisions[:index]):
            other.fold(offset, value)
        thawed = show_host()
        thaw(thawed, freeze(other))
        asked = json.loads(log.decisions[index])["command"]["offset"]
        start = thawed.next_command_offset
        values: list[bytes] = []
        for offset in range(start, asked + 1):
            values += thawed.decide([commands[offset]]).values
            thawed.appended(index)  # only the last of them is written
        assert values[-1] == log.decisions[index]


def test_public_events_are_counted_without_a_gap(log: ShowLog) -> None:
    seen = 0
    for value in log.decisions:
        for entry in json.loads(value)["entries"]:
            if entry["aggregate"] == "s1":
                assert entry["public_seq"] in (seen, seen + 1)
                seen = entry["public_seq"]
    assert seen > 10


def test_who_came_asked_and_scored_raises_no_public_count(log: ShowLog) -> None:
    counts: list[tuple[str, int]] = []
    for value in log.decisions:
        decision: dict[str, Any] = json.loads(value)
        counts += [
            (str(decision["command"].get("type")), entry["public_seq"])
            for entry in decision["entries"]
            if entry["aggregate"] == "s1"
        ]
    hidden = {"check_in", "ask_question", "give_score", "register_interest", "attest_preconditions"}
    for before, after in pairwise(counts):
        assert after[0] not in hidden or after[1] == before[1]


def test_a_snapshot_of_a_changed_state_is_unfit(log: ShowLog) -> None:
    with pytest.raises(Unfit):
        thaw(show_host(), freeze(log.host)[:-1])


def test_a_stalled_partition_pauses_the_stage() -> None:
    log = ShowLog(PLANNED_AT_MS)
    for by, body in (
        (DESK, cmd.PlanSession(plan=plan())),
        (DESK, cmd.AddAgendaItem(item=item("i1"))),
        (DESK, cmd.PublishSession()),
        (STAGE, REHEARSAL),
        (HOST, cmd.GoLive()),
    ):
        assert log.ask(by, body)["outcome"] == "decided"
    log.tick_until(PLANNED_AT_MS + 5_000)
    log.ask(HOST, cmd.CallOnDeck(**ONE))
    log.ask(HOST, cmd.StartPitch(**ONE))
    log.tick_until(PLANNED_AT_MS + 8_000)
    log.at_ms += 60_000
    told = log.ask(HOST, cmd.StartQa(**ONE))
    assert (told["outcome"], told["entries"][0]["rejection"]["code"]) == (
        "refused", "SESSION_PAUSED",
    )  # fmt: skip
    event = told["entries"][0]["events"][0]
    assert (event["type"], event["reason"]) == ("session_paused", "system_stall")
    assert event["remaining_ms"] == 480_000 - 3_000
    assert "next_due_ms" not in told  # nothing is open, nothing is due


def test_a_live_session_is_heard_of_every_second() -> None:
    log = a_session()
    assert log.last()["next_due_ms"] == log.last()["at_ms"]
