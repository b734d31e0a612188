"""The workbook of a summary: a sheet of figures beside the period before, and one for each breakdown.

Owns which figures stand where. Every cell is a value: nothing is left for the reader's program to compute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import BinaryIO, TypeVar

from payments.analytics.figures import Figures, Part, Takings, change
from payments.language import Language
from reports.summary import Summary
from reports.tables.book import Book, Column, Look, Sheet
from reports.wording import KINDS, moment_on_paper, span_on_paper

_K = TypeVar("_K", str, date)
_ENGLISH = Language.ENGLISH
_BEHIND = "Not everything was added up yet."

_FIGURES = (
    Column("", width=34),
    Column("This period", Look.KES, 18),
    Column("Period before", Look.KES, 18),
    Column("Change", Look.CHANGE, 12),
)
_TAKINGS = (
    Column("Received (KES)", Look.KES, 16),
    Column("Refunded (KES)", Look.KES, 16),
    Column("Net (KES)", Look.KES, 16),
    Column("Payments", Look.COUNT, 11),
    Column("Refunds", Look.COUNT, 11),
    Column("Average (KES)", Look.KES, 15),
    Column("Received before (KES)", Look.KES, 22),
)


def write_summary(summary: Summary, file: BinaryIO) -> None:
    """Write the whole workbook.

    Raises:
        ValueError: when `made_at` is naive.
    """
    book = Book(file, summary.made_at)
    now, before = summary.now, summary.before
    _figures(book, summary)
    days = _parts(book, "By day", Column("Day", Look.DAY, 20), _dated(now.by_day, before.by_day))
    book.column_chart(days, "Received by day, KES", names=0, values=1)
    _parts(book, "By hour", Column("Hour (Nairobi)", width=16), _matched(_hours(now), _hours(before)))
    _parts(book, "By kind", Column("Kind of fee", width=24), _matched(_kinds(now), _kinds(before)))
    _parts(book, "By matter", Column("Matter", width=40), _matched(now.by_matter, before.by_matter))
    _unpaid(book, summary)
    book.close()


def _figures(book: Book, summary: Summary) -> None:
    now, before = summary.now, summary.before
    sheet = book.sheet("Summary", _FIGURES, top=4)
    sheet.note(0, summary.firm, Look.TITLE)
    sheet.note(1, span_on_paper(now.first, now.last, _ENGLISH), Look.TEXT)
    against = span_on_paper(before.first, before.last, _ENGLISH)
    made = f"Compared with {against}. Made {moment_on_paper(summary.made_at, _ENGLISH)}."
    sheet.note(2, f"{made} {_BEHIND}" if now.is_behind else made, Look.QUIET)
    sheet.head()
    for one, other in zip(_measures(now), _measures(before), strict=True):
        grown = None if one.value is None or other.value is None else change(one.value, other.value)
        sheet.row((one.name, one.value, other.value, grown), (Look.TEXT, one.look, one.look, Look.CHANGE))


@dataclass(frozen=True, slots=True)
class _Measure:
    name: str
    look: Look
    value: float | None


def _measures(figures: Figures) -> Iterator[_Measure]:
    takings = figures.takings
    yield _Measure("Received (KES)", Look.KES, takings.received_kes)
    yield _Measure("Refunded (KES)", Look.KES, takings.refunded_kes)
    yield _Measure("Net (KES)", Look.KES, takings.net_kes)
    yield _Measure("Payments", Look.COUNT, takings.payments)
    yield _Measure("Refunds", Look.COUNT, takings.refunds)
    yield _Measure("Average payment (KES)", Look.KES, takings.average_kes)
    yield _Measure("Ended unpaid", Look.COUNT, figures.unpaid)
    yield _Measure("Success rate", Look.SHARE, figures.success_rate)
    yield _Measure("Time to pay, median (seconds)", Look.SECONDS, figures.median_s)
    yield _Measure("Time to pay, 95 of 100 (seconds)", Look.SECONDS, figures.p95_s)
    yield _Measure("New payers", Look.COUNT, figures.new_payers)
    yield _Measure("Returning payers", Look.COUNT, figures.returning_payers)


def _parts(book: Book, name: str, key: Column, rows: Sequence[tuple[_K, Takings, int | None]]) -> Sheet:
    """One row for each: what it is called, its takings, and what was received of it before."""
    sheet = book.sheet(name, (key, *_TAKINGS))
    sheet.head()
    for called, takings, before_kes in rows:
        sheet.row((
            called,
            takings.received_kes,
            takings.refunded_kes,
            takings.net_kes,
            takings.payments,
            takings.refunds,
            takings.average_kes,
            before_kes,
        ))  # fmt: skip
    return sheet


def _dated(now: Sequence[Part[_K]], before: Sequence[Part[_K]]) -> list[tuple[_K, Takings, int | None]]:
    """Day by day: the first beside the first, whatever their dates."""
    beside = zip_longest(now, (part.takings.received_kes for part in before[: len(now)]))
    return [(one.key, one.takings, before_kes) for one, before_kes in beside]


def _matched(now: Sequence[Part[_K]], before: Sequence[Part[_K]]) -> list[tuple[_K, Takings, int | None]]:
    """Each beside what had the same name before."""
    earlier = {part.key: part.takings.received_kes for part in before}
    return [(part.key, part.takings, earlier.get(part.key)) for part in now]


def _hours(figures: Figures) -> list[Part[str]]:
    return [Part(key=f"{part.key:02}:00", takings=part.takings) for part in figures.by_hour]


def _kinds(figures: Figures) -> list[Part[str]]:
    return [Part(key=KINDS[_ENGLISH][part.key], takings=part.takings) for part in figures.by_kind]


def _unpaid(book: Book, summary: Summary) -> None:
    columns = (Column("Reason", width=24), Column("Count", Look.COUNT), Column("Count before", Look.COUNT))
    sheet = book.sheet("Unpaid", columns)
    sheet.head()
    earlier = {failure.reason: failure.count for failure in summary.before.failures}
    for failure in summary.now.failures:
        name = failure.reason.value.replace("_", " ").capitalize()
        sheet.row((name, failure.count, earlier.get(failure.reason, 0)))
