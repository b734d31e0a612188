"""The buttons of a client's payments: check, cancel, open, try again, the same again, another number.

Owns what a tap on them does. Whose payment it is and what may be done is asked of the service afresh
each time; what the screen showed when it was tapped proves nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot import wording
from bot.beginnings import Beginnings
from bot.buttons import PaymentAction, PaymentTap
from bot.incoming import Tap
from bot.messenger import Messenger
from bot.payment_screens import payment_screen
from bot.payment_teller import PaymentTeller
from bot.receipts import Receipts
from bot.refusals import Refusals
from bot.sender import Sender
from bot.usual import may_be_the_same
from payments.payment import OPEN, Payment, State
from payments.service import NoSuchPayment, PaymentService, may_try_again

_ENOUGH = 50
"""How far back a payment that tried this one again is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentButtons:
    """Acts on the buttons of payments."""

    service: PaymentService
    beginnings: Beginnings
    receipts: Receipts
    sender: Sender
    messenger: Messenger
    teller: PaymentTeller
    refusals: Refusals
    _taps: dict[PaymentAction, Callable[[Tap, Payment], Awaitable[None]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._taps.update(
            {
                PaymentAction.CHECK: self._check,
                PaymentAction.CANCEL: self._cancel,
                PaymentAction.AGAIN: self._again,
                PaymentAction.OTHER: self._other,
                PaymentAction.RECEIPT: self.receipts.tapped,
                PaymentAction.OPEN: self._open,
                PaymentAction.SAME: self._same,
            }
        )

    async def tapped(self, tap: Tap, button: PaymentTap) -> None:
        """Act, if it is the sender's own payment."""
        try:
            payment = await self.service.status(button.payment_id, tap.who.user_id)
        except NoSuchPayment:
            await self.refusals.not_theirs(tap, button.payment_id, f"{button.action}: no payment of theirs")
        else:
            await self._taps[button.action](tap, payment)

    async def _check(self, tap: Tap, payment: Payment) -> None:
        if payment.state not in OPEN:
            await self.sender.answer(tap.query_id, wording.SETTLED(), alert=True)
            return
        asked = await self.service.ask_now(payment.id, tap.who.user_id)
        await self.sender.answer(tap.query_id, wording.ASKING() if asked else wording.ASKED_ALREADY())

    async def _cancel(self, tap: Tap, payment: Payment) -> None:
        answer = await cancel_payment(self.service, payment)
        await self.sender.answer(tap.query_id, answer, alert=True)

    async def _open(self, tap: Tap, payment: Payment) -> None:
        """Show it once more, below: one that goes on is asked about and lives there from now on."""
        await self.sender.answer(tap.query_id)
        if payment.state not in OPEN:
            await self.sender.send(tap.who.chat_id, payment_screen(payment, self.teller.figures))
            return
        async with self.messenger.turn(payment.chat_id):
            await self.teller.show_afresh(await self.service.status(payment.id, tap.who.user_id))
        await self.service.ask_now(payment.id, tap.who.user_id)

    async def _same(self, tap: Tap, payment: Payment) -> None:
        if not may_be_the_same(payment):
            await self.refusals.not_theirs(tap, payment.id, "same: not paid, or on a fee note")
            return
        await self.sender.answer(tap.query_id)
        await self.beginnings.the_same(tap.who, payment)

    async def _again(self, tap: Tap, payment: Payment) -> None:
        await self._try_again(tap, payment, other_number=False)

    async def _other(self, tap: Tap, payment: Payment) -> None:
        await self._try_again(tap, payment, other_number=True)

    async def _try_again(self, tap: Tap, payment: Payment, *, other_number: bool) -> None:
        refusal = await self._refusal(payment)
        if refusal:
            await self.sender.answer(tap.query_id, refusal, alert=True)
            return
        await self.sender.answer(tap.query_id)
        await self.beginnings.again(tap.who, payment, other_number=other_number)

    async def _refusal(self, payment: Payment) -> str:
        """Why it cannot be tried again now; empty when it can."""
        if not may_try_again(payment):
            return wording.SETTLED() if payment.state is State.PAID else wording.STILL_OPEN()
        newest = await self.service.latest(payment.user_id, _ENOUGH)
        tried = (one.state for one in newest if one.retry_of == payment.id)
        return wording.TRIED_AGAIN() if any(state is not State.UNPAID for state in tried) else ""


async def cancel_payment(service: PaymentService, payment: Payment) -> str:
    """Cancel it if nothing has been sent yet; the sentence that tells what came of it."""
    if payment.state is State.QUEUED:
        payment = (await service.cancel(payment.id, payment.user_id)).payment
        if payment.state is State.UNPAID:
            return wording.CANCELLED_NOTHING_SENT()
    if payment.state in {State.SENDING, State.PROMPTED}:
        return wording.CANCEL_ON_PHONE()
    return wording.CANCEL_TOO_LATE() if payment.state in OPEN else wording.SETTLED()
