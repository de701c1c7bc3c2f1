"""While the session is live: one on stage, timers that a pause freezes, an orderly end."""

from dataclasses import replace

import pytest

from roadshow.dispatch import ROADSHOW
from roadshow.session import commands as cmd
from roadshow.session import events as ev
from tests.support.shows import (
    DESK,
    HOST,
    PRESENTER,
    REVIEWER,
    STAGE,
    STARTS_AT_MS,
    announced,
    bidding,
    called,
    item,
    live,
    pitching,
    ready,
    rehearsed,
    sold,
)
from trading.outcome import By

OTHER_HOST = By("a-other", "host")
OTHER_PRESENTER = By("a-other", "presenter")


def test_a_host_runs_his_own_session_only() -> None:
    play = rehearsed()
    assert play.code(OTHER_HOST, cmd.GoLive()) == "NOT_ASSIGNED"
    play.do(HOST, cmd.GoLive())
    assert play.code(OTHER_HOST, cmd.CallOnDeck(item_id="i1")) == "NOT_ASSIGNED"
    assert play.code(STAGE, cmd.CallOnDeck(item_id="i1")) == "NOT_PERMITTED"


def test_a_presenter_takes_back_his_own_item_only() -> None:
    play = pitching()
    withdraw = cmd.WithdrawItem(item_id="i1", reason="ill")
    assert play.code(OTHER_PRESENTER, withdraw) == "NOT_ASSIGNED"
    assert play.why(PRESENTER, replace(withdraw, reason="")) == "BAD_FIELD reason"
    assert play.code(PRESENTER, replace(withdraw, item_id="i9")) == "UNKNOWN_ITEM"
    play.do(PRESENTER, withdraw)
    assert (play.item().phase, play.item().ends_at_ms) == ("withdrawn", None)


def test_a_pause_is_told_with_a_reason_and_a_role_is_none() -> None:
    play = live()
    for reason in ("", " ", "host", " Host", "stage controller", "system", "x" * 201):
        assert play.why(HOST, cmd.PauseSession(reason=reason)) == "BAD_FIELD reason"
    assert play.now.phase == "live"
    play.do(HOST, cmd.PauseSession(reason="投影仪故障"))
    assert play.now.pause is not None
    assert play.now.pause.reason == "投影仪故障"


def test_until_version_3_a_role_was_a_reason() -> None:
    play = live()
    pause = cmd.PauseSession(reason="host")
    older = ROADSHOW.older[2]
    assert older.decide(play.root, pause, HOST, play.at_ms).rejection is None
    nothing = older.decide(play.root, cmd.PauseSession(reason=""), HOST, play.at_ms).rejection
    assert nothing is not None


def test_more_time_is_granted_once_on_top_of_what_is_left() -> None:
    play = pitching()
    end_ms = play.item().ends_at_ms or 0
    play.at_ms = end_ms - 30_000
    play.tick(play.at_ms)
    play.do(HOST, cmd.GrantMoreTime(item_id="i1"))
    assert play.item().ends_at_ms == end_ms + 60_000
    assert play.code(HOST, cmd.GrantMoreTime(item_id="i1")) == "ALREADY_DONE"
    told = [event.left_ms for event in play.told(ev.PitchWarned)]
    play.tick(end_ms)
    assert [event.left_ms for event in play.told(ev.PitchWarned)] == [*told, 60_000]


def test_a_pause_gives_back_what_was_left() -> None:
    play = called()
    ends_at_ms = play.item().ends_at_ms
    play.at_ms = STARTS_AT_MS + 20_000
    play.do(STAGE, cmd.PauseSession(reason="sound"))
    assert play.now.pause is not None
    assert play.now.pause.remaining_ms == 40_000
    assert play.due_ms is None
    assert play.code(STAGE, cmd.PauseSession(reason="sound")) == "SESSION_PAUSED"
    play.at_ms += 100_000
    play.do(HOST, cmd.ResumeSession())
    assert play.item().ends_at_ms == (ends_at_ms or 0) + 100_000


