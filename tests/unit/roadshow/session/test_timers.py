"""What time brings about on stage, also where the tick is late."""

import pytest

from roadshow.session import commands as cmd
from roadshow.session import events as ev
from tests.support.shows import HOST, STARTS_AT_MS, item, live, pitching, requested


def test_a_pitch_is_warned_twice_and_then_its_time_is_up() -> None:
    play = pitching()
    ends_at_ms = play.item().ends_at_ms or 0
    dues = []
    while play.due_ms is not None:
        dues.append(play.due_ms - ends_at_ms)
        play.tick(play.due_ms)
    assert dues == [-60_000, -10_000, 0]
    assert (play.item().phase, play.item().time_up, play.item().ends_at_ms) == (
        "pitching", True, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("late_ms", "told"),
    [
        (-60_000, [60_000]),
        (-10_001, [60_000]),
        (-10_000, [10_000]),
        (-1, [10_000]),
        (0, []),
        (9_999, []),
    ],
)
def test_a_late_tick_tells_what_is_left_to_tell(late_ms: int, told: list[int]) -> None:
    play = pitching()
    play.tick((play.item().ends_at_ms or 0) + late_ms)
    assert [event.left_ms for event in play.told(ev.PitchWarned)] == told
    assert bool(play.told(ev.PitchTimeUp)) == (late_ms >= 0)


@pytest.mark.parametrize(
    ("pitch_ms", "told"), [(61_000, [60_000, 10_000]), (60_000, [10_000]), (10_000, [])]
)
def test_a_short_pitch_needs_fewer_warnings(pitch_ms: int, told: list[int]) -> None:
    play = pitching(item("i1"), pitch_ms=pitch_ms, profile="test")
    while play.due_ms is not None:
        play.tick(play.due_ms)
    assert [event.left_ms for event in play.told(ev.PitchWarned)] == told


@pytest.mark.parametrize(
    ("commands", "event"),
    [
        ((cmd.StartQa(item_id="i1"),), ev.QaTimeUp),
        ((cmd.StartComments(item_id="i1"),), ev.CommentsTimeUp),
        ((cmd.StartQa(item_id="i1"), cmd.CallInterest(item_id="i1")), ev.InterestCallEnded),
    ],
)
def test_every_period_ends(commands: tuple[object, ...], event: type) -> None:
    play = pitching().do(HOST, *commands)
    assert play.due_ms == play.item().ends_at_ms
    assert play.tick(play.due_ms or 0) == (event("i1"),)
    assert play.due_ms is None


def test_a_request_lapses_even_in_a_pause() -> None:
    play = requested().do(HOST, cmd.PauseSession(reason="noise"))
    told = play.tick(play.due_ms or 0)
    assert told == (ev.ItemBiddingReturned("i1", "s1.i1.1", "request_timed_out"),)


def test_nothing_is_due_where_nobody_is_on_stage() -> None:
    assert live().due_ms is None


def test_a_paused_pitch_is_not_due() -> None:
    play = pitching().do(HOST, cmd.PauseSession(reason="noise"))
    assert play.due_ms is None
    assert play.tick(STARTS_AT_MS + 10_000_000) == ()
