"""Every day of a period is covered by one sum, and no other day is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.periods import Grain, Period, begin_of, read_period
from storage.spans import Span, spans_of

DAYS = st.dates(date(2019, 12, 1), date(2029, 1, 31))


def days_of(span: Span) -> list[date]:
    """The days whose sums it takes: to the end of the last week, month or year that begins in it."""
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
        begins = [day for day in days_of(span) if begin_of(span.grain, day) == day]
        assert list(span.begins()) == begins


def test_the_year_so_far_is_one_row_while_nothing_came_after_it() -> None:
    so_far = Period(date(2026, 1, 1), date(2026, 11, 28))
    assert spans_of(so_far, is_latest=True) == (Span(Grain.YEAR, date(2026, 1, 1), date(2026, 1, 1)),)
    assert spans_of(so_far, is_latest=False) == (
        Span(Grain.QUARTER, date(2026, 1, 1), date(2026, 7, 1)),
        Span(Grain.MONTH, date(2026, 10, 1), date(2026, 10, 1)),
        Span(Grain.DAY, date(2026, 11, 1), date(2026, 11, 1)),
        Span(Grain.WEEK, date(2026, 11, 2), date(2026, 11, 16)),
        Span(Grain.DAY, date(2026, 11, 23), date(2026, 11, 28)),
    )


@pytest.mark.parametrize("name", ["today", "week", "month", "quarter", "year"])
@given(day=DAYS)
def test_a_period_that_has_a_name_is_one_row_while_nothing_came_after_it(name: str, day: date) -> None:
    period = read_period([name], datetime(day.year, day.month, day.day, 9, tzinfo=UTC))
    (span,) = spans_of(period, is_latest=True)
    assert span.is_one
    assert span.first == period.first


@given(day=DAYS, grain=st.sampled_from(Grain))
def test_a_whole_week_month_quarter_or_year_is_one_row_for_ever(day: date, grain: Grain) -> None:
    days = days_of(Span(grain, begin_of(grain, day), begin_of(grain, day)))
    (span,) = spans_of(Period(days[0], days[-1]), is_latest=False)
    assert span.is_one


@given(DAYS, st.integers(0, 900))
def test_while_nothing_came_after_it_each_day_is_still_covered_once(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    spans = spans_of(period, is_latest=True)
    covered = sorted(day for span in spans for day in days_of(span))
    assert [day for day in covered if day <= period.last] == [
        first + timedelta(days=turn) for turn in range(length + 1)
    ]
    assert all(span.first <= period.last for span in spans)