def test_what_is_deferred_in_a_pause_gets_no_time_back() -> None:
    play = pitching().do(HOST, cmd.PauseSession(reason="ill"))
    play.do(HOST, cmd.DeferItem(item_id="i1", reason="ill"), cmd.ResumeSession())
    assert play.told(ev.SessionResumed)[0].ends_at_ms is None
    assert play.item().ends_at_ms is None


def test_a_pause_between_items_keeps_no_time() -> None:
    play = live().do(HOST, cmd.PauseSession(reason="coffee"), cmd.ResumeSession())
    assert play.told(ev.SessionPaused)[0].remaining_ms is None


def test_the_time_of_a_late_pause_is_none() -> None:
    play = pitching()
    play.at_ms = (play.item().ends_at_ms or 0) + 5_000
    play.do(HOST, cmd.PauseSession(reason="late"))
    assert play.told(ev.SessionPaused)[0].remaining_ms == 0


def test_a_pause_does_not_stop_a_bidding() -> None:
    play = bidding().do(HOST, cmd.PauseSession(reason="noise"))
    play.do(By("handover", "system"), sold())
    assert play.item().bidding.result is not None


def test_a_paused_session_can_be_ended() -> None:
    play = live().do(HOST, cmd.PauseSession(reason="fire"), cmd.EndSession())
    assert (play.now.phase, play.now.pause) == ("ended", None)
    assert {each.phase for each in play.now.items.values()} == {"skipped"}
    assert {each.reason for each in play.now.items.values()} == {"session_ended"}


def test_a_deferred_item_comes_again_with_its_full_time() -> None:
    play = pitching().do(HOST, cmd.GrantMoreTime(item_id="i1"))
    play.do(HOST, cmd.DeferItem(item_id="i1", reason="slides"), cmd.CallOnDeck(item_id="i1"))
    play.at_ms += 60_000
    play.do(HOST, cmd.StartPitch(item_id="i1"))
    now = play.item()
    assert (now.extended, now.reason, now.ends_at_ms) == (False, "", play.at_ms + 480_000)


def test_a_deferred_item_is_called_for_anew() -> None:
    play = ready().do(HOST, cmd.DeferItem(item_id="i1", reason="sound"))
    bidding = play.item().bidding
    assert (bidding.called, bidding.supervisor, len(bidding.attested)) == (False, "", 7)


def test_the_report_is_owed_in_three_working_days() -> None:
    play = live(item("i1")).do(HOST, cmd.EndSession())
    due_ms = play.due_ms
    assert due_ms is not None
    assert play.told(ev.SessionEnded)[0].report_due_ms == due_ms
    assert play.tick(due_ms) == (ev.ReportOverdue(),)
    assert play.due_ms is None
    assert play.why(HOST, cmd.EndSession()) == "WRONG_PHASE ended"
    play.do(DESK, cmd.ReportSession(replay_url="https://example.org/1"))
    assert play.now.replay_url == "https://example.org/1"


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        (cmd.ReportSession(replay_url="javascript:alert(1)"), "BAD_FIELD"),
        (cmd.ReportSession(replay_url="/replay/1"), "RECORDING_FORBIDDEN"),
        (cmd.ReportSession(replay_url="/replay/1", nda_cut=True), "ok"),
        (cmd.ReportSession(), "ok"),
    ],
)
def test_what_is_secret_is_not_in_the_replay(command: cmd.ReportSession, answer: str) -> None:
    play = pitching(item("i1", nda=True))
    play.do(HOST, cmd.StartQa(item_id="i1"), cmd.CompleteItem(item_id="i1"), cmd.EndSession())
    assert play.code(DESK, command) == answer


def test_a_live_session_is_not_waived_or_published_again() -> None:
    play = live()
    assert play.why(REVIEWER, cmd.WaiveRehearsal(reason="x")) == "WRONG_PHASE live"
    assert announced().why(DESK, cmd.PublishSession()) == "WRONG_PHASE registration_open"
