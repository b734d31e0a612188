"""What the office's single-use buttons do, once it is known that whoever presses one may press it.

Owns the table from deed to act, and how each act is answered. Cards change by themselves as the refund does.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot import refund_wording as wording
from bot.buttons import OfficeDeed
from bot.cards import Cards
from bot.incoming import Tap
from bot.refund_flow import RefundFlow
from bot.refusals import Refusals
from bot.sender import Sender
from payments.admins import Admin, Admins, Deed, NotAllowed
from payments.refunds.orders import NoSuchRefund, NotTheOne, RefundRecorded
from payments.refunds.refund import Refund, RefundState
from payments.refunds.service import RefundService
from payments.table import ImpossibleEvidence
from payments.values import PaymentId, RefundId

_LOOKED = "looked at the firm's M-Pesa statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deeds:
    """Does what a button stands for."""

    service: RefundService
    flow: RefundFlow
    cards: Cards
    admins: Admins
    sender: Sender
    refusals: Refusals
    _acts: dict[OfficeDeed, Callable[[Tap, RefundId], Awaitable[None]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._acts.update(
            {
                OfficeDeed.ALLOW: self._allow,
                OfficeDeed.REJECT: self._reject,
                OfficeDeed.TAKE_BACK: self._reject,
                OfficeDeed.STOP: self._reject,
                OfficeDeed.CHECK: self._check,
                OfficeDeed.PAID: self._surely_paid,
                OfficeDeed.NOT_PAID: self._surely_not_paid,
                OfficeDeed.SURE_PAID: self._resolve_paid,
                OfficeDeed.SURE_NOT_PAID: self._resolve_not_paid,
                OfficeDeed.BACK: self._back,
            }
        )

    async def act(self, tap: Tap, deed: OfficeDeed, subject: str) -> None:
        """Do it, and answer the tap; what cannot be done is said, and a missing right is reported."""
        try:
            if deed is OfficeDeed.REFUND:
                await self._begin(tap, PaymentId(subject))
            else:
                await self._acts[deed](tap, RefundId(subject))
        except NotAllowed as refused:
            await self._not_allowed(tap, subject, refused)
        except NotTheOne:
            await self.refusals.not_allowed(
                tap, subject, f"{deed}: asked for it themselves", wording.NOT_THE_ONE()
            )
        except (NoSuchRefund, ImpossibleEvidence):
            await self.refusals.not_theirs(tap, subject, f"{deed}: not as the refund stands")

    async def _not_allowed(self, tap: Tap, subject: str, refused: NotAllowed) -> None:
        """They are no admin any more; or whoever asked for it is none, which this one should know."""
        if await self.admins.may(tap.who.user_id, Deed.DECIDE_REFUND):
            await self.refusals.not_allowed(
                tap, subject, f"{refused.deed}: whoever asked is no admin", wording.ASKER_GONE()
            )
        else:
            await self.refusals.not_allowed(tap, subject, f"{refused.deed}: not an admin")

    async def _begin(self, tap: Tap, payment_id: PaymentId) -> None:
        await self.sender.answer(tap.query_id)
        await self.flow.begin_with(tap.who, payment_id)

    async def _allow(self, tap: Tap, refund_id: RefundId) -> None:
        await self._tell(tap, await self.service.approve(refund_id, _admin(tap)), wording.ALLOWED())

    async def _reject(self, tap: Tap, refund_id: RefundId) -> None:
        await self._tell(tap, await self.service.reject(refund_id, _admin(tap)), wording.STOPPED())

    async def _check(self, tap: Tap, refund_id: RefundId) -> None:
        asked = await self.service.ask_now(refund_id, _admin(tap))
        await self.sender.answer(tap.query_id, wording.ASKING() if asked else wording.ASKED_ALREADY())
        await self._redraw(tap, refund_id)

    async def _surely_paid(self, tap: Tap, refund_id: RefundId) -> None:
        await self._ask_again(tap, refund_id, OfficeDeed.SURE_PAID)

    async def _surely_not_paid(self, tap: Tap, refund_id: RefundId) -> None:
        await self._ask_again(tap, refund_id, OfficeDeed.SURE_NOT_PAID)

    async def _ask_again(self, tap: Tap, refund_id: RefundId, deed: OfficeDeed) -> None:
        refund = await self.service.get(refund_id)
        if refund.state is not RefundState.REVIEW:
            await self._already(tap, refund)
            return
        await self.sender.answer(tap.query_id)
        screen = await self.cards.surely_screen(refund, tap.who.chat_id, deed)
        await self.sender.edit(tap.who.chat_id, tap.message_id, screen)

    async def _resolve_paid(self, tap: Tap, refund_id: RefundId) -> None:
        recorded = await self.service.resolve(refund_id, _admin(tap), paid=True, note=_LOOKED)
        await self._tell(tap, recorded, wording.NOTED())

    async def _resolve_not_paid(self, tap: Tap, refund_id: RefundId) -> None:
        recorded = await self.service.resolve(refund_id, _admin(tap), paid=False, note=_LOOKED)
        await self._tell(tap, recorded, wording.NOTED())

    async def _back(self, tap: Tap, refund_id: RefundId) -> None:
        await self.sender.answer(tap.query_id)
        await self._redraw(tap, refund_id)

    async def _redraw(self, tap: Tap, refund_id: RefundId) -> None:
        """The tapped card gets fresh buttons: what was tapped works no more."""
        screen = await self.cards.screen(await self.service.get(refund_id), tap.who.chat_id)
        await self.sender.edit(tap.who.chat_id, tap.message_id, screen)

    async def _tell(self, tap: Tap, recorded: RefundRecorded, done: str) -> None:
        """One of two who press at once decided; the other is told how it stands."""
        if recorded.moved:
            await self.sender.answer(tap.query_id, done)
        else:
            await self._already(tap, recorded.refund)

    async def _already(self, tap: Tap, refund: Refund) -> None:
        await self.sender.answer(tap.query_id, _how_it_stands(refund), alert=True)
        screen = await self.cards.screen(refund, tap.who.chat_id)
        await self.sender.edit(tap.who.chat_id, tap.message_id, screen)


def _how_it_stands(refund: Refund) -> str:
    if refund.state in _UNDER_WAY:
        return wording.TOO_LATE()
    return wording.ALREADY(state=wording.STATES[refund.state])


_UNDER_WAY = frozenset({RefundState.SENDING, RefundState.ACCEPTED, RefundState.UNCLEAR})
"""Where nobody can stop it, and nobody has decided what became of it."""


def _admin(tap: Tap) -> Admin:
    return Admin(user_id=tap.who.user_id, name=tap.who.first_name, act=str(tap.who.update_id))
