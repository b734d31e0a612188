"""Every day of a period is covered by one sum, and no other day is."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from payments.periods import Period
from storage.spans import DAY, MONTH, YEAR, Span, begin_of, spans_of

DAYS = st.dates(date(2019, 12, 1), date(2029, 1, 31))


def days_of(span: Span) -> list[date]:
    """The days whose sums it takes: to the end of the last month or year that begins in it."""
    days = []
    day = span.first
    while begin_of(span.grain, day) <= span.last:
        days.append(day)
        day += timedelta(days=1)
    return days


@given(DAYS, st.integers(0, 900))
def test_each_day_is_covered_once(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    covered = sorted(day for span in spans_of(period, is_latest=False) for day in days_of(span))
    assert covered == [first + timedelta(days=turn) for turn in range(length + 1)]


@given(DAYS, st.integers(0, 900))
def test_what_begins_in_a_span_is_whole(first: date, length: int) -> None:
    for span in spans_of(Period(first, first + timedelta(days=length)), is_latest=False):
        assert begin_of(span.grain, span.first) == span.first
        assert begin_of(span.grain, span.last) == span.last


def test_the_year_so_far_is_one_row_while_nothing_came_after_it() -> None:
    so_far = Period(date(2026, 1, 1), date(2026, 11, 28))
    assert spans_of(so_far, is_latest=True) == (Span(YEAR, date(2026, 1, 1), date(2026, 1, 1)),)
    assert spans_of(so_far, is_latest=False) == (
        Span(MONTH, date(2026, 1, 1), date(2026, 10, 1)),
        Span(DAY, date(2026, 11, 1), date(2026, 11, 28)),
    )


@given(DAYS, st.integers(0, 900))
def test_while_nothing_came_after_it_each_day_is_still_covered_once(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    spans = spans_of(period, is_latest=True)
    covered = sorted(day for span in spans for day in days_of(span))
    assert [day for day in covered if day <= period.last] == [
        first + timedelta(days=turn) for turn in range(length + 1)
    ]
    assert all(span.first <= period.last for span in spans)


def test_the_week_so_far_is_one_reading_of_its_days() -> None:
    (week,) = spans_of(Period(date(2026, 11, 23), date(2026, 11, 28)), is_latest=True)
    assert (week.grain, week.first) == (DAY, date(2026, 11, 23))
