"""What stands below the picture of the figures. Owns the composing; the words are `bot.office_wording`'s."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bot import office_wording as wording
from bot.buttons import FiguresTap, View, pack
from bot.phrases import spoken
from bot.reason_wording import IN_SHORT
from bot.rich import bold, said
from bot.screen import Button, Rows, Screen
from payments.analytics.figures import Figures, change
from payments.periods import Period
from payments.values import show_kes
from reports.summary import Summary
from reports.wording import KINDS, span_on_paper

_MOST_REASONS = 3
_MOST_PARTS = 3
_UNITS = (
    (1, wording.SECONDS, 2 * 60.0),
    (60, wording.MINUTES, 2 * 3_600.0),
    (3_600, wording.HOURS, 2 * 86_400.0),
    (86_400, wording.DAYS, math.inf),
)
"""How a span of time is told: the unit in seconds, its words, and the span from which the next is used."""


def figures_screen(summary: Summary, period: Period, view: View) -> Screen:
    """The figures of a period beside those of the period before, and ways to see more."""
    title = bold(span_on_paper(period.first, period.last, spoken()))
    return Screen(text="\n".join([title, *figure_lines(summary)]), buttons=_buttons(period, view))


def figure_lines(summary: Summary) -> list[str]:
    """The figures in words, a line each."""
    lines = _lines(summary) if summary.now.takings.payments else _empty(summary)
    return [*lines, *still_adding_up(summary.now)]


def still_adding_up(figures: Figures) -> list[str]:
    """The warning that these figures are not whole, where they are not."""
    return ["", wording.STILL_ADDING_UP()] if figures.is_behind else []


def _lines(summary: Summary) -> Iterator[str]:
    now, before = summary.now, summary.before
    yield from _money(summary)
    yield from _outcomes(now)
    if now.median_s is not None and now.p95_s is not None:
        yield wording.TIME_TO_PAY(median=_time(now.median_s), p95=_time(now.p95_s))
    if now.returning_payers is not None:
        yield wording.PAYERS(new=now.new_payers, returning=now.returning_payers)
    kinds = [(KINDS[spoken()][part.key], part.takings.received_kes) for part in now.by_kind]
    matters = [(said(part.key), part.takings.received_kes) for part in now.by_matter]
    yield from _greatest(wording.BY_KIND(), kinds)
    yield from _greatest(wording.BY_MATTER(), matters)
    if before.takings.payments:
        yield ""
        yield wording.COMPARED(span=span_on_paper(before.first, before.last, spoken()))


def _empty(summary: Summary) -> Iterator[str]:
    yield wording.NOTHING_RECEIVED()
    if summary.now.takings.refunds:
        yield from _money(summary)
    yield from _outcomes(summary.now)


def _money(summary: Summary) -> Iterator[str]:
    now, before = summary.now.takings, summary.before.takings
    grown = _grown(now.received_kes, before.received_kes)
    received, payments = show_kes(now.received_kes), wording.PAYMENTS(now.payments)
    yield wording.RECEIVED(amount=received, payments=payments) + grown
    if now.refunds:
        refunded, refunds = show_kes(now.refunded_kes), wording.REFUNDS(now.refunds)
        yield wording.REFUNDED(amount=refunded, refunds=refunds)
    yield wording.NET(amount=signed(now.net_kes)) + _grown(now.net_kes, before.net_kes)
    if now.payments:
        yield wording.AVERAGE(amount=show_kes(now.average_kes))


def _outcomes(figures: Figures) -> Iterator[str]:
    rate = figures.success_rate
    if rate is None:
        return
    decided = figures.takings.payments + figures.unpaid
    yield wording.SUCCESS(rate=f"{rate:.0%}", paid=figures.takings.payments, decided=decided)
    reasons = [f"{IN_SHORT[failure.reason]} {failure.count}" for failure in figures.failures[:_MOST_REASONS]]
    if reasons:
        yield wording.UNPAID_FOR(reasons=", ".join(reasons))


def _greatest(words: str, parts: list[tuple[str, int]]) -> Iterator[str]:
    shown = [f"• {name}: {show_kes(amount)}" for name, amount in parts[:_MOST_PARTS] if amount]
    if shown:
        yield from ("", bold(words), *shown)


def _grown(now: float, before: float) -> str:
    grown = change(now, before)
    return "" if grown is None else f" ({grown:+.0%})"


def signed(amount_kes: int) -> str:
    """An amount in whole shillings, with a minus sign where it is below zero."""
    return show_kes(amount_kes) if amount_kes >= 0 else f"\u2212{show_kes(-amount_kes)}"


def _time(span_s: float) -> str:
    unit_s, words = next((unit_s, words) for unit_s, words, upto_s in _UNITS if span_s < upto_s)
    return words(round(span_s / unit_s))


def _buttons(period: Period, shown: View) -> Rows:
    others = [
        Button(wording.VIEWS[view](), pack(FiguresTap(view, period))) for view in View if view is not shown
    ]
    return tuple(tuple(others[at : at + 2]) for at in range(0, len(others), 2))
