"""The office's commands: /refund, /refunds, /balance; and who gets to press the office's buttons.

Owns who gets in: every act is asked of the office's roll when it is done, and every refusal is answered
politely and reported. What a button does is `bot.deeds`'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot import refund_wording as wording
from bot.buttons import OfficeDeed, OfficeTap, RefundTap
from bot.cards import Cards
from bot.deeds import Deeds
from bot.gate import Gate
from bot.incoming import Said, Tap
from bot.refund_flow import RefundFlow
from bot.refund_screens import queue_screen
from bot.refusals import Refusals
from bot.rulings import RULING_DEEDS, Rulings
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.nonces import Nonces, Unusable
from payments.ports import Now
from payments.refunds import balance
from payments.refunds.ports import BalanceBook
from payments.refunds.refund import RefundState
from payments.refunds.service import RefundService

MOST_CARDS = 5
"""Cards that /refunds shows at once, so as not to flood the chat."""
_MOST_COUNTED = 200
BALANCE_WAIT_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOffice:
    """What there is where refunds are set up."""

    service: RefundService
    flow: RefundFlow
    cards: Cards
    deeds: Deeds
    balances: BalanceBook
    poke: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Answers the office. Without `refunds` it says what is missing."""

    gate: Gate
    rulings: Rulings
    nonces: Nonces
    sender: Sender
    refusals: Refusals
    now: Now
    refunds: RefundOffice | None = None

    # Commands.

    async def refund(self, said: Said) -> None:
        """Begin a refund."""
        refunds = await self._let_in(said, Deed.REQUEST_REFUND)
        if refunds is not None:
            await refunds.flow.begin(said)

    async def queue(self, said: Said) -> None:
        """Show what waits, what is on the way, and what needs a look."""
        refunds = await self._let_in(said, Deed.SEE_REFUNDS)
        if refunds is None:
            return
        waiting = await refunds.service.queue(said.who.user_id, limit=_MOST_COUNTED)
        shown = sorted(waiting, key=lambda refund: _SHOWN_FIRST.index(refund.state))[:MOST_CARDS]
        counts = Counter(refund.state for refund in waiting)
        screen = queue_screen(counts, len(waiting) - len(shown))
        await self.sender.send(said.who.chat_id, screen)
        for refund in shown:
            card = await refunds.cards.screen(refund, said.who.chat_id)
            await refunds.cards.show_anew(refund, said.who.chat_id, card)

    async def balance(self, said: Said) -> None:
        """Have Safaricom asked for the firm's balance; the same update again asks once."""
        refunds = await self._let_in(said, Deed.SEE_BALANCE)
        if refunds is None:
            return
        who = said.who
        check_id = f"{who.update_id:016x}"
        check = balance.wanted(check_id, who.user_id, who.chat_id, self.now(), BALANCE_WAIT_S)
        await refunds.balances.add(check)
        refunds.poke()
        await self.sender.send(who.chat_id, Screen(text=wording.BALANCE_ASKED()))

    async def _let_in(self, said: Said, deed: Deed) -> RefundOffice | None:
        """Whoever may, where refunds are set up; all others are answered."""
        if not await self.gate.admits(said.who, deed):
            return None
        if self.refunds is None:
            await self.sender.send(said.who.chat_id, Screen(text=wording.NOT_SET_UP()))
        return self.refunds

    # Buttons.

    async def draft_tapped(self, tap: Tap, button: RefundTap) -> None:
        """A button of a refund in the making."""
        if not await self.gate.admits_tap(tap, Deed.REQUEST_REFUND, button.draft_id, button.action):
            return
        if self.refunds is None:
            await self.sender.answer(tap.query_id, wording.NOT_SET_UP_ANY_MORE(), alert=True)
        else:
            await self.refunds.flow.tapped(tap, button)

    async def tapped(self, tap: Tap, button: OfficeTap) -> None:
        """A button that works once."""
        who = tap.who
        nonce = await self.nonces.use(button.nonce, who.user_id, who.update_id, self.now())
        if isinstance(nonce, Unusable):
            await self.refusals.unusable(tap, button.nonce, nonce)
        elif (deed := OfficeDeed(nonce.deed)) in RULING_DEEDS:
            await self.rulings.act(tap, deed, nonce.subject)
        elif self.refunds is None:
            await self.sender.answer(tap.query_id, wording.NOT_SET_UP_ANY_MORE(), alert=True)
        else:
            await self.refunds.deeds.act(tap, deed, nonce.subject)


_SHOWN_FIRST = (
    RefundState.REVIEW,
    RefundState.REQUESTED,
    RefundState.UNCLEAR,
    RefundState.APPROVED,
    RefundState.ACCEPTED,
    RefundState.SENDING,
)
