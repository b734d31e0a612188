"""Which sums cover a period: whole years, then whole months, and the single days that are left.

Owns the calendar of the figures and the keys of their rows. Days are Nairobi's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from payments.nairobi import NAIROBI
from payments.periods import Period

DAY, MONTH, YEAR = "day", "month", "year"
GRAINS = (DAY, MONTH, YEAR)
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """All sums of one grain that begin from `first` to `last`."""

    grain: str
    first: date
    last: date


def begin_of(grain: str, day: date) -> date:
    """The first day of the day, month or year in which this day lies."""
    if grain == YEAR:
        return day.replace(month=1, day=1)
    return day.replace(day=1) if grain == MONTH else day


def key_of(grain: str, begins: date) -> str:
    """The key of a row of sums, such as `month:2026-11-01`."""
    return f"{grain}:{begins}"


def day_of(at: datetime) -> date:
    """The day in Nairobi on which this moment falls."""
    return at.astimezone(NAIROBI).date()


def spans_of(period: Period, *, is_latest: bool) -> tuple[Span, ...]:
    """What covers the period. When nothing is posted after it, its last year may be taken whole.

    What begins after it then holds nothing, and is left out: a reading of one span is the quickest.
    """
    last = period.last.replace(month=12, day=31) if is_latest else period.last
    return tuple(span for span in _covered(period.first, last, (YEAR, MONTH)) if span.first <= period.last)


def _covered(first: date, last: date, grains: Sequence[str]) -> Iterator[Span]:
    if first > last:
        return
    if not grains:
        yield Span(DAY, first, last)
        return
    grain, finer = grains[0], grains[1:]
    begins, ends = _next_begin(grain, first), begin_of(grain, last + _ONE) - _ONE
    if begins > ends:
        yield from _covered(first, last, finer)
        return
    yield from _covered(first, begins - _ONE, finer)
    yield Span(grain, begins, begin_of(grain, ends))
    yield from _covered(ends + _ONE, last, finer)


def _next_begin(grain: str, day: date) -> date:
    """The first day from this one on with which one begins."""
    if begin_of(grain, day) == day:
        return day
    length = timedelta(days=366 if grain == YEAR else 31)
    return begin_of(grain, begin_of(grain, day) + length)
