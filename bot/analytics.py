"""/analytics: how the fees are doing in a period, as a picture with the figures below, for the office.

Owns the command and its buttons. The figures are `payments.analytics`', the pictures `reports`'.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import office_wording as wording
from bot.analytics_screens import figures_screen
from bot.buttons import FiguresTap, View
from bot.doing import Doing
from bot.gate import Gate
from bot.incoming import Said, Tap, Who
from bot.minutes import Minutes
from bot.phrases import spoken
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.analytics.ports import Rollups
from payments.audit import AuditKind
from payments.language import Language
from payments.periods import BadPeriod, Period, read_period
from payments.ports import Now
from reports.chart import Breakdown, Chart
from reports.charts import chart_png
from reports.pictures import hour_chart, kind_chart, matter_chart, takings_chart
from reports.summary import Summary
from reports.workbook import summary_xlsx

MOST_MATTERS = 100
"""In the workbook; pictures show the greatest few."""

_PICTURES: dict[View, Callable[[Summary, Language], Chart | Breakdown]] = {
    View.OVER_TIME: takings_chart,
    View.BY_KIND: kind_chart,
    View.BY_MATTER: matter_chart,
    View.BY_HOUR: hour_chart,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Analytics:
    """Shows the figures."""

    rollups: Rollups
    gate: Gate
    sender: Sender
    minutes: Minutes
    firm_name: str
    now: Now

    async def command(self, said: Said) -> None:
        """Such as `/analytics week` or `/analytics 2026-11-01 2026-11-30 matter`; else this month."""
        if not await self.gate.admits(said.who, Deed.SEE_FIGURES):
            return
        try:
            period, view = read_asked((said.text or "").split()[1:], self.now())
        except BadPeriod:
            await self.sender.send(said.who.chat_id, Screen(text=wording.ANALYTICS_USAGE()))
            return
        await self._show(said.who, period, view)

    async def tapped(self, tap: Tap, button: FiguresTap) -> None:
        """Another view of the same period, afresh."""
        if not await self.gate.admits_tap(tap, Deed.SEE_FIGURES, button.period.label, button.view):
            return
        await self.sender.answer(tap.query_id)
        await self._show(tap.who, button.period, button.view)

    async def _show(self, who: Who, period: Period, view: View) -> None:
        is_book = view is View.WORKBOOK
        doing = Doing.SENDING_DOCUMENT if is_book else Doing.SENDING_PICTURE
        async with self.sender.doing(who.chat_id, doing):
            summary = await self._summary(period, view)
            if is_book:
                await self._hand_out(who, period, summary)
            else:
                await self._draw(who, period, view, summary)

    async def _draw(self, who: Who, period: Period, view: View, summary: Summary) -> None:
        chart = _PICTURES[view](summary, spoken())
        picture = await asyncio.to_thread(chart_png, chart)
        screen = figures_screen(summary, period, view)
        await self.sender.show_picture(who.chat_id, picture, screen, protected=True)

    async def _summary(self, period: Period, view: View) -> Summary:
        matters_before = MOST_MATTERS if view is View.WORKBOOK else 0
        now = await self.rollups.figures(period, matters=MOST_MATTERS)
        before = await self.rollups.figures(period.before, matters=matters_before, thorough=False)
        return Summary(firm=self.firm_name, made_at=self.now(), now=now, before=before)

    async def _hand_out(self, who: Who, period: Period, summary: Summary) -> None:
        name = f"figures-{period.first}-{period.last}.xlsx"
        self.minutes.note(who, AuditKind.EXPORTED, subject=name)
        book = await asyncio.to_thread(summary_xlsx, summary)
        await self.sender.hand_over(who.chat_id, book, name, period.label, protected=True)


def read_asked(words: list[str], now: datetime) -> tuple[Period, View]:
    """A period and a view, in either order; this month over time where they are not named.

    Raises:
        BadPeriod: what is left is no period.
    """
    views = [word.lower() for word in words if word.lower() in set(View)]
    others = [word for word in words if word.lower() not in set(View)]
    return read_period(others, now), View(views[-1]) if views else View.OVER_TIME
