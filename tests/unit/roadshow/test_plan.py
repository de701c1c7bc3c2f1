"""Working days are counted from closing hours; nothing looks up a holiday."""

from roadshow.plan import working_days_after, working_days_between
from tests.support.shows import STARTS_AT_MS, WORKING_DAYS_MS, plan
from trading.calendar import DAY_MS


def test_neither_the_first_day_nor_the_last_counts() -> None:
    about = plan()
    assert working_days_between(about, STARTS_AT_MS, STARTS_AT_MS + 4 * DAY_MS) == 3
    assert working_days_between(about, STARTS_AT_MS, STARTS_AT_MS) == 0


def test_a_holiday_is_a_day_without_closing_hour() -> None:
    about = plan(working_days_ms=WORKING_DAYS_MS[:21] + WORKING_DAYS_MS[23:])
    assert working_days_between(about, STARTS_AT_MS, STARTS_AT_MS + 4 * DAY_MS) == 1
    assert working_days_after(about, STARTS_AT_MS, 1) == STARTS_AT_MS + 3 * DAY_MS


def test_a_period_closes_at_the_closing_hour_of_its_last_day() -> None:
    assert working_days_after(plan(), STARTS_AT_MS - 5_000, 3) == STARTS_AT_MS + 3 * DAY_MS
    assert working_days_after(plan(), STARTS_AT_MS, 0) == STARTS_AT_MS


def test_beyond_the_calendar_every_day_works() -> None:
    about = plan(working_days_ms=(), profile="test")
    assert working_days_after(about, STARTS_AT_MS, 3) == STARTS_AT_MS + 3 * DAY_MS
