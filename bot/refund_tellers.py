"""How the news of refunds and balances is told: cards in the office, messages to the payer, answers.

Owns which news changes a card that is there, and which comes as a message of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.cards import Cards
from bot.payment_teller import PaymentReader
from bot.refund_screens import (
    PayerScreen,
    arrived_screen,
    balance_screen,
    on_its_way_screen,
    recalled_screen,
)
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from payments.admins import Admins, Deed
from payments.deliveries import Delivery
from payments.notices import ODD, Audience
from payments.refunds.notices import RECALLED, TOLD_ON_ENTRY
from payments.refunds.ports import BalanceBook, RefundBook
from payments.refunds.refund import Refund, RefundState
from payments.values import RefundId

_NOTICED = frozenset({RefundState.REQUESTED, RefundState.REVIEW, RefundState.FAILED, ODD})
"""What an edit of an old message would hide from the office."""
_OFFICE_STATES = frozenset(state for state, told in TOLD_ON_ENTRY.items() if Audience.ADMINS in told)

_PAYER_SCREENS: dict[str, PayerScreen] = {
    RefundState.ACCEPTED: on_its_way_screen,
    RefundState.PAID_OUT: arrived_screen,
    RECALLED: recalled_screen,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTeller:
    """See `bot.tellers.Teller`."""

    book: RefundBook
    payments: PaymentReader
    cards: Cards
    sender: Sender

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        refund = await self.book.get(RefundId(delivery.subject))
        if refund is None:
            return NotTold("no such refund", lost=True)
        if _is_overtaken(delivery, refund):
            return NotTold("newer news says more")
        if delivery.audience is Audience.PAYER:
            return await self._to_the_payer(delivery, refund)
        card = await self.book.shown_in(refund.id, delivery.chat_id)
        new = card is None or delivery.event in _NOTICED
        return Telling(new=new, tell=lambda haste: self._card(delivery, refund, haste, new=new))

    async def _to_the_payer(self, delivery: Delivery, refund: Refund) -> Telling:
        payment = await self.payments.get(refund.payment_id)
        screen = marked(_PAYER_SCREENS[delivery.event](refund, payment), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)

    async def _card(self, delivery: Delivery, refund: Refund, haste: Haste, *, new: bool) -> None:
        screen = await self.cards.screen(refund, delivery.chat_id, odd=delivery.event == ODD)
        card = await self.book.shown_in(refund.id, delivery.chat_id)
        if not new and card is not None and await self.sender.edit(delivery.chat_id, card, screen, haste):
            return
        await self.cards.show_anew(refund, delivery.chat_id, marked(screen, delivery), haste)


def _is_overtaken(delivery: Delivery, refund: Refund) -> bool:
    """Whether the refund has gone on, and newer news to the same people follows."""
    if delivery.event not in set(RefundState) or delivery.event == refund.state:
        return False
    if delivery.audience is Audience.PAYER:
        return refund.state in {RefundState.PAID_OUT, RefundState.FAILED}
    return refund.state in _OFFICE_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTeller:
    """See `bot.tellers.Teller`."""

    book: BalanceBook
    admins: Admins
    sender: Sender
    low_float_kes: int

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        check = await self.book.get(delivery.subject)
        if check is None:
            return NotTold("no such question", lost=True)
        if not await self.admins.may(check.asked_by, Deed.SEE_BALANCE):
            return NotTold("whoever asked may not see it any more", lost=True)
        screen = marked(balance_screen(check, self.low_float_kes), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)
