"""Periods of natural and of working days, on the calendar of 2026."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from trading.calendar import (
    PERIOD_DAYS_MAX,
    HolidayTable,
    YearNotCovered,
    natural_days_end_at_ms,
    working_days_end_at_ms,
)

SHANGHAI = timezone(timedelta(hours=8))


def days(first: date, last: date) -> frozenset[date]:
    return frozenset(first + timedelta(days=step) for step in range((last - first).days + 1))


def at_ms(text: str) -> int:
    """UTC milliseconds of a time in Shanghai."""
    return round(datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).timestamp() * 1000)


NATIONAL_DAY_2026 = days(date(2026, 10, 1), date(2026, 10, 7))
TABLE = HolidayTable(
    years=frozenset({2026}),
    holidays=days(date(2026, 1, 1), date(2026, 1, 3))
    | days(date(2026, 2, 15), date(2026, 2, 23))
    | days(date(2026, 9, 25), date(2026, 9, 27))
    | NATIONAL_DAY_2026,
    makeup_working_days=frozenset(
        {
            date(2026, 1, 4),
            date(2026, 2, 14),
            date(2026, 2, 28),
            date(2026, 9, 20),
            date(2026, 10, 10),
        }
    ),
)
LEAP = HolidayTable(frozenset({2028}), frozenset(), frozenset())
TWO_YEARS = HolidayTable(
    years=frozenset({2026, 2027}),
    holidays=TABLE.holidays | {date(2026, 12, 31), date(2027, 1, 1)},
    makeup_working_days=TABLE.makeup_working_days | {date(2027, 1, 3)},
)


@pytest.mark.parametrize(
    ("table", "start", "length_nd", "end"),
    [
        (TABLE, "2026-03-02 10:00", 15, "2026-03-18"),  # PB-1: to 2026-03-17 24:00
        (TABLE, "2026-03-02 10:00", 1, "2026-03-04"),
        (TABLE, "2026-03-06 10:00", 1, "2026-03-08"),  # a plain Saturday is a last day
        (TABLE, "2026-03-06 10:00", 2, "2026-03-09"),  # and so is a plain Sunday
        (TABLE, "2026-09-15 10:00", 15, "2026-10-01"),  # to 30 September, the eve
        (TABLE, "2026-09-16 10:00", 15, "2026-10-09"),  # 1 October: to the 8th
        (TABLE, "2026-09-22 10:00", 15, "2026-10-09"),  # 7 October: to the 8th
        (TABLE, "2026-09-23 10:00", 15, "2026-10-09"),  # the 8th itself
        (TABLE, "2026-10-05 10:00", 5, "2026-10-11"),  # a make-up Saturday is a day
        (TABLE, "2026-09-24 10:00", 6, "2026-10-01"),  # holidays on the way count
        (LEAP, "2028-02-28 10:00", 1, "2028-03-01"),
        (LEAP, "2028-02-29 10:00", 1, "2028-03-02"),
        (LEAP, "2028-02-14 10:00", 15, "2028-03-01"),
        (TABLE, "2026-02-24 10:00", 5, "2026-03-02"),  # no 29 February
        (TABLE, "2026-12-16 10:00", 15, "2027-01-01"),
        (TWO_YEARS, "2026-12-16 10:00", 15, "2027-01-03"),  # a holiday across the year's end
        (TABLE, "2025-12-30 10:00", 15, "2026-01-15"),  # only the last day's year is asked
    ],
)
def test_natural_days_close_at_midnight_after_the_last_day(
    table: HolidayTable, start: str, length_nd: int, end: str
) -> None:
    assert natural_days_end_at_ms(table, at_ms(start), length_nd) == at_ms(f"{end} 00:00")


@pytest.mark.parametrize(
    ("table", "start", "length_wd", "last_day"),
    [
        (TABLE, "2026-03-02 10:00", 1, "2026-03-03"),
        (TABLE, "2026-03-02 10:00", 5, "2026-03-09"),  # over a plain weekend
        (TABLE, "2026-03-07 10:00", 1, "2026-03-09"),  # from a day off
        (TABLE, "2026-09-18 10:00", 1, "2026-09-20"),  # a make-up Sunday works
        (TABLE, "2026-09-24 10:00", 3, "2026-09-30"),
        (TABLE, "2026-09-30 10:00", 1, "2026-10-08"),  # over National Day
        (TABLE, "2026-09-30 10:00", 3, "2026-10-10"),  # a make-up Saturday works
        (TABLE, "2026-09-30 10:00", 4, "2026-10-12"),  # the Sunday after it does not
        (LEAP, "2028-02-28 10:00", 1, "2028-02-29"),
        (LEAP, "2028-02-28 10:00", 2, "2028-03-01"),
        (TABLE, "2025-12-31 10:00", 1, "2026-01-04"),  # day 0 may lie before the table
        (TABLE, "2026-12-30 10:00", 1, "2026-12-31"),
        (TWO_YEARS, "2026-12-30 10:00", 1, "2027-01-03"),
        (TWO_YEARS, "2026-12-30 10:00", 2, "2027-01-04"),
    ],
)
def test_working_days_close_at_five_in_the_afternoon(
    table: HolidayTable, start: str, length_wd: int, last_day: str
) -> None:
    assert working_days_end_at_ms(table, at_ms(start), length_wd) == at_ms(f"{last_day} 17:00")


def test_an_end_is_in_utc_milliseconds() -> None:
    natural = datetime(2026, 3, 17, 16, tzinfo=UTC).timestamp() * 1000
    working = datetime(2026, 3, 3, 9, tzinfo=UTC).timestamp() * 1000
    assert natural_days_end_at_ms(TABLE, at_ms("2026-03-02 10:00"), 15) == natural
    assert working_days_end_at_ms(TABLE, at_ms("2026-03-02 10:00"), 1) == working


def test_day_0_changes_at_midnight_in_shanghai() -> None:
    midnight_ms = at_ms("2026-03-03 00:00")
    before_ms = midnight_ms - 1
    assert natural_days_end_at_ms(TABLE, before_ms, 1) == at_ms("2026-03-04 00:00")
    assert natural_days_end_at_ms(TABLE, midnight_ms, 1) == at_ms("2026-03-05 00:00")
    assert working_days_end_at_ms(TABLE, before_ms, 1) == at_ms("2026-03-03 17:00")
    assert working_days_end_at_ms(TABLE, midnight_ms, 1) == at_ms("2026-03-04 17:00")


def test_midnight_in_utc_changes_nothing() -> None:
    utc_midnight_ms = at_ms("2026-03-03 08:00")
    for starts_at_ms in (utc_midnight_ms - 1, utc_midnight_ms):
        assert natural_days_end_at_ms(TABLE, starts_at_ms, 1) == at_ms("2026-03-05 00:00")


def test_a_last_day_outside_of_the_table_is_an_error() -> None:
    with pytest.raises(YearNotCovered, match="does not cover 2027") as caught:
        natural_days_end_at_ms(TABLE, at_ms("2026-12-17 10:00"), 15)
    assert caught.value.year == 2027


def test_a_holiday_that_leaves_the_table_is_an_error() -> None:
    table = HolidayTable(frozenset({2026}), frozenset({date(2026, 12, 31)}), frozenset())
    with pytest.raises(YearNotCovered, match="does not cover 2027"):
        natural_days_end_at_ms(table, at_ms("2026-12-30 10:00"), 1)


@pytest.mark.parametrize(
    ("start", "length_wd", "year"), [("2026-12-31 10:00", 1, 2027), ("2025-12-30 10:00", 1, 2025)]
)
def test_a_working_day_outside_of_the_table_is_an_error(
    start: str, length_wd: int, year: int
) -> None:
    with pytest.raises(YearNotCovered, match=f"does not cover {year}"):
        working_days_end_at_ms(TABLE, at_ms(start), length_wd)


@pytest.mark.parametrize("length", [0, -1, PERIOD_DAYS_MAX + 1])
def test_a_period_without_days_or_without_end_is_an_error(length: int) -> None:
    for end_at_ms in (natural_days_end_at_ms, working_days_end_at_ms):
        with pytest.raises(ValueError, match=f"not {length}$"):
            end_at_ms(TABLE, at_ms("2026-03-02 10:00"), length)


@pytest.mark.parametrize(
    ("holidays", "makeup_working_days", "message"),
    [
        ({date(2027, 1, 1)}, set[date](), "2027 is not covered"),
        (set[date](), {date(2027, 1, 3)}, "2027 is not covered"),
        ({date(2026, 10, 10)}, {date(2026, 10, 10)}, "a holiday and a make-up working day"),
        (set[date](), {date(2026, 10, 9)}, "nothing to make up"),
    ],
)
def test_a_table_that_contradicts_itself_is_an_error(
    holidays: set[date], makeup_working_days: set[date], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        HolidayTable(frozenset({2026}), frozenset(holidays), frozenset(makeup_working_days))
