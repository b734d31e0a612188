"""What a client who comes back would most likely pay: the same as last time, one tap from its summary.

Owns what is offered. What a tap on it does is `bot.beginnings`'.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import wording
from bot.buttons import PaymentAction, PaymentTap, pack
from bot.screen import Button, Rows
from bot.titles import title_of
from payments.draft import present_price_kes
from payments.payment import Payment, State
from payments.ports import ClientBook, FeeBook
from payments.service import PaymentService
from payments.values import UserId, show_kes

_LOOKED_AT = 10
_MOST_WORDS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """Offers to pay the same again. Whoever had themselves forgotten is offered nothing."""

    service: PaymentService
    clients: ClientBook
    fees: FeeBook

    async def offer(self, user_id: UserId) -> Rows:
        """A row with the button, or none."""
        client = await self.clients.get(user_id)
        earlier = await self._last_paid(user_id) if client and client.phone else None
        if earlier is None:
            return ()
        amount_kes = present_price_kes(earlier, await self.fees.offered())
        return usual_rows(earlier, amount_kes) if amount_kes else ()

    async def _last_paid(self, user_id: UserId) -> Payment | None:
        newest = await self.service.latest(user_id, _LOOKED_AT)
        return next((payment for payment in newest if may_be_the_same(payment)), None)


def may_be_the_same(payment: Payment) -> bool:
    """Whether it makes sense to pay this once more: a fee note is paid once."""
    return payment.state is State.PAID and payment.note_id is None


def usual_rows(earlier: Payment, amount_kes: int) -> Rows:
    """What was paid, and how much it costs now."""
    what = " ".join(filter(None, [title_of(earlier), earlier.reference]))[:_MOST_WORDS]
    label = wording.THE_SAME_AGAIN(what=what, amount=show_kes(amount_kes))
    return ((Button(label, pack(PaymentTap(earlier.id, PaymentAction.SAME))),),)
