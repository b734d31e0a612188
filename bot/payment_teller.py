"""How the news of payments is told: the payer's living message, and the office's notices.

Owns the drawing of a payment's message. It shows what the payment *is*, read afresh, whatever the news was;
so a delivery that comes late, twice or out of order shows the truth all the same.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Protocol

from bot.buttons import OfficeDeed
from bot.office_buttons import Keys, rows_of
from bot.payment_screens import admin_screen, payment_screen
from bot.ruling_screens import settle_rows
from bot.screen import Screen
from bot.sender import ANSWERING, Haste, Sender
from bot.tellers import NotTold, Telling, marked
from payments.deliveries import Delivery
from payments.notices import RECEIPT, Audience, is_superseded
from payments.payment import Payment, State
from payments.ports import DeliveryBook
from payments.timing import Timing
from payments.values import MessageId, PaymentId, UserId

log = logging.getLogger(__name__)


class PaymentReader(Protocol):
    """Where a payment's present record is read."""

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """Read one afresh. May raise `StoreUnavailable`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTeller:
    """See `bot.tellers.Teller`."""

    payments: PaymentReader
    book: DeliveryBook
    sender: Sender
    figures: Timing
    keys: Keys | None = None

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        payment = await self.payments.get(PaymentId(delivery.subject))
        if payment is None:
            log.error("delivery_without_payment", extra={"delivery": delivery.id})
            return NotTold("no such payment", lost=True)
        if _need_not_be_told(delivery, payment):
            return NotTold("newer news says more")
        if delivery.audience is Audience.ADMINS:
            screen = marked(await self._for_the_office(payment, delivery), delivery)
            return Telling(new=True, tell=lambda haste: self._notify(delivery, screen, haste))
        new = _needs_new_message(delivery, payment)
        return Telling(new=new, tell=lambda haste: self._show(delivery, payment, haste, new=new))

    async def show_afresh(self, payment: Payment) -> None:
        """Show a payment in a new message, which is its living one from now on; raises `TelegramError`."""
        await self._show_anew(payment, payment_screen(payment, self.figures), ANSWERING)

    async def _for_the_office(self, payment: Payment, delivery: Delivery) -> Screen:
        """With buttons to settle it or to give it back, where a person must or can."""
        screen = replace(admin_screen(payment, delivery.event), buttons=settle_rows(payment))
        if self.keys is None or payment.refundable_kes <= 0:
            return screen
        admin = UserId(delivery.chat_id)  # a private chat has its person's number (Telegram: Chat.id)
        minted = await self.keys.mint((OfficeDeed.REFUND,), payment.id, admin)
        return replace(screen, buttons=rows_of(minted))

    async def _notify(self, delivery: Delivery, screen: Screen, haste: Haste) -> None:
        await self.sender.send(delivery.chat_id, screen, haste)

    async def _show(self, delivery: Delivery, payment: Payment, haste: Haste, *, new: bool) -> None:
        screen = payment_screen(payment, self.figures)
        living = None if new else payment.message_id
        if living is not None and await self.sender.edit(payment.chat_id, living, screen, haste):
            return
        await self._show_anew(payment, marked(screen, delivery), haste)

    async def _show_anew(self, payment: Payment, screen: Screen, haste: Haste) -> None:
        """Show it in a new message; the old one loses its buttons."""
        message_id = await self.sender.send(payment.chat_id, screen, haste)
        await self.book.show_in(payment.id, MessageId(message_id))
        self.sender.strip(payment.chat_id, payment.message_id)


def _needs_new_message(delivery: Delivery, payment: Payment) -> bool:
    """A late success gets a message of its own: an edit would hide it."""
    if payment.message_id is None:
        return True
    return payment.late and delivery.event == State.PAID


def _need_not_be_told(delivery: Delivery, payment: Payment) -> bool:
    """The payer hears what their payment is now; of what it was in between only if nothing newer follows.

    A late success is told by a message of its own: what came before it is not drawn any more.
    """
    if delivery.audience is Audience.ADMINS:
        return False
    late = payment.late and payment.state is State.PAID and delivery.event not in {State.PAID, RECEIPT}
    return late or is_superseded(payment, delivery.event)
