"""Which pictures a summary gives: money over time, by hour, by kind, by matter; `reports.charts` draws them.

Owns what is compared with what, and the words on the pictures in both languages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, zip_longest

from payments.analytics.figures import K, Part, Takings, change
from payments.language import MONTHS, Language
from reports.chart import Bar, Breakdown, Chart, Column, Total
from reports.summary import Summary
from reports.wording import KINDS, span_on_paper

MOST_DAYS = 62
"""More days than this are drawn as months."""

_WEEK = 7
_MOST_BARS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    over_time: str
    by_hour: str
    by_kind: str
    by_matter: str
    net: str
    received: str
    refunded: str
    payment: str
    payments: str
    refund: str
    refunds: str
    on_before: str
    others: str
    weekdays: tuple[str, ...]


_WORDS = {
    Language.ENGLISH: _Words(
        over_time="Takings",
        by_hour="Takings by hour of the day",
        by_kind="Takings by kind of fee",
        by_matter="Takings by matter",
        net="Net, KES",
        received="Received, KES",
        refunded="Refunded, KES",
        payment="1 payment",
        payments="{count:,} payments",
        refund="1 refund",
        refunds="{count:,} refunds",
        on_before="{change:+.0%} on before",
        others="{count} others",
        weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    ),
    Language.SWAHILI: _Words(
        over_time="Mapato",
        by_hour="Mapato kwa saa za siku",
        by_kind="Mapato kwa aina ya ada",
        by_matter="Mapato kwa shauri",
        net="Baki, KES",
        received="Zilizoingia, KES",
        refunded="Zilizorejeshwa, KES",
        payment="malipo 1",
        payments="malipo {count:,}",
        refund="rejesho 1",
        refunds="marejesho {count:,}",
        on_before="{change:+.0%} kuliko awali",
        others="mengine {count}",
        weekdays=("Jtt", "Jnn", "Jtn", "Alh", "Iju", "Jmo", "Jpl"),
    ),
}


def takings_chart(summary: Summary, language: Language = Language.ENGLISH) -> Chart:
    """Money over the span: by hour for one day, by day up to 62 days, else by month."""
    days = len(summary.now.by_day)
    if days <= 1:
        return hour_chart(summary, language)
    if days <= MOST_DAYS:
        now, before = summary.now.by_day, summary.before.by_day
        columns = _columns([_day(part.key, days, language) for part in now], now, before)
    else:
        months, months_before = _months(summary.now.by_day), _months(summary.before.by_day)
        labels = [MONTHS[language][part.key.month - 1][:3] for part in months]
        columns = _columns(labels, months, months_before)
    return _chart(summary, _WORDS[language].over_time, columns, language)


def hour_chart(summary: Summary, language: Language = Language.ENGLISH) -> Chart:
    """Money by the hour of the day, all days of the span taken together."""
    labels = [f"{part.key:02}" for part in summary.now.by_hour]
    columns = _columns(labels, summary.now.by_hour, summary.before.by_hour)
    return _chart(summary, _WORDS[language].by_hour, columns, language)


def kind_chart(summary: Summary, language: Language = Language.ENGLISH) -> Breakdown:
    """Which kinds of fee brought how much."""
    bars = [(KINDS[language][part.key], part.takings) for part in summary.now.by_kind]
    return _breakdown(summary, _WORDS[language].by_kind, bars, language)


def matter_chart(summary: Summary, language: Language = Language.ENGLISH) -> Breakdown:
    """Which matters brought how much; the smaller ones taken together."""
    bars = [(part.key, part.takings) for part in summary.now.by_matter]
    return _breakdown(summary, _WORDS[language].by_matter, bars, language)


def _chart(summary: Summary, title: str, columns: tuple[Column, ...], language: Language) -> Chart:
    return Chart(
        title=title,
        period=span_on_paper(summary.now.first, summary.now.last, language),
        totals=_totals(summary, _WORDS[language]),
        columns=columns,
        language=language,
    )


def _breakdown(
    summary: Summary, title: str, parts: Sequence[tuple[str, Takings]], language: Language
) -> Breakdown:
    words = _WORDS[language]
    most = _MOST_BARS if len(parts) <= _MOST_BARS else _MOST_BARS - 1
    bars = [_bar(label, takings, words) for label, takings in parts[:most]]
    rest = [takings for _, takings in parts[most:]]
    if rest:
        bars.append(_bar(words.others.format(count=len(rest)), _together(rest), words))
    return Breakdown(
        title=title,
        period=span_on_paper(summary.now.first, summary.now.last, language),
        totals=_totals(summary, words),
        bars=tuple(bars),
        language=language,
    )


def _columns(labels: Sequence[str], now: Sequence[Part[K]], before: Sequence[Part[K]]) -> tuple[Column, ...]:
    """Place by place beside the period before, which may be a day shorter or longer."""
    return tuple(
        Column(
            label=label,
            received_kes=part.takings.received_kes,
            refunded_kes=part.takings.refunded_kes,
            before_kes=earlier.takings.received_kes if earlier else None,
        )
        for label, part, (_, earlier) in zip(labels, now, zip_longest(now, before), strict=False)
    )


def _day(day: date, days: int, language: Language) -> str:
    return _WORDS[language].weekdays[day.weekday()] if days <= _WEEK else str(day.day)


def _months(days: Iterable[Part[date]]) -> list[Part[date]]:
    """The days of each month taken together, under the month's first day."""
    months = groupby(days, lambda part: part.key.replace(day=1))
    return [Part(key=month, takings=_together(part.takings for part in parts)) for month, parts in months]


def _together(takings: Iterable[Takings]) -> Takings:
    many = list(takings)
    return Takings(
        received_kes=sum(one.received_kes for one in many),
        payments=sum(one.payments for one in many),
        refunded_kes=sum(one.refunded_kes for one in many),
        refunds=sum(one.refunds for one in many),
    )


def _totals(summary: Summary, words: _Words) -> tuple[Total, ...]:
    now = summary.now.takings
    grown = change(now.net_kes, summary.before.takings.net_kes)
    return (
        Total(
            label=words.net,
            value=f"{now.net_kes:,}",
            note="" if grown is None else words.on_before.format(change=grown),
            good=None if grown is None else grown >= 0,
        ),
        Total(label=words.received, value=f"{now.received_kes:,}", note=_payments(now.payments, words)),
        Total(label=words.refunded, value=f"{now.refunded_kes:,}", note=_refunds(now.refunds, words)),
    )


def _bar(label: str, takings: Takings, words: _Words) -> Bar:
    return Bar(label=label, value_kes=takings.received_kes, note=_payments(takings.payments, words))


def _payments(count: int, words: _Words) -> str:
    return words.payment if count == 1 else words.payments.format(count=count)


def _refunds(count: int, words: _Words) -> str:
    return words.refund if count == 1 else words.refunds.format(count=count)
