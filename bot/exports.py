"""/export: the movements of money of a period as a file, for the office, in a private chat.

Owns the command. The file is written to disk row by row, sent with its content protected, and then gone; that
somebody took it is an event of the audit trail.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime

from bot import office_wording as wording
from bot.doing import Doing
from bot.gate import Gate
from bot.incoming import Said, Who
from bot.minutes import Minutes
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.audit import AuditKind
from payments.ledger import Ledger
from payments.periods import BadPeriod, Period, read_period
from payments.ports import Now
from payments.values import show_kes
from reports.exports import Form, write_export
from reports.sums import Sums

MOST_BYTES = 50_000_000
"""Telegram: sendDocument, files of bots."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exports:
    """Hands out the books."""

    ledger: Ledger
    gate: Gate
    sender: Sender
    minutes: Minutes
    now: Now

    async def command(self, said: Said) -> None:
        """Such as `/export week xlsx`; without words this month as XLSX."""
        if not await self.gate.admits(said.who, Deed.EXPORT):
            return
        try:
            period, form = read_wanted((said.text or "").split()[1:], self.now())
        except BadPeriod:
            await self.sender.send(said.who.chat_id, Screen(text=wording.EXPORT_USAGE()))
            return
        await self.sender.send(said.who.chat_id, Screen(text=wording.EXPORTING(period=period.label)))
        async with self.sender.doing(said.who.chat_id, Doing.SENDING_DOCUMENT):
            await self._hand_out(said.who, period, form)

    async def _hand_out(self, who: Who, period: Period, form: Form) -> None:
        with tempfile.TemporaryFile() as file:
            moved = self.ledger.movements(period.since, period.until)
            sums = await write_export(moved, form, file, made_at=self.now())
            size = file.tell()
            file.seek(0)
            paper = file.read() if size <= MOST_BYTES else None
        if paper is None:
            await self.sender.send(who.chat_id, Screen(text=wording.EXPORT_TOO_LARGE()))
            return
        name = f"payments-{period.first}-{period.last}.{form.value}"
        self._note(who, name)
        await self.sender.hand_over(who.chat_id, paper, name, _caption(period, sums), protected=True)

    def _note(self, who: Who, name: str) -> None:
        self.minutes.note(who, AuditKind.EXPORTED, subject=name)


def read_wanted(words: list[str], now: datetime) -> tuple[Period, Form]:
    """A period and a form, in either order; XLSX where no form is named.

    Raises:
        BadPeriod: what is left is no period.
    """
    forms = [word.lower() for word in words if word.lower() in set(Form)]
    others = [word for word in words if word.lower() not in set(Form)]
    return read_period(others, now), Form(forms[-1]) if forms else Form.XLSX


def _caption(period: Period, sums: Sums) -> str:
    return wording.EXPORTED(
        period=period.label,
        paid=sums.paid,
        paid_kes=show_kes(sums.paid_kes),
        refunds=sums.refunds,
        refunded_kes=show_kes(-sums.refunded_kes),
        net_kes=show_kes(sums.net_kes),
    )
