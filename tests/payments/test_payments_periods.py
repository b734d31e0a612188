"""Periods as an office names them, by Nairobi's calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.periods import BadPeriod, Period, read_period

LATE = datetime(2026, 11, 18, 22, 30, tzinfo=UTC)
"""In Nairobi it is Thursday the 19th, half past one."""


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("", (2026, 11, 1), (2026, 11, 19)),
        ("today", (2026, 11, 19), (2026, 11, 19)),
        ("Yesterday", (2026, 11, 18), (2026, 11, 18)),
        ("week", (2026, 11, 16), (2026, 11, 19)),
        ("quarter", (2026, 10, 1), (2026, 11, 19)),
        ("year", (2026, 1, 1), (2026, 11, 19)),
        ("2026-02-28", (2026, 2, 28), (2026, 2, 28)),
        ("2026-02-01 2026-02-28", (2026, 2, 1), (2026, 2, 28)),
        ("2026-02-01 to 2026-02-28", (2026, 2, 1), (2026, 2, 28)),
    ],
)
def test_a_period_is_read_by_its_name_or_its_days(
    words: str, first: tuple[int, int, int], last: tuple[int, int, int]
) -> None:
    assert read_period(words.split(), LATE) == Period(date(*first), date(*last))


def test_a_day_begins_and_ends_at_midnight_in_nairobi() -> None:
    day = read_period(["today"], LATE)
    assert day.since == datetime(2026, 11, 18, 21, tzinfo=UTC)
    assert day.until == datetime(2026, 11, 19, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    [
        "soon",
        "2026-02-30",
        "2026-02-28 2026-02-01",
        "1999-01-01 2026-01-01",
        "a b c d",
        "<b>_*[",
        "0001-01-01",
        "9999-12-31",
    ],
)
def test_what_is_no_period_is_refused(words: str) -> None:
    with pytest.raises(BadPeriod):
        read_period(words.split(), LATE)


@given(st.lists(st.text(max_size=12), max_size=4), st.datetimes(timezones=st.just(UTC)))
def test_any_words_are_a_period_that_goes_forward_or_none(words: list[str], now: datetime) -> None:
    try:
        period = read_period(words, min(max(now, datetime(1, 2, 1, tzinfo=UTC)), LATE))
    except BadPeriod:
        return
    assert period.first <= period.last
