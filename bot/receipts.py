"""Receipts: given out as a PDF for what is paid, and checked by their code for anybody.

Owns the commands /receipt and /verify and the button under a paid payment. Who gets one, and what a stranger
learns of one, is `payments.billing`'s; how it looks on paper is `reports`'.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot import receipt_wording as wording
from bot import wording as common
from bot.doing import Doing
from bot.incoming import Said, Tap, Who
from bot.phrases import speaking, spoken
from bot.rich import bold, code, day_and_clock
from bot.rich import said as escaped
from bot.screen import Screen
from bot.sender import Sender
from bot.titles import title_of
from bot.tongues import Tongues
from payments.billing.receipt import Genuine
from payments.billing.receipts import GivenReceipt, NotPaid, ReceiptDesk
from payments.payment import Payment, State
from payments.ports import PaymentBook
from payments.service import NoSuchPayment, PaymentService
from payments.values import ChatId, Receipt, mask_phone, show_kes
from reports.facts import Firm, ReceiptFacts
from reports.receipt import receipt_pdf

_LOOKED_AT = 20
"""Newest payments among which /receipt looks for a paid one."""
_NUMBER_WIDTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipts:
    """Gives receipts out, and checks them.

    Attributes:
        verify_base: where anybody can check a receipt, up to its code.
    """

    desk: ReceiptDesk
    service: PaymentService
    payments: PaymentBook
    sender: Sender
    tongues: Tongues
    firm: Firm
    verify_base: str

    async def command(self, said: Said) -> None:
        """The receipt of the newest paid payment, or of the one whose M-Pesa receipt is named."""
        payment = await self._wanted(said)
        if payment is None:
            await self.sender.send(said.who.chat_id, Screen(text=wording.NO_RECEIPT()))
        else:
            await self._give(said.who, payment)

    async def tapped(self, tap: Tap, payment: Payment) -> None:
        """The button under a paid payment."""
        await self.sender.answer(tap.query_id, wording.PREPARING())
        await self._give(tap.who, payment)

    async def hand_over(self, payment: Payment) -> bool:
        """Send it to its client, as the office asked for; False when there is none.

        Raises:
            TelegramError: it was not sent, or nobody can say (`bot.fate.judge`).
        """
        try:
            given = await self.desk.give(payment.id, payment.user_id)
        except (NoSuchPayment, NotPaid):
            return False
        with speaking(await self.tongues.of(payment.user_id)):
            await self._send(payment.chat_id, given)
        return True

    async def verify(self, said: Said) -> None:
        """Tell anybody whether a code is genuine."""
        _, _, typed = (said.text or "").partition(" ")
        if not typed.strip():
            screen = Screen(text=wording.VERIFY_USAGE())
        else:
            genuine = await self.desk.look_up(typed)
            screen = (
                genuine_screen(genuine, self.firm.name) if genuine else Screen(text=wording.NOT_GENUINE())
            )
        await self.sender.send(said.who.chat_id, screen)

    async def _wanted(self, said: Said) -> Payment | None:
        words = (said.text or "").split()[1:]
        if words:
            found = await self.payments.by_receipt(Receipt(words[0].upper()))
            own = found is not None and found.user_id == said.who.user_id
            return found if own else None
        newest = await self.service.latest(said.who.user_id, _LOOKED_AT)
        return next((payment for payment in newest if payment.state is State.PAID), None)

    async def _give(self, who: Who, payment: Payment) -> None:
        try:
            given = await self.desk.give(payment.id, who.user_id)
        except (NoSuchPayment, NotPaid):
            await self.sender.send(who.chat_id, Screen(text=wording.NO_RECEIPT()))
            return
        await self._send(who.chat_id, given)

    async def _send(self, chat_id: ChatId, given: GivenReceipt) -> None:
        facts = receipt_facts(given, self.firm, self.verify_base)
        async with self.sender.doing(chat_id, Doing.SENDING_DOCUMENT):
            paper = await asyncio.to_thread(receipt_pdf, facts)
            await self.sender.hand_over(chat_id, paper, f"receipt-{facts.number}.pdf", _caption(given, facts))


def receipt_facts(given: GivenReceipt, firm: Firm, verify_base: str) -> ReceiptFacts:
    """What stands on the paper."""
    payment = given.payment
    return ReceiptFacts(
        firm=firm,
        number=f"{given.receipt.number:0{_NUMBER_WIDTH}d}",
        client=given.client,
        kind=payment.kind,
        title=title_of(payment),
        matter=given.matter,
        reference=payment.reference,
        for_whom=payment.for_whom,
        amount_kes=payment.paid_kes or payment.amount_kes,
        mpesa_receipt=payment.receipt or wording.RECEIPT_UNKNOWN(),
        phone_masked=mask_phone(payment.phone),
        paid_at=payment.paid_at or payment.changed_at,
        balance_due_kes=given.balance_due_kes,
        refunded_kes=payment.refunded_kes,
        verify_url=f"{verify_base}{given.code}",
        short_code=given.code,
        copy=given.copy,
        language=spoken(),
    )


def genuine_screen(genuine: Genuine, firm_name: str) -> Screen:
    """What anybody may know of a genuine receipt."""
    lines = [
        bold(wording.GENUINE(number=genuine.number, firm=escaped(firm_name))),
        common.AMOUNT(amount=show_kes(genuine.amount_kes)),
        common.PAID_AT(time=day_and_clock(genuine.paid_at)),
    ]
    if genuine.initials:
        lines.append(wording.PAID_BY(initials=escaped(genuine.initials)))
    if genuine.mpesa_receipt:
        lines.append(common.RECEIPT(receipt=code(escaped(genuine.mpesa_receipt))))
    if genuine.refunded_kes >= genuine.amount_kes:
        lines.append(wording.WHOLLY_REFUNDED())
    elif genuine.refunded_kes:
        lines.append(wording.PART_REFUNDED(amount=show_kes(genuine.refunded_kes)))
    return Screen(text="\n".join(lines))


def _caption(given: GivenReceipt, facts: ReceiptFacts) -> str:
    words = wording.COPY_CAPTION if given.copy else wording.RECEIPT_CAPTION
    return words(number=facts.number, amount=show_kes(facts.amount_kes), code=code(given.code))
