"""Which sums cover a period: its own where it has a name, else the longest that fit into it.

Owns the keys of the sums' rows. Days are Nairobi's, and the calendar is `payments.periods`'.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from payments.nairobi import NAIROBI
from payments.periods import Grain, Period, begin_of

_ONE = timedelta(days=1)
_LONGEST_DAYS = {Grain.DAY: 1, Grain.WEEK: 7, Grain.MONTH: 31, Grain.QUARTER: 92, Grain.YEAR: 366}
_LONGEST_FIRST = (Grain.YEAR, Grain.QUARTER, Grain.MONTH, Grain.WEEK)


@dataclass(frozen=True, slots=True)
class Span:
    """All sums of one grain that begin from `first` to `last`."""

    grain: Grain
    first: date
    last: date

    @property
    def is_one(self) -> bool:
        """Whether it is a single row of sums."""
        return self.first == self.last

    def begins(self) -> Iterator[date]:
        """The first day of each row of sums."""
        day = self.first
        while day <= self.last:
            yield day
            day = _end_of(self.grain, day) + _ONE


def key_of(grain: Grain, begins: date, matter: str | None = None) -> str:
    """The key of a row of sums, such as `month:2026-11-01`, of everything or of a matter."""
    return f"{grain}:{begins}" if matter is None else f"{grain}:{begins}:{matter}"


def day_of(at: datetime) -> date:
    """The day in Nairobi on which this moment falls."""
    return at.astimezone(NAIROBI).date()


def spans_of(period: Period, *, is_latest: bool) -> tuple[Span, ...]:
    """What covers the period. When nothing is posted after it, what it begins may be taken whole.

    What begins after it then holds nothing, and is left out: a reading of one row is the quickest.
    """
    if one := _one_for(period, is_latest=is_latest):
        return (one,)
    last = _end_of(Grain.YEAR, period.last) if is_latest else period.last
    return tuple(span for span in _covered(period.first, last, _LONGEST_FIRST) if span.first <= period.last)


def _one_for(period: Period, *, is_latest: bool) -> Span | None:
    for grain in Grain:
        ends = _end_of(grain, period.first)
        is_all = period.last == ends or (is_latest and period.last < ends)
        if is_all and begin_of(grain, period.first) == period.first:
            return Span(grain, period.first, period.first)
    return None


def _covered(first: date, last: date, grains: Sequence[Grain]) -> Iterator[Span]:
    if first > last:
        return
    if not grains:
        yield Span(Grain.DAY, first, last)
        return
    grain, finer = grains[0], grains[1:]
    begins, ends = _next_begin(grain, first), begin_of(grain, last + _ONE) - _ONE
    if begins > ends:
        yield from _covered(first, last, finer)
        return
    yield from _covered(first, begins - _ONE, finer)
    yield Span(grain, begins, begin_of(grain, ends))
    yield from _covered(ends + _ONE, last, finer)


def _next_begin(grain: Grain, day: date) -> date:
    """The first day from this one on with which one begins."""
    return day if begin_of(grain, day) == day else _end_of(grain, day) + _ONE


def _end_of(grain: Grain, day: date) -> date:
    """The last day of the week, month, quarter or year in which this day lies."""
    after = begin_of(grain, day) + timedelta(days=_LONGEST_DAYS[grain])
    return begin_of(grain, after) - _ONE
