"""How a client is reminded of a fee note: what is due, how to pay it, and how to be left in peace.

Owns the telling, and that whoever does not want reminders gets none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import bill_wording as wording
from bot.bill_screens import note_screen
from bot.screen import Screen
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from payments.billing.note import FeeNote
from payments.billing.ports import NoteBook
from payments.deliveries import Delivery
from payments.ports import ClientBook
from payments.values import NoteId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderTeller:
    """See `bot.tellers.Teller`."""

    notes: NoteBook
    clients: ClientBook
    sender: Sender
    firm_name: str

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        note = await self.notes.get(NoteId(delivery.subject))
        if note is None:
            return NotTold("no such fee note", lost=True)
        client = await self.clients.get(UserId(delivery.chat_id))
        if client is not None and not client.reminders:
            return NotTold("they want no reminders")
        if not note.is_payable:
            return NotTold("nothing is due any more")
        screen = marked(self._screen(note), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)

    def _screen(self, note: FeeNote) -> Screen:
        shown = note_screen(note, self.firm_name)
        return replace(shown, text=f"{wording.REMINDER()}\n\n{shown.text}\n\n{wording.REMINDER_END()}")
