"""Periods of days: when a publicity, a notice or a term to answer ends (domain 0.2).

The day on which a period starts is day 0 and does not count (民法典 §201). A natural-day period
counts every day, and only its last day asks the table: on a holiday it moves to the day after
that holiday (民法典 §203, PB-1). A Saturday or Sunday outside of one is a last day like any other.
A working-day period counts the official calendar's working days only (S15 §18).
Days are those of Asia/Shanghai: UTC+8, no daylight saving. The table is an argument.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

PERIOD_DAYS_MAX: Final = 3660  # ten years
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
SHANGHAI_AHEAD_MS: Final = 8 * HOUR_MS
WORKING_DAY_CLOSES_MS: Final = 17 * HOUR_MS  # 17:00:00 Asia/Shanghai, domain 0.2
SATURDAY: Final = 5
EPOCH: Final = date(1970, 1, 1)
ONE_DAY: Final = timedelta(days=1)


class YearNotCovered(LookupError):
    """A period reaches into a year of which the table knows nothing."""

    def __init__(self, year: int) -> None:
        super().__init__(f"the holiday table does not cover {year}")
        self.year = year


@dataclass(frozen=True, slots=True)
class HolidayTable:
    """The official calendar of whole years, as the State Council announces it.

    Attributes:
        years: The calendar years the table covers, each complete.
        holidays: Every day of a holiday, from its first to its last: the statutory days, and the
            weekends and days moved to them (放假). Weekends outside of a holiday are not listed.
        makeup_working_days: The Saturdays and Sundays on which work is made up (调休).

    Raises:
        ValueError: A listed day is outside of the years, is in both lists, or is made up on a
            day that is no weekend.
    """

    years: frozenset[int]
    holidays: frozenset[date]
    makeup_working_days: frozenset[date]

    def __post_init__(self) -> None:
        for day in sorted(self.holidays | self.makeup_working_days):
            if day.year not in self.years:
                raise ValueError(f"{day} is listed, but {day.year} is not covered")
        for day in sorted(self.makeup_working_days):
            if day in self.holidays:
                raise ValueError(f"{day} is a holiday and a make-up working day")
            if day.weekday() < SATURDAY:
                raise ValueError(f"{day} is no weekend: there is nothing to make up")

    def is_holiday(self, day: date) -> bool:
        """Whether this day of Asia/Shanghai belongs to a holiday (民法典 §203).

        Raises:
            YearNotCovered: The table knows nothing of the day's year.
        """
        if day.year not in self.years:
            raise YearNotCovered(day.year)
        return day in self.holidays

    def is_working_day(self, day: date) -> bool:
        """Whether this day of Asia/Shanghai is a working day, make-up days included (S15 §18).

        Raises:
            YearNotCovered: The table knows nothing of the day's year.
        """
        if self.is_holiday(day):
            return False
        return day.weekday() < SATURDAY or day in self.makeup_working_days


def natural_days_end_at_ms(table: HolidayTable, starts_at_ms: int, length_nd: int) -> int:
    """When a period of natural days closes: 24:00 of its last day (民法典 §201, §203; PB-1).

    Args:
        table: The holidays; only the years of the last day, and of the day it moves to, are asked.
        starts_at_ms: UTC milliseconds; its day in Asia/Shanghai is day 0.
        length_nd: Natural days, 1 to PERIOD_DAYS_MAX.

    Returns:
        UTC milliseconds of the first instant after the period, 00:00 of the next day in Shanghai.

    Raises:
        ValueError: The length is out of bounds.
        YearNotCovered: The table does not cover the year of the last day.
    """
    _check_length(length_nd)
    last_day = _day_of(starts_at_ms) + timedelta(days=length_nd)
    while table.is_holiday(last_day):  # bounded: it ends with the years of the table
        last_day += ONE_DAY
    return _midnight_ms(last_day) + DAY_MS


def working_days_end_at_ms(table: HolidayTable, starts_at_ms: int, length_wd: int) -> int:
    """When a period of working days closes: 17:00:00 Shanghai on its last day (S15 §18).

    Args:
        table: The calendar; it must cover every day from the one after the start to the last.
        starts_at_ms: UTC milliseconds; its day in Asia/Shanghai is day 0, working day or not.
        length_wd: Working days, 1 to PERIOD_DAYS_MAX.

    Returns:
        UTC milliseconds of the closing instant.

    Raises:
        ValueError: The length is out of bounds.
        YearNotCovered: The table does not cover the year of a day that had to be judged.
    """
    _check_length(length_wd)
    day = _day_of(starts_at_ms)
    left = length_wd
    while left:  # bounded: it ends with the years of the table
        day += ONE_DAY
        left -= table.is_working_day(day)
    return _midnight_ms(day) + WORKING_DAY_CLOSES_MS


def _check_length(length: int) -> None:
    if not 1 <= length <= PERIOD_DAYS_MAX:
        raise ValueError(f"a period has 1 to {PERIOD_DAYS_MAX} days, not {length}")


def _day_of(at_ms: int) -> date:
    return EPOCH + timedelta(days=(at_ms + SHANGHAI_AHEAD_MS) // DAY_MS)


def _midnight_ms(day: date) -> int:
    return (day - EPOCH).days * DAY_MS - SHANGHAI_AHEAD_MS
