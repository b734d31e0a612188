"""The bot's stand with an office of two, refunds set up, and a payment to give back.

What Safaricom would say is said by the test through the service's door.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.assembly import build_bot
from bot.parts import RefundParts
from payments.admins import Admin, Admins
from payments.catalogue import FeeKind
from payments.draft import Draft, new_id
from payments.payment import Payment
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.orders import RefundOrder
from payments.refunds.reasons import Why
from payments.refunds.refund import Refund
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import RefundService
from payments.refunds.timing import RefundTiming
from payments.values import ChatId, CheckoutId, Phone, RefundId, UserId
from sandbox.telegram import Message
from tests.bot.bot_stand import ADMIN, ASHA, K, Stand, standing, utc_now
from tests.bot.bot_watch import Noted
from tests.payments.refund_desk import Office

PARTNER, THIRD = 901, 902
RECEIPT = "UB47K2M9QX"
SENT = (Word.ADMIN_APPROVED, Word.ENGINE_CLAIMED, Word.PAYOUT_ACCEPTED)


@dataclass(slots=True)
class Clock:
    """The time of day, and how far it was put forward."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        return utc_now() + self.ahead


@dataclass(slots=True, kw_only=True)
class RefundStand:
    """Wanjiru (`ADMIN`) and Otieno (`PARTNER`) are the office. Safaricom and the engine are the test."""

    stand: Stand
    office: Office
    noted: Noted
    clock: Clock
    service: RefundService
    pokes: list[None]
    turns: itertools.count[int] = field(default_factory=itertools.count)

    # What people do and see.

    async def says(self, text: str, *expected: str, user: int = ADMIN) -> Message:
        return await self.stand.says(text, *expected, user=user)

    async def taps(self, button: str, *expected: str, user: int = ADMIN) -> Message:
        return await self.stand.taps(button, *expected, user=user)

    async def sees(self, *expected: str, user: int = ADMIN) -> Message:
        return await self.stand.sees(*expected, user=user)

    async def hears_back(self, button: str, user: int = ADMIN) -> str:
        """Tap it; what pops up."""
        return await self.stand.alerted(await self.stand.telegram.taps(user, button))

    async def presses(self, data: str, message: Message, user: int = ADMIN) -> str:
        """Press what need not be there; what pops up."""
        pressed = await self.stand.telegram.sends_callback(user, data, message_id=message.message_id)
        return await self.stand.alerted(pressed)

    async def at_summary(self, amount: str = "500") -> Message:
        """Walk to what is asked for with one more tap."""
        await self.says(f"/refund {RECEIPT} {amount}", "Why does it go back?")
        return await self.taps("Paid twice", "Please check before you ask for it")

    # What there is.

    async def paid(self, receipt: str = RECEIPT, phone: str = "254712345678") -> Payment:
        """Asha paid KES 1,500."""
        draft = Draft(
            id=new_id(),
            user_id=UserId(ASHA),
            chat_id=ChatId(ASHA),
            created_at=utc_now(),
            kind=FeeKind.CONSULTATION,
            title="First consultation",
            amount_kes=1_500,
            phone=Phone(phone),
        )
        payment = await self.stand.service.open(draft)
        await self.stand.hear(payment, K.ENGINE_CLAIMED)
        payment = await self.stand.hear(payment, K.PUSH_ACCEPTED, checkout_id=CheckoutId(f"ws_CO_{draft.id}"))
        return await self.stand.hear_paid(payment, receipt)

    async def asked(self, payment: Payment, amount_kes: int = 500, by: int = ADMIN) -> Refund:
        """A request that waits to be allowed."""
        order = RefundOrder(
            id=RefundId(new_id()),
            payment_id=payment.id,
            amount_kes=amount_kes,
            why=Why.PAID_TWICE,
            remark="",
            by=Admin(user_id=UserId(by), name="Wanjiru", act="test"),
        )
        return await self.service.request(order)

    async def hear(self, refund: Refund, *kinds: Word) -> Refund:
        """These words are said of it, one after another."""
        for kind in kinds:
            by = UserId(PARTNER) if kind is Word.ADMIN_APPROVED else None
            word = RefundEvidence(id=f"word:{next(self.turns)}", kind=kind, at=self.clock.now(), by=by)
            await self.service.record(refund.id, word)
        return await self.service.get(refund.id)

    async def refunds(self, payment: Payment) -> list[Refund]:
        return list(await self.service.of_payment(payment.id))

    async def held_kes(self, payment: Payment) -> int:
        return (await self.stand.payment(payment.id)).refund_reserved_kes

    def remove(self, admin: int) -> None:
        self.office.ids.discard(UserId(admin))

    async def at_rest(self) -> None:
        """Wait until every update is worked and everybody is told."""
        async with asyncio.timeout(10):
            while await self._unfinished():  # noqa: ASYNC110  a collection has no event to wait for
                await asyncio.sleep(0.01)

    async def _unfinished(self) -> bool:
        store = self.stand.store
        if self.stand.telegram.pending_updates or await store.updates.pending(1):
            return True
        await store.deliveries.collect(await self.office.chats(), self.clock.now())
        return await store.deliveries.next_due_at() is not None


@asynccontextmanager
async def refund_standing(
    mongod_uri: str,
    database_name: str,
    *,
    admins: tuple[int, ...] = (ADMIN, PARTNER),
    policy: RefundPolicy | None = None,
) -> AsyncIterator[RefundStand]:
    """The stand, its bot running, until the end of the block."""
    office, noted, clock, pokes = Office(*map(UserId, admins)), Noted(), Clock(), list[None]()
    async with standing(mongod_uri, database_name, change=noted.watch(), started=False) as stand:
        stand.telegram.person(PARTNER, "Otieno")
        stand.telegram.person(THIRD, "Njeri")
        service = refund_service(stand, office, clock, policy or RefundPolicy())
        refunds = refund_parts(stand, service, lambda: pokes.append(None))
        stand.parts = replace(stand.parts, admins=office, refunds=refunds, now=clock.now)
        stand.bot = build_bot(stand.parts)
        await stand.start()
        yield RefundStand(stand=stand, office=office, noted=noted, clock=clock, service=service, pokes=pokes)


def refund_service(stand: Stand, admins: Admins, clock: Clock, policy: RefundPolicy) -> RefundService:
    """The rules, on the stand's own books."""
    return RefundService(
        stand.store.refunds,
        stand.store.payments,
        admins,
        now=clock.now,
        figures=RefundTiming(),
        policy=policy,
        poke=stand.wake.ring,
        alarm=lambda *_, **__: None,
    )


def refund_parts(stand: Stand, service: RefundService, poke: Callable[[], None]) -> RefundParts:
    """What the bot needs for refunds."""
    return RefundParts(
        service=service,
        book=stand.store.refunds,
        drafts=stand.store.refund_drafts,
        balances=stand.store.balances,
        poke=poke,
        low_float_kes=10_000,
        cooling_s=600.0,
    )
