"""How a payment is begun: afresh, by trying again, on a fee note, or the same as last time.

Owns what is known of it from the start. What is asked and answered from there on is `bot.flow`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import wording
from bot.incoming import Who
from bot.phrases import spoken
from bot.screens import paused_screen
from bot.sender import Sender
from bot.steps import Steps
from payments.billing.note import FeeNote
from payments.client import Client
from payments.draft import Draft, for_the_same, new_id, present_price_kes
from payments.pausing import PauseReader
from payments.payment import Payment
from payments.ports import ClientBook, DraftBook, FeeBook, Now
from payments.values import Phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginnings:
    """Begins payments; what was being made before is forgotten."""

    steps: Steps
    drafts: DraftBook
    clients: ClientBook
    fees: FeeBook
    sender: Sender
    pauses: PauseReader
    now: Now

    async def afresh(self, who: Who, *, note: str = "") -> None:
        """Everything is asked, with a sentence in front."""
        await self.clients.seen(self.client(who))
        if not await self._tells_of_pause(who):
            await self._take_up(who, self._new(who), note)

    async def again(self, who: Who, payment: Payment, *, other_number: bool) -> None:
        """Try `payment` again; one more tap, on its summary, pays.

        The caller has made sure that it may be tried again; the service checks it once more.
        """
        if await self._tells_of_pause(who):
            return
        draft = replace(
            for_the_same(self._new(who), payment),
            amount_kes=payment.amount_kes,
            phone=None if other_number else payment.phone,
            retry_of=payment.id,
            note_id=payment.note_id,
        )
        await self._take_up(who, draft)

    async def the_same(self, who: Who, payment: Payment) -> None:
        """Pay once more what was paid; one more tap, on its summary, pays."""
        amount_kes = present_price_kes(payment, await self.fees.offered())
        if amount_kes is None:
            await self.afresh(who, note=wording.FEE_GONE())
        elif not await self._tells_of_pause(who):
            phone = await self.remembered_phone(who) or payment.phone
            draft = replace(for_the_same(self._new(who), payment), amount_kes=amount_kes, phone=phone)
            await self._take_up(who, draft)

    async def on_note(self, who: Who, note: FeeNote, amount_kes: int | None) -> None:
        """Pay on a fee note; without an amount it is asked how large a part."""
        if await self._tells_of_pause(who):
            return
        draft = replace(
            self._new(who),
            kind=note.kind,
            title=note.title,
            reference=note.matter,
            amount_kes=amount_kes,
            phone=await self.remembered_phone(who) if amount_kes else None,
            note_id=note.id,
        )
        await self._take_up(who, draft)

    async def remembered_phone(self, who: Who) -> Phone | None:
        """The number they paid with last."""
        client = await self.clients.get(who.user_id)
        return client.phone if client else None

    async def draft_of(self, who: Who) -> Draft | None:
        """The payment that this client is making."""
        draft = await self.drafts.of_chat(who.chat_id)
        return draft if draft is not None and draft.user_id == who.user_id else None

    def client(self, who: Who) -> Client:
        """What is known of them by what they just did."""
        return Client(
            user_id=who.user_id,
            chat_id=who.chat_id,
            first_name=who.first_name,
            seen_at=self.now(),
            language=spoken(),
        )

    async def _tells_of_pause(self, who: Who) -> bool:
        """Nobody is led through questions to be refused at the end."""
        pause = await self.pauses.present()
        if pause is not None:
            await self.sender.send(who.chat_id, paused_screen(pause))
        return pause is not None

    async def _take_up(self, who: Who, draft: Draft, note: str = "") -> None:
        earlier = await self.draft_of(who)
        if earlier is not None and earlier.answered_by == who.update_id:
            await self.steps.ask(earlier, edit=True)
            return
        await self.steps.retire(earlier)
        await self.steps.keep_and_ask(draft, note=note)

    def _new(self, who: Who) -> Draft:
        return Draft(
            id=new_id(),
            user_id=who.user_id,
            chat_id=who.chat_id,
            created_at=self.now(),
            answered_by=who.update_id,
        )
