"""Fee notes: the office writes and withdraws them, clients open and pay them.

Owns the commands, the link and the buttons. What may be paid on a note, and that nobody can pay too much of
it, is `payments.billing.note`'s and the store's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot import bill_wording as wording
from bot import wording as common
from bot.beginnings import Beginnings
from bot.bill_order import BadBill, BillOrder, read_bill
from bot.bill_screens import (
    bills_screen,
    matters_screens,
    note_screen,
    office_rows,
    surely_screen,
    written_screen,
)
from bot.buttons import NoteAction, NoteTap
from bot.doing import Doing
from bot.gate import Gate
from bot.incoming import Said, Tap, Who
from bot.minutes import Minutes
from bot.phrases import spoken
from bot.refusals import Refusals
from bot.rich import said as escaped
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.audit import AuditKind
from payments.billing.note import FeeNote, NoteCode, asked_at_once, new_code
from payments.billing.ports import NoteBook
from payments.billing.reminding import first_reminder
from payments.nairobi import in_nairobi
from payments.ports import ClientBook, Now
from payments.values import NoteId, show_kes
from reports.facts import FeeNoteFacts, Firm
from reports.feenote import fee_note_pdf

MOST_SHOWN = 12
MOST_MATTERS = 5
"""A client's fee notes, each in a message of its own, so as not to flood the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bills:
    """Writes, shows, withdraws and opens fee notes.

    Attributes:
        link: what opens the note with this code in chat.
    """

    notes: NoteBook
    clients: ClientBook
    beginnings: Beginnings
    gate: Gate
    sender: Sender
    refusals: Refusals
    minutes: Minutes
    firm: Firm
    link: Callable[[NoteCode], str]
    now: Now

    # The office.

    async def write(self, said: Said) -> None:
        """Such as `/bill 45000 case HCCC/E123/2026 Filing by 2026-12-15 parts`."""
        if not await self.gate.admits(said.who, Deed.BILL):
            return
        try:
            order = read_bill(said.text or "/bill")
        except BadBill as bad:
            words = common.PROBLEMS.get(bad.problem, wording.USAGE)()
            await self.sender.send(said.who.chat_id, Screen(text=words))
            return
        if order.due_on is not None and order.due_on < in_nairobi(self.now()).date():
            await self.sender.send(said.who.chat_id, Screen(text=wording.PAST_DAY()))
            return
        await self._written(said.who, order)

    async def _written(self, who: Who, order: BillOrder) -> None:
        note = await self.notes.add(_note_of(order, who, self.now()))
        self._note(AuditKind.BILL_WRITTEN, who, note, f"{show_kes(note.amount_kes)} for {note.matter}")
        link = self.link(note.code)
        await self.sender.send(who.chat_id, written_screen(note, link, self.firm.name))
        caption = wording.CAPTION(number=note.number, amount=show_kes(note.amount_kes))
        async with self.sender.doing(who.chat_id, Doing.SENDING_DOCUMENT):
            paper = await asyncio.to_thread(fee_note_pdf, await self._facts(note, link))
            await self.sender.hand_over(who.chat_id, paper, f"fee-note-{note.number}.pdf", caption)

    async def list_open(self, said: Said) -> None:
        """What is still due."""
        if await self.gate.admits(said.who, Deed.BILL):
            await self.sender.send(said.who.chat_id, bills_screen(await self.notes.open_notes(MOST_SHOWN)))

    # The client.

    async def matters(self, said: Said) -> None:
        """Their own fee notes."""
        notes = await self.notes.of_client(said.who.user_id, MOST_MATTERS)
        for screen in matters_screens(notes, self.firm.name):
            await self.sender.send(said.who.chat_id, screen)

    async def reminders(self, said: Said) -> None:
        """Such as `/reminders off`; alone it tells how it is."""
        who, order = said.who, (said.text or "").split()[1:]
        client = await self.clients.get(who.user_id)
        wanted = client is None or client.reminders
        if order and order[0].lower() in {"on", "off"}:
            wanted = order[0].lower() == "on"
            await self.clients.want_reminders(who.user_id, who.chat_id, wanted=wanted)
        words = wording.REMINDERS_ON() if wanted else wording.REMINDERS_OFF()
        await self.sender.send(who.chat_id, Screen(text=words))

    async def open(self, who: Who, code: NoteCode) -> None:
        """Somebody followed a link. Who first opens a note that names nobody is its client.

        The office only looks at it.
        """
        note = await self.notes.by_code(code)
        if note is None:
            await self.sender.send(who.chat_id, Screen(text=wording.NO_SUCH_NOTE()))
        elif await self.gate.admins.may(who.user_id, Deed.BILL):
            await self.sender.send(who.chat_id, written_screen(note, self.link(code), self.firm.name))
        elif await self.notes.claim(note.id, who.user_id):
            await self.sender.send(who.chat_id, note_screen(note, self.firm.name))
        else:
            await self.sender.send(who.chat_id, Screen(text=wording.SOMEBODY_ELSES()))

    # Buttons.

    async def tapped(self, tap: Tap, button: NoteTap) -> None:
        """Pay all or a part; or, in the office, look at it or withdraw it."""
        note = await self.notes.get(button.note_id)
        if button.action in _OFFICE:
            await self._office_tapped(tap, button, note)
        elif note is None or note.client != tap.who.user_id:
            await self.refusals.not_theirs(tap, button.note_id, f"{button.action}: no fee note of theirs")
        elif not note.is_payable:
            await self.sender.answer(tap.query_id)
            await self.sender.edit(tap.who.chat_id, tap.message_id, note_screen(note, self.firm.name))
        else:
            await self.sender.answer(tap.query_id)
            amount_kes = asked_at_once(note) if button.action is NoteAction.ALL else None
            await self.beginnings.on_note(tap.who, note, amount_kes)

    async def _office_tapped(self, tap: Tap, button: NoteTap, note: FeeNote | None) -> None:
        if not await self.gate.admits_tap(tap, Deed.BILL, button.note_id, button.action):
            return
        if note is None:
            await self.refusals.not_theirs(tap, button.note_id, f"{button.action}: no such fee note")
        elif button.action is NoteAction.SURE:
            await self._withdraw(tap, note)
        else:
            await self.sender.answer(tap.query_id)
            await self.sender.edit(tap.who.chat_id, tap.message_id, self._looked_at(note, button.action))

    def _looked_at(self, note: FeeNote, action: NoteAction) -> Screen:
        if action is NoteAction.WITHDRAW and office_rows(note):
            return surely_screen(note)
        return written_screen(note, self.link(note.code), self.firm.name)

    async def _withdraw(self, tap: Tap, note: FeeNote) -> None:
        if await self.notes.withdraw(note.id):
            self._note(AuditKind.BILL_WITHDRAWN, tap.who, note, "")
        await self.sender.answer(tap.query_id)
        screen = Screen(text=wording.WITHDRAWN(number=escaped(note.number)))
        await self.sender.edit(tap.who.chat_id, tap.message_id, screen)

    async def _facts(self, note: FeeNote, link: str) -> FeeNoteFacts:
        client = await self.clients.get(note.client) if note.client else None
        return FeeNoteFacts(
            firm=self.firm,
            number=note.number,
            client=client.first_name if client else "",
            kind=note.kind,
            title=note.title,
            matter=note.matter,
            amount_kes=note.amount_kes,
            paid_kes=note.paid_kes,
            issued_on=in_nairobi(note.created_at).date(),
            due_on=note.due_on,
            part_payments=note.in_parts,
            deep_link=link,
            language=client.language if client else spoken(),
        )

    def _note(self, kind: AuditKind, who: Who, note: FeeNote, why: str) -> None:
        self.minutes.note(who, kind, subject=note.number, why=why)


_OFFICE = frozenset({NoteAction.WITHDRAW, NoteAction.SURE, NoteAction.KEEP})


def _note_of(order: BillOrder, who: Who, now: datetime) -> FeeNote:
    """The id is the update's, so that the same order worked again finds the same note."""
    note = FeeNote(
        id=NoteId(f"{who.update_id:016x}"),
        code=new_code(),
        number="",
        client=order.client,
        matter=order.matter,
        kind=order.kind,
        title=order.title,
        amount_kes=order.amount_kes,
        due_on=order.due_on,
        in_parts=order.in_parts,
        created_by=who.user_id,
        created_at=now,
    )
    return first_reminder(note)
