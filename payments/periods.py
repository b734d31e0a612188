"""Periods as people in an office name them: today, this week, this month, or from one day to another.

Owns the reading and the calendar, which is Nairobi's. Pure: the time is handed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import partial

from payments.nairobi import NAIROBI

MOST_DAYS = 3_660
_EARLIEST, _LATEST = date(1970, 1, 1), date(2999, 12, 31)
_QUARTER_MONTHS = 3


class Grain(StrEnum):
    """What the calendar gives a name, from the shortest to the longest; a week begins on Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class BadPeriod(ValueError):
    """That is no period: the words cannot be read, or it ends before it begins, or is too long."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in Nairobi, both ends included."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """Its first moment, UTC."""
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """The first moment after it, UTC."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> Period:
        """The days before it, just as many."""
        length = self.last - self.first
        last = self.first - timedelta(days=1)
        return Period(last - length, last)

    @property
    def label(self) -> str:
        """Such as `2026-11-01 to 2026-11-30`; one day stands alone."""
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


def read_period(words: Sequence[str], now: datetime) -> Period:
    """Read `today`, `yesterday`, `week`, `month`, `quarter`, `year`, one day, or two days; nothing: `month`.

    Raises:
        BadPeriod: it is none of these.
    """
    today = now.astimezone(NAIROBI).date()
    match [word.lower() for word in words]:
        case []:
            return _NAMED["month"](today)
        case [name] if name in _NAMED:
            return _NAMED[name](today)
        case [day]:
            return Period(_day(day), _day(day))
        case [first, last] | [first, "to", last]:
            return checked(Period(_day(first), _day(last)))
        case _:
            raise BadPeriod(" ".join(words)[:40])


def checked(period: Period) -> Period:
    """The period itself, when it ends after it begins and is not too long; otherwise raises `BadPeriod`."""
    if not 0 <= (period.last - period.first).days < MOST_DAYS:
        raise BadPeriod(period.label)
    return period


def _day(word: str) -> date:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        raise BadPeriod(word[:40]) from None
    if not _EARLIEST <= day <= _LATEST:
        raise BadPeriod(word[:40])
    return day


_BEGINS: dict[Grain, Callable[[date], date]] = {
    Grain.DAY: lambda day: day,
    Grain.WEEK: lambda day: day - timedelta(days=day.weekday()),
    Grain.MONTH: lambda day: day.replace(day=1),
    Grain.QUARTER: lambda day: day.replace(month=day.month - (day.month - 1) % _QUARTER_MONTHS, day=1),
    Grain.YEAR: lambda day: day.replace(month=1, day=1),
}


def begin_of(grain: Grain, day: date) -> date:
    """The first day of the week, month, quarter or year in which this day lies."""
    return _BEGINS[grain](day)


def _so_far(grain: Grain, today: date) -> Period:
    return Period(begin_of(grain, today), today)


def _yesterday(today: date) -> Period:
    day = today - timedelta(days=1)
    return Period(day, day)


_NAMED: dict[str, Callable[[date], Period]] = {
    "today": partial(_so_far, Grain.DAY),
    "yesterday": _yesterday,
    "week": partial(_so_far, Grain.WEEK),
    "month": partial(_so_far, Grain.MONTH),
    "quarter": partial(_so_far, Grain.QUARTER),
    "year": partial(_so_far, Grain.YEAR),
}
"""Each up to and with today."""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), NAIROBI).astimezone(UTC)
