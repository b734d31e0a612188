"""How the morning's brief is told: yesterday's figures, what waits, and where the audit trail ends.

Owns the composing and the telling. When one is due is `payments.briefs`'.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import office_wording as wording
from bot.analytics_screens import figure_lines
from bot.buttons import FiguresTap, View, pack
from bot.phrases import spoken
from bot.rich import bold, code
from bot.screen import Button, Screen
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from payments.admins import Admins, Deed
from payments.analytics.ports import Rollups
from payments.briefs import Brief, BriefBook
from payments.deliveries import Delivery
from payments.periods import Period
from payments.ports import Now
from payments.search import PaymentSearch, read_wanted
from payments.values import UserId
from reports.summary import Summary
from reports.wording import span_on_paper

MOST_COUNTED = 20
_WEEK_DAYS = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class BriefTeller:
    """See `bot.tellers.Teller`."""

    book: BriefBook
    rollups: Rollups
    search: PaymentSearch
    admins: Admins
    sender: Sender
    firm_name: str
    now: Now

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        brief = await self.book.get(delivery.subject)
        if brief is None:
            return NotTold("no such brief", lost=True)
        if not await self.admins.may(UserId(delivery.chat_id), Deed.SEE_FIGURES):
            return NotTold("they may not see it any more", lost=True)
        screen = marked(await self._screen(brief), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)

    async def _screen(self, brief: Brief) -> Screen:
        lines = [bold(wording.BRIEF_HEAD()), *await self._figures(_day(brief))]
        if brief.ends_week:
            lines += ["", *await self._figures(_week(brief))]
        lines += ["", await self._waiting()]
        lines.append(wording.BRIEF_TRAIL(count=f"{brief.head.seq:,}", head=code(brief.head.hash)))
        button = Button(wording.VIEWS[View.OVER_TIME](), pack(FiguresTap(View.OVER_TIME, _day(brief))))
        return Screen(text="\n".join(lines), buttons=((button,),))

    async def _figures(self, period: Period) -> list[str]:
        now = await self.rollups.figures(period, matters=0)
        before = await self.rollups.figures(period.before, matters=0, thorough=False)
        summary = Summary(firm=self.firm_name, made_at=self.now(), now=now, before=before)
        return [bold(span_on_paper(period.first, period.last, spoken())), *figure_lines(summary)]

    async def _waiting(self) -> str:
        page = await self.search.page(read_wanted("review", self.now()), None, MOST_COUNTED)
        if not page.found:
            return wording.BRIEF_NOTHING_WAITS()
        count = len(page.found)
        return wording.BRIEF_WAITING(count=f"{count}+" if page.rest else count)


def _day(brief: Brief) -> Period:
    return Period(brief.day, brief.day)


def _week(brief: Brief) -> Period:
    monday = brief.day.fromordinal(brief.day.toordinal() - (_WEEK_DAYS - 1))
    return Period(monday, brief.day)
