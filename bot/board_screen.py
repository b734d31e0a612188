"""What a day board shows: the day's money, what waits, and who paid last. Owns the composing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot import office_wording as wording
from bot.analytics_screens import signed, still_adding_up
from bot.buttons import FiguresTap, View, pack
from bot.phrases import spoken
from bot.rich import bold, clock, said
from bot.screen import Button, Screen
from bot.titles import title_of
from payments.analytics.figures import Figures
from payments.payment import State
from payments.periods import Period
from payments.search import Found, Page
from payments.values import show_kes
from reports.wording import KINDS, span_on_paper

_MOST_WHAT = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What is known of a day that goes on.

    `open` and `review` are the first pages of what waits; the former has the latter in it.
    """

    figures: Figures
    open: Page
    review: Page
    latest: Sequence[Found]

    @property
    def period(self) -> Period:
        """The day."""
        return Period(self.figures.first, self.figures.last)


def board_screen(today: Today) -> Screen:
    """The board; nothing in it changes but by what happened."""
    title = bold(wording.BOARD(day=span_on_paper(today.figures.first, today.figures.last, spoken())))
    latest = [bold(wording.BOARD_LATEST()), *map(_line, today.latest)] if today.latest else []
    blocks = [[title, *_money(today.figures), *still_adding_up(today.figures)], _waiting(today), latest]
    button = Button(wording.BOARD_MORE(), pack(FiguresTap(View.OVER_TIME, today.period)))
    return Screen(text="\n\n".join("\n".join(block) for block in blocks if block), buttons=((button,),))


def _money(figures: Figures) -> list[str]:
    takings = figures.takings
    if not takings.payments and not takings.refunds:
        return [wording.BOARD_NOTHING()]
    received = show_kes(takings.received_kes)
    lines = [wording.RECEIVED(amount=received, payments=wording.PAYMENTS(takings.payments))]
    lines += [
        wording.BOARD_KIND(kind=KINDS[spoken()][part.key], amount=show_kes(part.takings.received_kes))
        for part in figures.by_kind
        if part.takings.received_kes
    ]
    if takings.refunds:
        refunded, refunds = show_kes(takings.refunded_kes), wording.REFUNDS(takings.refunds)
        lines.append(wording.REFUNDED(amount=refunded, refunds=refunds))
        lines.append(wording.NET(amount=signed(takings.net_kes)))
    return lines


def _waiting(today: Today) -> list[str]:
    under_way = sum(found.payment.state is not State.REVIEW for found in today.open.found)
    counts = (
        (wording.BOARD_OPEN, under_way, today.open),
        (wording.BOARD_REVIEW, len(today.review.found), today.review),
    )
    return [words(count=f"{count}+" if page.rest else count) for words, count, page in counts if count]


def _line(found: Found) -> str:
    payment = found.payment
    return wording.BOARD_LINE(
        time=clock(payment.paid_at or payment.changed_at),
        amount=show_kes(payment.paid_kes or payment.amount_kes),
        what=said(found.client or title_of(payment), _MOST_WHAT),
    )
